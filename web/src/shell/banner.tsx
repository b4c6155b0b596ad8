// Above every screen while Kith does not answer, or tells nothing of what happens.

import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Presence } from '../api/presence.ts';

export function Banner({ presence }: { readonly presence: Presence }) {
  const { t } = useTranslation();
  if (presence === 'here') return null;
  return (
    <Alert
      color={presence === 'away' ? 'orange' : 'yellow'}
      icon={<IconPlugConnectedX />}
      mb="md"
      role="alert"
      pos="sticky"
      top="calc(var(--app-shell-header-height) + var(--mantine-spacing-xs))"
      style={{ zIndex: 50 }}
    >
      {t(presence === 'away' ? 'shell.away' : 'shell.quiet')}
    </Alert>
  );
}
