// The nearest people, each with her most similar photo, how sure it is in words, and the distance.

import { Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';

const COLORS = { certain: 'green', likely: 'blue', unlikely: 'gray' } as const;
const SIZE = 72;

export function PeopleFound({ found }: { readonly found: Schemas['PhotoSearch'] }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" component="section" aria-label={t('search.people')}>
      <Title order={2} size="h4">
        {t('search.people')}
      </Title>
      <Text role="status" className="anyName">
        <Verdict found={found} />
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {found.people.map(({ person, distance, certainty, reference }) => {
          const word = certainty ?? 'unlikely';
          return (
            <Paper
              key={person.id}
              withBorder
              p="xs"
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
