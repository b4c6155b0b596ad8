// The nearest people, each with her most similar photo, how sure it is in words, and the distance.

import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import classes from './card.module.css';
import { SideBySide } from './side-by-side.tsx';

const COLORS = { certain: 'green', likely: 'blue', lessLikely: 'gray', unlikely: 'gray' } as const;
const SIZE = 64;
const AT_FIRST = 4;

export function PeopleFound({
  found,
  src,
}: {
  readonly found: Schemas['PhotoSearch'];
  /** The picture that was searched for. */
  readonly src: string | null;
}) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? found.people : found.people.slice(0, AT_FIRST);
  return (
    <Stack gap="xs" component="section" aria-label={t('search.people')}>
      <Title order={2} size="h4">
        {t('search.people')}
      </Title>
      <Text role="status" className="anyName">
        <Verdict found={found} />
      </Text>
      <SideBySide found={found} src={src} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 1, xl: 2 }} spacing="xs">
        {shown.map(({ person, distance, certainty, reference }) => {
          const word = certainty ?? (distance < found.threshold ? 'lessLikely' : 'unlikely');
          return (
            <Paper
              key={person.id}
              withBorder
              p="xs"
              className={classes.card}
              renderRoot={(props) => <Link to="/people/$id" params={{ id: person.id }} {...props} />}
            >
              <Group wrap="nowrap" gap="sm">
                <Face src={reference?.picture ?? null} name={person.name} size={SIZE} />
                <Stack gap={4} style={{ minWidth: 0 }}>
                  <Text fw={600} className="oneLine" title={person.name}>
                    {person.name}
                  </Text>
                  <Badge variant="light" color={COLORS[word]} tt="none">
                    {t(`search.${word}`)}
                  </Badge>
                  <Text size="xs" c="dimmed">
                    {t('search.distance', { distance: distance.toFixed(2) })}
                  </Text>
                </Stack>
              </Group>
            </Paper>
          );
        })}
      </SimpleGrid>
      {found.people.length > shown.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t('parts.loadMore')}
        </Button>
      )}
    </Stack>
  );
}

function Verdict({ found: { decision, person, people } }: { readonly found: Schemas['PhotoSearch'] }) {
  const { t } = useTranslation();
  const [a, b] = people;
  if (people.length === 0) return t('search.nobody');
  if (decision === 'ambiguous' && a && b) return t('search.isAmbiguous', { a: a.person.name, b: b.person.name });
  if (!person) return t('search.isNobody');
  return person.kind === 'known'
    ? t('search.isHer', { name: person.name })
    : t('search.isStranger', { name: person.name });
}
