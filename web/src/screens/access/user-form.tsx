// A user's name, role, cameras and password; for a new one or one who is there.

import { MultiSelect, PasswordInput, Radio, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useCameraOptions } from '../../parts/cameras.ts';
import { FormEnd } from '../../parts/form-dialog.tsx';

const ROLES = ['viewer', 'operator', 'administrator'] as const;

interface Values {
  readonly name: string;
  readonly role: Schemas['User']['role'];
  readonly allCameras: boolean;
  readonly cameras: string[];
  readonly password: string;
  readonly disabled: boolean;
  readonly keepTotp: boolean;
}

export function UserForm({ user, onDone }: { readonly user?: Schemas['User']; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const cameras = useCameraOptions();
  const form = useForm<Values>({
    initialValues: {
      name: user?.name ?? '',
      role: user?.role ?? 'viewer',
      allCameras: (user?.cameras ?? null) === null,
      cameras: [...(user?.cameras ?? [])],
      password: '',
      disabled: user?.disabled ?? false,
      keepTotp: true,
    },
  });
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const body = {
        name: values.name.trim(),
        role: values.role,
        cameras: values.allCameras ? null : values.cameras,
      };
      if (!user) return dataOf(api.POST('/api/v1/users', { body: { ...body, password: values.password } }));
      return dataOf(
        api.PATCH('/api/v1/users/{id}', {
          params: { path: { id: user.id } },
          body: {
            ...body,
            disabled: values.disabled,
            ...(values.password !== '' && { password: values.password }),
            ...(!values.keepTotp && { totp: false as const }),
          },
        }),
      );
    },
    onSuccess: async () => {
      onDone();
      await cache.invalidateQueries({ queryKey: ['users'] });
      await cache.invalidateQueries({ queryKey: ['session'] });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <TextInput label={t('access.name')} required maxLength={100} data-autofocus {...form.getInputProps('name')} />
        <Radio.Group label={t('access.role')} {...form.getInputProps('role')}>
          <Stack gap="xs" mt="xs">
            {ROLES.map((role) => (
              <Radio key={role} value={role} label={t(`access.${role}`)} description={t(`access.${role}Help`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Switch label={t('access.seesAll')} {...form.getInputProps('allCameras', { type: 'checkbox' })} />
        {!form.values.allCameras && (
          <MultiSelect
            label={t('access.onlyThese')}
            data={cameras}
            searchable
            nothingFoundMessage={t('access.noCameras')}
            {...form.getInputProps('cameras')}
          />
        )}
        <PasswordInput
          label={t(user ? 'access.newPassword' : 'access.password')}
          description={t(user ? 'access.newPasswordHelp' : 'access.passwordHelp')}
          autoComplete="new-password"
          required={!user}
          maxLength={200}
          {...form.getInputProps('password')}
        />
        {user && <Switch label={t('access.mayNotSignIn')} {...form.getInputProps('disabled', { type: 'checkbox' })} />}
        {user?.totp && (
          <Switch label={t('access.keepTotp')} {...form.getInputProps('keepTotp', { type: 'checkbox' })} />
        )}
        <FormEnd error={save.error} submit={t('parts.save')} isPending={save.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
