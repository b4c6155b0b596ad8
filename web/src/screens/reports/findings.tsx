// What to do something about: people who can be confused, and photos that are no good. Each leads to the person's page.

import { Anchor, Badge, Button, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Report } from './report.ts';

const FIRST = 10;

type Somebody = Report['confusable'][number]['a'];

export function Findings({ report: { confusable, weak } }: { readonly report: Report }) {
  const { t, i18n } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h4">
          {t('reports.confusable')}
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          {confusable.length === 0 ? t('reports.noConfusable') : t('reports.confusableWhy')}
        </Text>
        <Stack gap="xs">
          {confusable.slice(0, isWhole ? undefined : FIRST).map(({ a, b, distance, underThreshold, possiblySame }) => (
            <Group key={`${a.id} ${b.id}`} justify="space-between" gap="xs">
              <Text size="sm" component="div" className="anyName" flex="1 1 180px">
                <PersonLink person={a} /> – <PersonLink person={b} />
              </Text>
              <Group gap="xs" wrap="nowrap">
                <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {distance.toLocaleString(i18n.language, { minimumFractionDigits: 3, maximumFractionDigits: 3 })}
                </Text>
                <Badge variant="light" tt="none" color={possiblySame ? 'orange' : underThreshold ? 'yellow' : 'gray'}>
                  {t(
                    possiblySame ? 'reports.possiblySame' : underThreshold ? 'reports.underThreshold' : 'reports.apart',
                  )}
                </Badge>
              </Group>
            </Group>
          ))}
          {!isWhole && confusable.length > FIRST && (
            <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
              {t('parts.loadMore')}
            </Button>
          )}
        </Stack>
      </Paper>
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h4" mb="sm">
          {t('reports.weak')}
        </Title>
        {weak.total === 0 && (
          <Text size="sm" c="dimmed">
            {t('reports.noWeak')}
          </Text>
        )}
        <Stack gap="sm">
          {weak.persons.map(({ person, reasons }) => (
            <div key={person.id}>
              <Text size="sm" fw={600} component="div" className="anyName">
                <PersonLink person={person} />
              </Text>
              <List size="sm" spacing={2}>
                {reasons.map(({ code, message }) => (
                  <List.Item key={code}>
                    <span className="anyName">{message}</span>
                  </List.Item>
                ))}
              </List>
            </div>
          ))}
          {weak.total > weak.persons.length && (
            <Text size="sm" c="dimmed">
              {t('reports.moreWeak', { count: weak.total - weak.persons.length })}
            </Text>
          )}
        </Stack>
      </Paper>
    </SimpleGrid>
  );
}

function PersonLink({ person }: { readonly person: Somebody }) {
  return (
    <Anchor component={Link} to={`/people/${encodeURIComponent(person.id)}`} inherit>
      {person.name}
    </Anchor>
  );
}
