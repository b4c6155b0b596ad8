// How Kith is, in words first; backups, the log of the last hour, and the models.

import { Tabs } from '@mantine/core';
import { IconArchive, IconCpu, IconFileText, IconHeartbeat } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { Backups } from './backups.tsx';
import { Logs } from './logs.tsx';
import { Models } from './models.tsx';
import { Overview } from './overview.tsx';

const TABS = [
  { value: 'overview', icon: IconHeartbeat, Content: Overview },
  { value: 'backups', icon: IconArchive, Content: Backups },
  { value: 'log', icon: IconFileText, Content: Logs },
  { value: 'models', icon: IconCpu, Content: Models },
] as const;

export function System() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: '/inside/system' });
  const open = TABS.find(({ value }) => value === tab)?.value ?? 'overview';
  return (
    <>
      <PageHead title={t('system.title')} />
      <Tabs
        value={open}
        onChange={(value) =>
          void navigate({ to: '/system', search: value === 'overview' || value === null ? {} : { tab: value } })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map(({ value, icon: Icon }) => (
            <Tabs.Tab key={value} value={value} leftSection={<Icon size={16} aria-hidden />}>
              {t(`system.tabs.${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ value, Content }) => (
          <Tabs.Panel key={value} value={value}>
            <Content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
