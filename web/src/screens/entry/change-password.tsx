import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { LEAST_PASSWORD } from './password.ts';

export function ChangePassword() {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { current: '', password: '', again: '' },
    validate: {
      password: (value) => (value.length < LEAST_PASSWORD ? t('entry.tooShort', { count: LEAST_PASSWORD }) : null),
      again: (value, { password }) => (value === password ? null : t('entry.notTheSame')),
    },
  });
  const change = useMutation({
    mutationFn: (body: { current: string; password: string }) => dataOf(api.POST('/api/v1/session/password', { body })),
    onSuccess: () => {
      form.reset();
      tellDone(t('entry.passwordChanged'));
    },
  });
  return (
    <form onSubmit={form.onSubmit(({ current, password }) => change.mutate({ current, password }))} noValidate>
      <Stack>
        <Text c="dimmed">{t('entry.passwordText')}</Text>
        <PasswordInput
          label={t('entry.passwordNow')}
          autoComplete="current-password"
          maxLength={200}
          {...form.getInputProps('current')}
        />
        <PasswordInput
          label={t('entry.passwordNew')}
          description={t('entry.passwordHelp', { count: LEAST_PASSWORD })}
          autoComplete="new-password"
          maxLength={200}
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label={t('entry.passwordAgain')}
          autoComplete="new-password"
          maxLength={200}
          {...form.getInputProps('again')}
        />
        {change.isError && (
          <Alert color="red" role="alert">
            {messageOf(change.error)}
          </Alert>
        )}
        <Button type="submit" loading={change.isPending}>
          {t('entry.changePassword')}
        </Button>
      </Stack>
    </form>
  );
}
