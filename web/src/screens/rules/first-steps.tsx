// Nobody is told of anything yet: what to do, in which order.

import { Button, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function FirstSteps({ hasChannel, onRule }: { readonly hasChannel: boolean; readonly onRule: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Stack maw={720}>
      <Text c="dimmed">{t('rules.first.text')}</Text>
      <Step number={1} title={t('rules.first.where')} text={t('rules.first.whereText')} isDone={hasChannel}>
        <Button
          variant={hasChannel ? 'default' : 'filled'}
          onClick={() => void navigate({ to: '/rules', search: { tab: 'channels', edit: 'new' } })}
        >
          {t(hasChannel ? 'rules.first.another' : 'channels.add')}
        </Button>
      </Step>
      <Step number={2} title={t('rules.first.when')} text={t('rules.first.whenText')} isDone={false}>
        <Button variant={hasChannel ? 'filled' : 'default'} onClick={onRule}>
          {t('rules.add')}
        </Button>
      </Step>
    </Stack>
  );
}

function Step({
  number,
  title,
  text,
  isDone,
  children,
}: {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly isDone: boolean;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="md">
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon radius="xl" size="lg" variant={isDone ? 'filled' : 'light'} color={isDone ? 'teal' : 'blue'}>
          {isDone ? <IconCheck size={18} aria-label={t('rules.first.done')} /> : number}
        </ThemeIcon>
        <Stack gap="xs">
          <Title order={2} size="h4">
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {text}
          </Text>
          <Group>{children}</Group>
        </Stack>
      </Group>
    </Paper>
  );
}
