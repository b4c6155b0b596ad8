// Doors and other actions: what there is and who is let in, and the log of every grant and refusal. The tab is part of the address.

import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { ActionList } from './action-list.tsx';
import { Runs } from './runs.tsx';

export function Doors() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: '/inside/doors' });
  return (
    <>
      <PageHead title={t('doors.title')} />
      <Tabs
        value={tab === 'runs' ? 'runs' : 'doors'}
        onChange={(value) => void navigate({ to: '/doors', search: value === 'runs' ? { tab: value } : {} })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="doors">{t('doors.list')}</Tabs.Tab>
          <Tabs.Tab value="runs">{t('doors.runs')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="doors">
          <ActionList />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <Runs />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
