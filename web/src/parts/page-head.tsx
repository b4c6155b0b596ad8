// The head of a screen: its title, which is the page's too, and what can be done there.

import { Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  useDocumentTitle(`${title} · Kith`);
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Title order={1} size="h2" className="anyName">
        {title}
      </Title>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
