// Who would get which photos, and what is odd, before anything is sent.

import { Badge, Button, Group, Paper, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import type { Chosen } from './chosen.ts';
import { LocalThumb } from './local-thumb.tsx';
import { OddFiles } from './odd-files.tsx';
import { planOf, type Naming, type Plan } from './plan.ts';

const AT_FIRST = 50;
const MOST_PAGES = 10;

export function PlanPreview({
  chosen: { gathered, rows },
  onStart,
  onStartOver,
}: {
  readonly chosen: Chosen;
  readonly onStart: (plan: Plan, source: string) => void;
  readonly onStartOver: () => void;
}) {
  const { t } = useTranslation();
  const [naming, setNaming] = useState<Naming>(gathered.flat ? 'file' : 'folder');
  const [shown, setShown] = useState(AT_FIRST);
  const plan = useMemo(() => planOf(gathered.entries, naming, rows), [gathered, naming, rows]);
  const known = useKnownNames();
  const { people, photos } = plan;
  const hasFolders = gathered.entries.some(({ path }) => path.includes('/'));
  // Other names are another import: the same file would count as looked at already.
  const source = rows
    ? `${gathered.source} by CSV`
    : naming === 'file'
      ? `${gathered.source} by file`
      : gathered.source;

  return (
    <Stack>
      <Text>{t('adding.preview')}</Text>
      <Group>
        <Badge size="lg" variant="light" tt="none">
          {t('adding.people', { count: people.length })}
        </Badge>
        <Badge size="lg" variant="light" tt="none">
          {t('adding.photoCount', { count: photos.length })}
        </Badge>
        {!rows && hasFolders && (
          <Group gap="xs">
            <Text size="sm" id="naming">
              {t('adding.naming')}
            </Text>
            <SegmentedControl
              size="xs"
              aria-labelledby="naming"
              value={naming}
              onChange={(value) => setNaming(value === 'file' ? 'file' : 'folder')}
              data={[
                { value: 'folder', label: t('adding.byFolder') },
                { value: 'file', label: t('adding.byFile') },
              ]}
            />
          </Group>
        )}
      </Group>
      <Group>
        <Button disabled={photos.length === 0} onClick={() => onStart(plan, source)}>
          {t('adding.start', { count: photos.length })}
        </Button>
        <Button variant="default" onClick={onStartOver}>
          {t('adding.startOver')}
        </Button>
      </Group>
      <OddFiles odd={plan.odd} />
      <Paper withBorder>
        <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
          {people.slice(0, shown).map((person) => (
            <Group component="li" key={person.name} wrap="nowrap" px="sm" py={6}>
              {person.photos[0] && <LocalThumb photo={person.photos[0]} size={40} />}
              <Text className="oneLine" style={{ flex: 1 }} title={person.name}>
                {person.name}
              </Text>
              {known.has(person.name.toLowerCase()) && (
                <Tooltip label={t('adding.knownHint')}>
                  <Badge variant="light" color="gray" tt="none" style={{ flexShrink: 0 }}>
                    {t('adding.known')}
                  </Badge>
                </Tooltip>
              )}
              <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
                {t('adding.photoCount', { count: person.photos.length })}
              </Text>
            </Group>
          ))}
        </Stack>
      </Paper>
      {people.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + AT_FIRST)}>
          {t('adding.moreRows', { count: Math.min(AT_FIRST, people.length - shown) })}
        </Button>
      )}
    </Stack>
  );
}

/** In lower case; of a few thousand people, which is a hint and no more. */
function useKnownNames(): ReadonlySet<string> {
  const { data } = useQuery({
    queryKey: ['persons', 'names'],
    queryFn: async ({ signal }) => {
      const names = new Set<string>();
      let cursor: string | null = null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query: { kind: 'known'; limit: number; cursor?: string } = {
          kind: 'known',
          limit: 500,
          ...(cursor !== null && { cursor }),
        };
        const { items, next }: { items: { name: string }[]; next: string | null } = await dataOf(
          api.GET('/api/v1/persons', { params: { query }, signal }),
        );
        for (const { name } of items) names.add(name.toLowerCase());
        cursor = next;
        if (cursor === null) break;
      }
      return names;
    },
  });
  return data ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();
