import { NavLink } from '@mantine/core';
import {
  IconActivity,
  IconAdjustments,
  IconCamera,
  IconChartBar,
  IconClipboardList,
  IconHistory,
  IconKey,
  IconPhotoSearch,
  IconServer,
  IconUserQuestion,
  IconUsers,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession, type Role } from '../api/session.ts';

/** In the order of a day's work; each with the least role that has it. */
const SCREENS = [
  { to: '/live', text: 'shell.live', icon: IconActivity, role: 'viewer' },
  { to: '/log', text: 'shell.log', icon: IconHistory, role: 'viewer' },
  { to: '/people', text: 'shell.people', icon: IconUsers, role: 'operator' },
  { to: '/strangers', text: 'shell.strangers', icon: IconUserQuestion, role: 'operator' },
  { to: '/search', text: 'shell.search', icon: IconPhotoSearch, role: 'operator' },
  { to: '/cameras', text: 'shell.cameras', icon: IconCamera, role: 'administrator' },
  { to: '/reports', text: 'shell.reports', icon: IconChartBar, role: 'operator' },
  { to: '/settings', text: 'shell.settings', icon: IconAdjustments, role: 'administrator' },
  { to: '/system', text: 'shell.system', icon: IconServer, role: 'administrator' },
  { to: '/users', text: 'shell.users', icon: IconKey, role: 'administrator' },
  { to: '/audit', text: 'shell.audit', icon: IconClipboardList, role: 'administrator' },
] as const;

const MAY: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  administrator: ['viewer', 'operator', 'administrator'],
};

export function Navigation({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const may = MAY[user?.role ?? 'viewer'];
  return SCREENS.filter(({ role }) => may.includes(role)).map(({ to, text, icon: Icon }) => (
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
