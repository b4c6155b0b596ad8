// An opened visit (or undecided track): who, where and when, what can be said about it, whom it is near to, all its shots, its history.

import { Anchor, Box, CloseButton, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvent } from '../api/events.ts';
import { useMay } from '../api/session.ts';
import { DecisionBadge } from './decision.tsx';
import { Face } from './face.tsx';
import { Failed } from './failed.tsx';
import { Loading } from './loading.tsx';
import type { VisitActs } from './visit-acts.tsx';
import { VisitButtons } from './visit-buttons.tsx';
import { VisitCandidates } from './visit-candidates.tsx';
import { entryKey, shotsOf, type Entry } from './visit-entry.ts';
import { VisitHistory } from './visit-history.tsx';
import { VisitShots } from './visit-shots.tsx';
import { clockTime, dayKey, dayName } from './when.tsx';

export function VisitView({
  entry,
  acts,
  onClose,
}: {
  readonly entry: Entry;
  readonly acts: VisitActs;
  /** Absent where it does not stand beside something else. */
  readonly onClose?: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay('operator');
  const key = entryKey(entry);
  const { chosen, choose } = useChosen(key);
  const [withFigures, setWithFigures] = useState(false);
  const shots = useShots(entry, key);
  const target = chosen.size > 0 ? { entry, shots: [...chosen] } : { entry };
  const { person } = entry;
  return (
    <Stack gap="md" component="section" aria-label={t('log.opened')}>
      <Group wrap="nowrap" align="flex-start">
        <Face src={entry.picture} name={person?.name ?? null} size={72} />
        <Box style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} size="h4" lineClamp={2} className="anyName">
            {person === null ? (
              t('parts.somebody')
            ) : may ? (
              <Anchor component={Link} to={`/people/${encodeURIComponent(person.id)}`} inherit>
                {person.name}
              </Anchor>
            ) : (
              person.name
            )}
          </Title>
          <DecisionBadge of={entry} />
          <Text size="sm" c="dimmed" className="anyName">
            {entry.cameraName} · {dayName(dayKey(entry.lastAt))}, {span(entry)}
          </Text>
          {entry.decidedBy !== null && (
            <Text size="sm" c="dimmed">
              {t(entry.decidedBy === 'human' ? 'log.byHuman' : 'log.bySystem')}
            </Text>
          )}
        </Box>
        {onClose && <CloseButton aria-label={t('log.closeVisit')} onClick={onClose} />}
      </Group>
      {may && <VisitButtons targets={[target]} acts={acts} />}
      {chosen.size > 0 && (
        <Text size="sm" role="status">
          {t('log.someShots', { count: chosen.size })}
        </Text>
      )}
      <Stack gap="xs">
        <Title order={3} size="h6">
          {t('log.shots', { count: shots.data?.length ?? entry.detections })}
        </Title>
        {shots.error ? (
          <Failed error={shots.error} onRetry={() => void shots.refetch()} />
        ) : shots.data ? (
          <VisitShots shots={shots.data} chosen={chosen} {...(may && { onChoose: choose })} />
        ) : (
          <Loading />
        )}
      </Stack>
      {may && (
        <Stack gap="xs">
          <Group justify="space-between">
            <Title order={3} size="h6">
              {t('log.candidates')}
            </Title>
            <Switch
              size="xs"
              label={t('log.showFigures')}
              checked={withFigures}
              onChange={(event) => setWithFigures(event.currentTarget.checked)}
            />
          </Group>
          <VisitCandidates target={target} acts={acts} withFigures={withFigures} />
        </Stack>
      )}
      {may && (
        <Stack gap="xs">
          <Title order={3} size="h6">
            {t('log.history')}
          </Title>
          <VisitHistory detection={entry.bestDetection} />
        </Stack>
      )}
    </Stack>
  );
}

/** Ticks belong to the visit that is open. */
function useChosen(key: string) {
  const [state, setState] = useState<{ readonly key: string; readonly ids: ReadonlySet<string> }>({
    key,
    ids: new Set(),
  });
  const chosen = state.key === key ? state.ids : new Set<string>();
  const choose = (id: string, isChosen: boolean): void => {
    const ids = new Set(chosen);
    if (isChosen) ids.add(id);
    else ids.delete(id);
    setState({ key, ids });
  };
  return { chosen, choose };
}

function useShots(entry: Entry, key: string) {
  const cache = useQueryClient();
  useEvent('detection', ({ visit, track, camera }) => {
    const isOurs =
      entry.visit === null ? track !== null && track === entry.track && camera === entry.camera : visit === entry.visit;
    if (isOurs) void cache.invalidateQueries({ queryKey: ['visit'] });
  });
  return useQuery({ queryKey: ['visit', 'shots', key, entry.id], queryFn: ({ signal }) => shotsOf(entry, signal) });
}

const MINUTE_MS = 60_000;

/** "12:03:10", or "11:58 – 12:03" of a longer one. */
export function span({ firstAt, lastAt }: Pick<Entry, 'firstAt' | 'lastAt'>): string {
  if (Date.parse(lastAt) - Date.parse(firstAt) < MINUTE_MS) return clockTime(lastAt);
  return `${clockTime(firstAt)} – ${clockTime(lastAt)}`;
}
