// A new channel: first its kind, then its settings.

import { Button, Group, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { kindDescription, kindTitle } from '../../parts/kind-form.tsx';
import { ChannelEditor } from './channel-editor.tsx';
import type { ChannelKind } from './queries.ts';
import classes from './rules.module.css';

export function NewChannel({
  kinds,
  onDone,
  onSaved,
}: {
  readonly kinds: readonly ChannelKind[];
  readonly onDone: () => void;
  readonly onSaved: (id: string) => void;
}) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ChannelKind | null>(null);
  if (chosen) {
    return (
      <ChannelEditor key={chosen.kind} stored={null} kind={chosen} onDone={() => setChosen(null)} onSaved={onSaved} />
    );
  }
  return (
    <Stack>
      <Title order={2} size="h3">
        {t('channels.which')}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {kinds.map((kind) => (
          <UnstyledButton key={kind.kind} className={classes['kind'] ?? ''} onClick={() => setChosen(kind)}>
            <Text fw={600}>{kindTitle(kind)}</Text>
            <Text size="sm" c="dimmed">
              {kindDescription(kind)}
            </Text>
          </UnstyledButton>
        ))}
      </SimpleGrid>
      <Group>
        <Button variant="subtle" onClick={onDone}>
          {t('rules.back')}
        </Button>
      </Group>
    </Stack>
  );
}
