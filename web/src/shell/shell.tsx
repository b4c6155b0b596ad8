// The frame around every screen: where one can go, whether Kith answers, and who is signed in.

import { Alert, AppShell, Box, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { onStatus } from '../api/client.ts';
import { openEvents } from '../api/events.ts';
import { useSession } from '../api/session.ts';
import { tellDone } from '../parts/notices.tsx';
import { Navigation } from './navigation.tsx';
import { UserMenu } from './user-menu.tsx';

export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const away = useAway();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'md' }}
    >
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" gap="sm">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} />
            <img src="/page/icon.svg" width={28} height={28} alt="" />
            <Text fw={700} size="lg">
              Kith
            </Text>
          </Group>
          <UserMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.nav')}>
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {away && (
          <Alert color="orange" icon={<IconPlugConnectedX />} mb="md" role="alert">
            {t('shell.away')}
          </Alert>
        )}
        <Box>
          <Outlet />
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

/** Follows the events, notices when nobody answers, and when the session has ended. */
function useAway(): boolean {
  const cache = useQueryClient();
  const { t } = useTranslation();
  const session = useSession();
  const [away, setAway] = useState(false);
  const heard = useEffectEvent((status: number) => {
    if (status === 401) void cache.invalidateQueries({ queryKey: ['session'] });
    const isAway = status === 0 || status === 502 || status === 504;
    if (away && !isAway) {
      tellDone(t('shell.back'));
      void cache.invalidateQueries();
    }
    setAway(isAway);
  });
  useEffect(() => onStatus(heard), []);
  const isOpen = session.state === 'open';
  useEffect(() => (isOpen ? openEvents(cache) : undefined), [cache, isOpen]);
  return away;
}
