// Whoever leaves while photos are being sent is asked first.

import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Uploader } from './upload.ts';

export function LeaveGuard({ uploader }: { readonly uploader: Uploader }) {
  const { t } = useTranslation();
  const busy = (): boolean => ['running', 'away', 'paused'].includes(uploader.now().state);
  const { status, proceed, reset } = useBlocker({
    // Only the filters of this screen change.
    shouldBlockFn: ({ current, next }) => busy() && !(current.pathname === next.pathname && isSameMode(current, next)),
    enableBeforeUnload: busy,
    withResolver: true,
  });
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title={t('adding.leave.title')}>
      <Text mb="md">{t('adding.leave.text')}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => proceed?.()}>
          {t('adding.leave.go')}
        </Button>
        <Button data-autofocus onClick={() => reset?.()}>
          {t('adding.leave.stay')}
        </Button>
      </Group>
    </Modal>
  );
}

interface Place {
  readonly search: unknown;
}

function isSameMode(current: Place, next: Place): boolean {
  const modeOf = ({ search }: Place): unknown => (search as { mode?: unknown }).mode;
  return modeOf(current) === modeOf(next);
}
