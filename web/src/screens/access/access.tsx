// Who may come in: people with their roles, programs with their keys, and who is who in the chats.

import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { ChatUsers } from './chat-users.tsx';
import { Keys } from './keys.tsx';
import { Users } from './users.tsx';

export function Access() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'users' } = useSearch({ from: '/inside/users' });
  return (
    <>
      <PageHead title={t('access.title')} />
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ to: '/users', search: { tab: value ?? undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="users">{t('access.users')}</Tabs.Tab>
          <Tabs.Tab value="keys">{t('access.keys')}</Tabs.Tab>
          <Tabs.Tab value="chats">{t('chats.title')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <Keys />
        </Tabs.Panel>
        <Tabs.Panel value="chats">
          <ChatUsers />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
