// Every sighting that resembles the face: by likeness or by time, each with a way into the log.

import {
  Alert,
  Badge,
  Button,
  Group,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { When } from '../../parts/when.tsx';
import classes from './card.module.css';
import { PerDay } from './per-day.tsx';

const AT_FIRST = 60;
const SIZE = 64;

export function Sightings({
  found,
  onWiden,
}: {
  readonly found: Schemas['PhotoSearch'];
  /** Absent where all of the log was searched. */
  readonly onWiden?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const [order, setOrder] = useState('similarity');
  const [shown, setShown] = useState(AT_FIRST);
  const cameras = useCameraNames();
  const { sightings } = found;
  const ordered =
    order === 'time'
      ? sightings.toSorted((a, b) => (a.detection.capturedAt < b.detection.capturedAt ? 1 : -1))
      : sightings;

  return (
    <Stack gap="xs" component="section" aria-label={t('search.sightings')}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('search.sightings')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('search.sort')}
          value={order}
          onChange={setOrder}
          data={[
            { value: 'similarity', label: t('search.bySimilarity') },
            { value: 'time', label: t('search.byTime') },
          ]}
        />
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {t('search.looked', { count: found.looked })}{' '}
        {found.found > sightings.length && t('search.more', { count: found.found, shown: sightings.length })}
      </Text>
      {!found.complete && <Alert color="orange">{t('search.notAll')}</Alert>}
      {sightings.length === 0 && (
        <Paper withBorder p="md">
          <Text>{t('search.noSightings')}</Text>
          {onWiden && (
            <Button mt="sm" variant="default" onClick={onWiden}>
              {t('search.widen')}
            </Button>
          )}
        </Paper>
      )}
      <PerDay sightings={sightings} />
      <SimpleGrid cols={{ base: 1, xs: 2, xl: 3 }} spacing="xs">
        {ordered.slice(0, shown).map((sighting) => (
          <Sighting key={sighting.detection.id} of={sighting} camera={cameras.get(sighting.detection.camera)} />
        ))}
      </SimpleGrid>
      {ordered.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + AT_FIRST)}>
          {t('parts.loadMore')}
        </Button>
      )}
    </Stack>
  );
}

function Sighting({
  of: { detection, distance, similarity },
  camera,
}: {
  readonly of: Schemas['SightingFound'];
  readonly camera: string | undefined;
}) {
  const { t } = useTranslation();
  const { visit, person, picture, capturedAt } = detection;
  const inside = (
    <Group wrap="nowrap" gap="sm">
      <Face src={picture} name={person?.name ?? null} size={SIZE} />
      <Stack gap={2} style={{ minWidth: 0 }}>
        <Text fw={600} size="sm" className="oneLine" title={person?.name}>
          {person?.name ?? t('parts.somebody')}
        </Text>
        <Text size="xs" c="dimmed" className="oneLine">
          {camera ?? detection.camera} · <When at={capturedAt} span inherit />
        </Text>
        <Tooltip label={`${t('search.distance', { distance: distance.toFixed(2) })}. ${t('search.similarHint')}`}>
          <Badge variant="light" tt="none" color={similarity === 'very_similar' ? 'teal' : 'gray'}>
            {similarity === 'very_similar' ? t('search.verySimilar') : t('search.similar')}
          </Badge>
        </Tooltip>
      </Stack>
    </Group>
  );
  return visit === null ? (
    <Paper withBorder p="xs">
      {inside}
    </Paper>
  ) : (
    <Paper
      withBorder
      p="xs"
      className={classes.card}
      renderRoot={(props) => <Link to="/log" search={{ visit }} {...props} />}
    >
      {inside}
    </Paper>
  );
}

export function useCameraNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['cameras'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
    select: ({ items }) => new Map(items.map(({ id, name }) => [id, name])),
  });
  return data ?? NONE;
}

const NONE: ReadonlyMap<string, string> = new Map();
