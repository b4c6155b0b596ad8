// What users and keys have in common: a list with a button above it.

import { Button, Group, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

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
