// What users and keys have in common: a list with a button above it, a form in a dialog, the cameras to choose from.

import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';

export function AccessList({
  text,
  icon,
  add,
  onAdd,
  heads,
  empty,
  children,
}: {
  readonly text: string;
  readonly icon: ReactNode;
  readonly add: string;
  readonly onAdd: () => void;
  readonly heads: readonly string[];
  /** Instead of a table without rows. */
  readonly empty?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed">{text}</Text>
        <Button leftSection={icon} onClick={onAdd}>
          {add}
        </Button>
      </Group>
      {empty ?? (
        <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                {heads.map((head) => (
                  <Table.Th key={head}>{head}</Table.Th>
                ))}
                <Table.Th aria-label={t('access.actions')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>{children}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

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

export function useCameraOptions(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ['cameras'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
  });
  return (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}
