// Signing in.

import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionQuery, useSession } from '../../api/session.ts';
import { SignIn } from '../../parts/sign-in.tsx';
import { EntryFrame } from './frame.tsx';

export function Login() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const to = insideAddress(useSearch({ from: '/login' })['to']);
  if (session.state === 'setup') return <Navigate to="/setup" replace />;
  return (
    <EntryFrame title={t('entry.signIn')}>
      <SignIn
        onDone={(next) => {
          cache.clear();
          cache.setQueryData(sessionQuery.queryKey, next);
          void navigate({ href: to, replace: true });
        }}
      />
      <Text size="sm" c="dimmed">
        {t('entry.forgot')} <code>npx kith link</code>
      </Text>
    </EntryFrame>
  );
}

/** Only an address of the panel: a link must not lead elsewhere. */
function insideAddress(to: string | undefined): string {
  if (to === undefined || !to.startsWith('/') || to.startsWith('//') || to.startsWith('/\\')) return '/live';
  return to;
}
