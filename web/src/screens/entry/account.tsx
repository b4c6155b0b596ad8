// What everybody may change about herself: password, second factor, where she is signed in, her chats, messages of this browser. The tab
// is part of the address.

import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { Chats } from './chats.tsx';
import { Devices } from './devices.tsx';
import { ChangePassword } from './change-password.tsx';
import { BrowserNotifications } from './notifications.tsx';
import { SecondFactor } from './second-factor.tsx';

const PARTS = [
  { name: 'password', text: 'entry.password', part: ChangePassword },
  { name: 'totp', text: 'entry.totp', part: SecondFactor },
  { name: 'devices', text: 'entry.devices', part: Devices },
  { name: 'chats', text: 'chats.title', part: Chats },
  { name: 'notifications', text: 'push.title', part: BrowserNotifications },
] as const;

export function Account() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: '/inside/account' });
  return (
    <>
      <PageHead title={t('shell.account')} />
      <Tabs
        value={PARTS.find(({ name }) => name === tab)?.name ?? 'password'}
        onChange={(value) => void navigate({ to: '/account', search: { tab: value ?? undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {PARTS.map(({ name, text }) => (
            <Tabs.Tab key={name} value={name}>
              {t(text)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {PARTS.map(({ name, part: Part }) => (
          <Tabs.Panel key={name} value={name}>
            <Stack maw={520}>
              <Part />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
