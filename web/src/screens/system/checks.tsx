// All is well, or what is not and what to do about it.

import { Anchor, Button, Collapse, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck, IconExclamationCircle, IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { number, textOr } from '../../parts/said.ts';
import { RetryFailed } from './retry-failed.tsx';

type Check = Schemas['SystemCheck'];

const LOOKS = {
  ok: { icon: IconCheck, color: 'green' },
  note: { icon: IconInfoCircle, color: 'blue' },
  warning: { icon: IconAlertTriangle, color: 'orange' },
  problem: { icon: IconExclamationCircle, color: 'red' },
} as const;
const WORST: readonly Check['level'][] = ['problem', 'warning', 'note', 'ok'];

export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  const bad = checks.filter(({ level }) => level === 'problem' || level === 'warning');
  const notes = checks.filter(({ level }) => level === 'note');
  const good = checks.filter(({ level }) => level === 'ok');
  const worst = WORST.find((level) => level !== 'note' && checks.some((check) => check.level === level)) ?? 'ok';
  const { icon: Icon, color } = LOOKS[worst];
  return (
    <Paper component="section" withBorder p="md" aria-label={t('system.checks')}>
      <Group justify="space-between" wrap="nowrap" align="center">
        <Group wrap="nowrap" gap="sm" role="status">
          <ThemeIcon size={40} radius="xl" variant="light" color={color}>
            <Icon />
          </ThemeIcon>
          <Title order={2} size="h4">
            {bad.length === 0 ? t('system.allWell') : t('system.notWell', { count: bad.length })}
          </Title>
        </Group>
        <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={opened}>
          {t(opened ? 'system.lessChecks' : 'system.moreChecks')}
        </Button>
      </Group>
      {bad.length + notes.length > 0 && (
        <Stack gap="xs" mt="md">
          {[...bad, ...notes].map((check) => (
            <Line key={check.code} check={check} />
          ))}
        </Stack>
      )}
      <Collapse expanded={opened}>
        <Stack gap="xs" mt="xs">
          {good.map((check) => (
            <Line key={check.code} check={check} />
          ))}
        </Stack>
      </Collapse>
    </Paper>
  );
}

function Line({ check }: { readonly check: Check }) {
  const { icon: Icon, color } = LOOKS[check.level];
  const values = Object.fromEntries(
    Object.entries(check.values).map(([key, value]) => [
      key,
      key === 'count' || typeof value === 'string' ? said(check.code, value) : number(value),
    ]),
  );
  return (
    <Group wrap="nowrap" gap="sm" align="flex-start">
      <ThemeIcon size="sm" radius="xl" variant="light" color={color} mt={2}>
        <Icon size={14} />
      </ThemeIcon>
      <Text size="sm" className="anyName" component="div">
        {textOr(`system.check.${check.code}`, check.says, values)} <WayOn code={check.code} />
      </Text>
    </Group>
  );
}

/** Settings by the names that their page gives them. */
function said(code: string, value: string | number): string | number {
  if (code !== 'settings_wait' || typeof value !== 'string') return value;
  return value
    .split(', ')
    .map((key) => textOr(`settings.names.${key}.title`, key))
    .join(', ');
}

function WayOn({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  if (code === 'failed_some') return <RetryFailed />;
  if (code.startsWith('cameras_') && code !== 'cameras_ok') {
    return (
      <Anchor underline="always" component={Link} to="/cameras" size="sm">
        {t('system.toCameras')}
      </Anchor>
    );
  }
  if (code.startsWith('settings_')) {
    return (
      <Anchor underline="always" component={Link} to="/settings" size="sm">
        {t('system.toSettings')}
      </Anchor>
    );
  }
  if (!code.startsWith('backup_') || code === 'backup_ok') return null;
  return (
    <Anchor
      underline="always"
      size="sm"
      renderRoot={(props: object) => <Link to="/system" search={{ tab: 'backups' }} {...props} />}
    >
      {t('system.toBackups')}
    </Anchor>
  );
}
