// The frame around every screen: where one can go, whether Kith answers, and who is signed in.

import { AppShell, Box, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Banner } from './banner.tsx';
import { useFocusOnHeading } from './focus-heading.ts';
import { Navigation } from './navigation.tsx';
import { usePreloading } from './preloading.ts';
import { usePresence } from './presence.ts';
import { SessionEnded } from './session-ended.tsx';
import classes from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const presence = usePresence();
  useFocusOnHeading();
  usePreloading();
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
            <Link to="/live" className={classes['brand']} aria-label={`Kith: ${t('shell.home')}`}>
              <img src="/page/icon.svg" width={28} height={28} alt="" />
              <Text component="span" fw={700} size="lg" visibleFrom="xs">
                Kith
              </Text>
            </Link>
          </Group>
          <UserMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.nav')}>
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Banner presence={presence} />
        <Box>
          <Outlet />
        </Box>
      </AppShell.Main>
      <SessionEnded />
    </AppShell>
  );
}
