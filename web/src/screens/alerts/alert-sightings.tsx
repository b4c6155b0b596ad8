// What an alert tells of: the visits that its sightings belong to now, one of them opened as in the log, with all that can be said to it.

import { Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconHistoryOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { pictureOf, whoOf, type Shots } from '../../parts/alert-words.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { Empty } from '../../parts/empty.tsx';
import { Face } from '../../parts/face.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { undoLast } from '../../parts/notices.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { useVisitActs } from '../../parts/visit-acts.tsx';
import type { Entry } from '../../parts/visit-entry.ts';
import { VisitView } from '../../parts/visit-view.tsx';
import { clockTime } from '../../parts/when.tsx';
import classes from './alerts.module.css';
import { entryQuery, type Alert } from './queries.ts';

export function AlertSightings({ alert, shots }: { readonly alert: Alert; readonly shots: Shots }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const visits = visitsOf(alert, shots);
  const open = visits.find(({ key }) => key === chosen) ?? visits[0];
  if (!open) {
    return (
      <Empty icon={<IconHistoryOff />} title={t('alerts.erased')}>
        {t('alerts.erasedText')}
      </Empty>
    );
  }
  return (
    <Stack gap="md">
      {visits.length > 1 && (
        <Group gap={6} role="group" aria-label={t('alerts.sightings', { count: visits.length })}>
          {visits.map(({ key, shot }) => (
            <UnstyledButton
              key={key}
              className={classes['face'] ?? ''}
              data-chosen={key === open.key || undefined}
              aria-pressed={key === open.key}
              onClick={() => setChosen(key)}
            >
              <Face src={pictureOf(shot.id)} name={null} size={72} />
              <Text size="xs" w={72} ta="center" className="oneLine">
                {whoOf(shot)}
              </Text>
              <Text size="xs" c="dimmed" ta="center">
                {clockTime(shot.capturedAt)}
              </Text>
            </UnstyledButton>
          ))}
        </Group>
      )}
      <Paper withBorder p="md">
        <Sighting key={open.key} detectionId={open.shot.id} />
      </Paper>
    </Stack>
  );
}

/** One shot for each visit, or track of somebody undecided, in the order of the alert. */
function visitsOf(alert: Alert, shots: Shots) {
  const found = alert.sightings.flatMap(({ detectionId }) => shots.get(detectionId) ?? []);
  const groups = Map.groupBy(
    found,
    ({ id, visit, track, camera }) => visit ?? (track === null ? id : `${camera}/${track}`),
  );
  return [...groups].flatMap(([key, [shot]]) => (shot ? [{ key, shot }] : []));
}

function Sighting({ detectionId }: { readonly detectionId: string }) {
  const cameras = useCameraNames();
  const { data, error, refetch } = useQuery(entryQuery(detectionId));
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  return <Opened entry={{ ...data, cameraName: cameras.get(data.camera) ?? data.cameraName }} />;
}

function Opened({ entry }: { readonly entry: Entry }) {
  const may = useMay('operator');
  // Where it belongs now is read anew after each change.
  const { acts, dialogs } = useVisitActs(() => undefined);
  const act = (work: () => void) => () => {
    if (may) work();
  };
  const target = [{ entry }];
  const isSomebody = entry.person !== null;
  useKeys({
    y: act(() => isSomebody && void acts.confirm(target)),
    n: act(() => isSomebody && void acts.notHer(target)),
    i: act(() => acts.is(target)),
    p: act(() => void acts.move(target, null)),
    m: act(() => isSomebody && acts.merge(entry)),
    d: act(() => void acts.discard(target)),
    e: act(() => acts.erase(target)),
    u: () => void undoLast(),
    'mod+z': () => void undoLast(),
  });
  return (
    <>
      <VisitView entry={entry} acts={acts} />
      {dialogs}
    </>
  );
}
