// Nobody leaves a page with something unsaved without having said so.

import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function useUnsavedGuard(isDirty: boolean): ReactNode {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={t('people.leaveTitle')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Text>{t('people.leave')}</Text>
      <Group justify="end" mt="md">
        <Button variant="default" onClick={() => proceed?.()}>
          {t('people.leaveYes')}
        </Button>
        <Button data-autofocus onClick={() => reset?.()}>
          {t('people.leaveNo')}
        </Button>
      </Group>
    </Modal>
  );
}
