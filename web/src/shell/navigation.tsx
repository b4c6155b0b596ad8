import { NavLink } from '@mantine/core';
import {
  IconActivity,
  IconAdjustments,
  IconBell,
  IconBellCog,
  IconCamera,
  IconChartBar,
  IconClipboardList,
  IconDoor,
  IconHistory,
  IconKey,
  IconPhotoSearch,
  IconServer,
  IconUserQuestion,
  IconUsers,
} from '@tabler/icons-react';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mayAs, useSession } from '../api/session.ts';

/** In the order of a day's work. */
const SCREENS = [
  { to: '/live', text: 'shell.live', icon: IconActivity },
  { to: '/log', text: 'shell.log', icon: IconHistory },
  { to: '/alerts', text: 'shell.alerts', icon: IconBell },
  { to: '/people', text: 'shell.people', icon: IconUsers },
  { to: '/strangers', text: 'shell.strangers', icon: IconUserQuestion },
  { to: '/search', text: 'shell.search', icon: IconPhotoSearch },
  { to: '/cameras', text: 'shell.cameras', icon: IconCamera },
  { to: '/doors', text: 'shell.doors', icon: IconDoor },
  { to: '/rules', text: 'shell.rules', icon: IconBellCog },
  { to: '/reports', text: 'shell.reports', icon: IconChartBar },
  { to: '/settings', text: 'shell.settings', icon: IconAdjustments },
  { to: '/system', text: 'shell.system', icon: IconServer },
  { to: '/users', text: 'shell.users', icon: IconKey },
  { to: '/audit', text: 'shell.audit', icon: IconClipboardList },
] as const;

export function Navigation({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const { routesByPath } = useRouter();
  // Who may what stands at the routes.
  const open = SCREENS.filter(({ to }) => mayAs(user, routesByPath[to].options.staticData?.role ?? 'viewer'));
  return open.map(({ to, text, icon: Icon }) => (
    <NavLink
      key={to}
      renderRoot={(props: object) => (
        <Link to={to} activeProps={{ 'data-active': true, 'aria-current': 'page' }} {...props} />
      )}
      label={t(text)}
      leftSection={<Icon size={18} stroke={1.6} />}
      onClick={onGo}
    />
  ));
}
