// The page around somebody who is not signed in yet: nothing but what she came for.

import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Languages } from './languages.tsx';

export function EntryFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useDocumentTitle(`${title} · Kith`);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={420} gap="lg">
        <Group gap="sm" justify="center">
          <img src="/page/icon.svg" width={40} height={40} alt="" />
          <Text fw={700} size="xl">
            Kith
          </Text>
        </Group>
        <Paper withBorder p="lg" shadow="sm">
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
        <Languages />
      </Stack>
    </Center>
  );
}
