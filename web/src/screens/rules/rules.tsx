// Who is told of what: rules, channels, what became of each message, and the calendar that all hours are meant in.

import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { CalendarTab } from './calendar.tsx';
import { Channels } from './channels.tsx';
import { Deliveries } from './deliveries.tsx';
import { RulesTab } from './rules-tab.tsx';

const TABS = ['rules', 'channels', 'deliveries', 'calendar'] as const;

export function Rules() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'rules' } = useSearch({ from: '/inside/rules' });
  return (
    <>
      <PageHead title={t('rules.title')} />
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ to: '/rules', search: { tab: value ?? undefined } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`rules.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="rules">
          <RulesTab />
        </Tabs.Panel>
        <Tabs.Panel value="channels">
          <Channels />
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <Deliveries />
        </Tabs.Panel>
        <Tabs.Panel value="calendar">
          <CalendarTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
