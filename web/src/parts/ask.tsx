// The question before something that cannot be taken back, or that takes long.

import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';

export function ask(
  title: string,
  text: string,
  {
    confirm,
    onConfirm,
    removes = true,
  }: {
    /** What is done, on the button. */
    readonly confirm: string;
    readonly onConfirm: () => void;
    /** false: nothing is lost by it. */
    readonly removes?: boolean;
  },
): void {
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" className="anyName">
        {text}
      </Text>
    ),
    labels: { confirm, cancel: i18next.t('parts.cancel') },
    confirmProps: removes ? { color: 'red' } : {},
    closeButtonProps: { 'aria-label': i18next.t('parts.close') },
    classNames: { title: 'anyName' },
    onConfirm,
  });
}
