// Whoever leaves something unfinished is asked first, also when the whole page is closed.

import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

interface Place {
  readonly pathname: string;
  readonly search: unknown;
}

export function LeaveGuard({
  when,
  within,
  words,
}: {
  /** Whether something is unfinished, asked at the moment of leaving. */
  readonly when: () => boolean;
  /** Whether a step from here to there leaves nothing: filters of the same screen. Without it every step does. */
  readonly within?: (here: Place, there: Place) => boolean;
  /** Other words than those for changes that are not saved. */
  readonly words?: { readonly title: string; readonly text: string; readonly leave: string; readonly stay: string };
}) {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => when() && within?.(current, next) !== true,
    enableBeforeUnload: when,
    withResolver: true,
  });
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={words?.title ?? t('parts.unsaved.title')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Text>{words?.text ?? t('parts.unsaved.text')}</Text>
      <Group justify="end" mt="md">
        <Button variant="default" onClick={() => proceed?.()}>
          {words?.leave ?? t('parts.unsaved.leave')}
        </Button>
        <Button data-autofocus onClick={() => reset?.()}>
          {words?.stay ?? t('parts.unsaved.stay')}
        </Button>
      </Group>
    </Modal>
  );
}

export function isSamePage(here: Place, there: Place): boolean {
  return here.pathname === there.pathname;
}
