// Leaving with changes that are not saved: asked before, also when the whole page is closed.

import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function Unsaved({ when }: { readonly when: boolean }) {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => when,
    enableBeforeUnload: when,
    withResolver: true,
  });
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={t('cameras.unsaved.title')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Text>{t('cameras.unsaved.text')}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => proceed?.()}>
          {t('cameras.unsaved.leave')}
        </Button>
        <Button data-autofocus onClick={() => reset?.()}>
          {t('cameras.unsaved.stay')}
        </Button>
      </Group>
    </Modal>
  );
}
