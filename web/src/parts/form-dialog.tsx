// A form in a dialog, and how it ends.

import { Alert, Button, Group } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from './notices.tsx';

/** A form in a dialog, which a click beside it does not throw away. */
export function openForm(title: string, form: (close: () => void) => ReactNode): void {
  const id: string = modals.open({
    title,
    closeOnClickOutside: false,
    closeButtonProps: { 'aria-label': i18next.t('parts.close') },
    classNames: { title: 'anyName' },
    children: form(() => modals.close(id)),
  });
}

/** What was refused, and the way on. */
export function FormEnd({
  error,
  submit,
  isPending,
  onCancel,
}: {
  readonly error: unknown;
  readonly submit: string;
  readonly isPending: boolean;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {error !== null && (
        <Alert color="red" role="alert" className="anyName">
          {messageOf(error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('parts.cancel')}
        </Button>
        <Button type="submit" loading={isPending}>
          {submit}
        </Button>
      </Group>
    </>
  );
}
