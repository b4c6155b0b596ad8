import { Group, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Tile({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Paper component="section" withBorder p="md" aria-label={title}>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={2} size="h5">
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}

/** What it is on the left, how much on the right. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Group justify="space-between" gap="md" wrap="nowrap" align="flex-start" py={3}>
      <Text size="sm" c="dimmed" flex="none">
        {name}
      </Text>
      <Text size="sm" ta="right" className="anyName" component="div" miw={0}>
        {children}
      </Text>
    </Group>
  );
}
