// Where a one-time link of the terminal leads: the first administrator, another one, or a new password for one who lost hers.

import { Alert, Anchor, Button, Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { messageOf } from '../../parts/notices.tsx';
import { EntryFrame } from './frame.tsx';
import { LEAST_PASSWORD } from './password.ts';

export function Setup() {
  const { t } = useTranslation();
  const session = useSession();
  const isFirst = session.state === 'setup';
  const title = t(isFirst ? 'entry.welcome' : 'entry.again');
  if (!session.link) {
    return (
      <EntryFrame title={title}>
        <Text>{t('entry.needLink')}</Text>
        <Code block>npx kith link</Code>
        <Text size="sm" c="dimmed">
          {t('entry.whyLink')}
        </Text>
        {!isFirst && (
          <Anchor component={Link} to="/login">
            {t('entry.toLogin')}
          </Anchor>
        )}
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={title}>
      <Text>{t(isFirst ? 'entry.firstText' : 'entry.againText')}</Text>
      <SetupForm isFirst={isFirst} />
    </EntryFrame>
  );
}

function SetupForm({ isFirst }: { readonly isFirst: boolean }) {
  const { t, i18n } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: '', password: '', again: '' },
    validate: {
      name: (value) => (value.trim() === '' ? t('entry.nameMissing') : null),
      password: (value) => (value.length < LEAST_PASSWORD ? t('entry.tooShort', { count: LEAST_PASSWORD }) : null),
      again: (value, { password }) => (value === password ? null : t('entry.notTheSame')),
    },
  });
  const create = useMutation({
    mutationFn: ({ name, password }: { name: string; password: string }) =>
      dataOf(api.POST('/api/v1/setup', { body: { name: name.trim(), password, language: i18n.language } })),
    onSuccess: async (session) => {
      cache.clear();
      cache.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/live' });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack>
        <TextInput
          label={t('entry.name')}
          description={t('entry.nameHelp')}
          autoComplete="username"
          maxLength={100}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <PasswordInput
          label={t('entry.password')}
          description={t('entry.passwordHelp', { count: LEAST_PASSWORD })}
          autoComplete="new-password"
          maxLength={200}
          required
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label={t('entry.passwordAgain')}
          autoComplete="new-password"
          maxLength={200}
          required
          {...form.getInputProps('again')}
        />
        {create.isError && (
          <Alert color="red" role="alert" className="anyName">
            {messageOf(create.error)}
          </Alert>
        )}
        <Button type="submit" loading={create.isPending}>
          {t(isFirst ? 'entry.create' : 'entry.createAgain')}
        </Button>
      </Stack>
    </form>
  );
}
