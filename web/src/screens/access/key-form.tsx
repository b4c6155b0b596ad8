// A new key: what it may, and then itself, this once.

import { Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { useCameraOptions } from '../../parts/cameras.ts';
import { FormEnd } from '../../parts/form-dialog.tsx';

const SCOPES = ['camera', 'log', 'read', 'people', 'admin'] as const;

export function KeyForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const cameras = useCameraOptions();
  const form = useForm<{ name: string; scopes: Schemas['Key']['scopes']; camera: string | null }>({
    initialValues: { name: '', scopes: ['camera'], camera: null },
    validate: { scopes: (value) => (value.length === 0 ? t('access.noScope') : null) },
  });
  const make = useMutation({
    mutationFn: (body: { name: string; scopes: Schemas['Key']['scopes']; camera: string | null }) =>
      dataOf(api.POST('/api/v1/keys', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['keys'] }),
  });
  if (make.data) return <ShownOnce secret={make.data.key} onDone={onDone} />;
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <TextInput
          label={t('access.name')}
          description={t('access.keyNameHelp')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label={t('access.scopes')} {...form.getInputProps('scopes')}>
          <Stack gap="xs" mt="xs">
            {SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`access.scope_${scope}`)}
                description={t(`access.scopeHelp_${scope}`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t('access.onlyCamera')}
          placeholder={t('access.allCameras')}
          data={cameras}
          clearable
          searchable
          {...form.getInputProps('camera')}
        />
        <FormEnd error={make.error} submit={t('access.makeKey')} isPending={make.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}

function ShownOnce({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t('access.shownOnce')}</Text>
      <Copyable label={t('access.theKey')} text={secret} />
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('access.kept')}</Button>
      </Group>
    </Stack>
  );
}
