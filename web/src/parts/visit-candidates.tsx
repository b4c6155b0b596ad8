// The best shot beside the persons who are nearest to it, each with references to compare by eye.

import { Alert, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { certaintyOf } from '../../../src/certainty.ts';
import { api, dataOf, type Schemas } from '../api/client.ts';
import { Face } from './face.tsx';
import { Loading } from './loading.tsx';
import { messageOf } from './notices.tsx';
import type { VisitActs } from './visit-acts.tsx';
import type { Target } from './visit-change.ts';

const MOST = 5;
const FACE = 64;

export function VisitCandidates({
  target,
  acts,
  withFigures,
}: {
  readonly target: Target;
  readonly acts: VisitActs;
  readonly withFigures: boolean;
}) {
  const { t } = useTranslation();
  const { entry } = target;
  const { data, error } = useQuery({
    queryKey: ['visit', 'candidates', entry.bestDetection],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/detections/{id}/candidates', {
          params: { path: { id: entry.bestDetection }, query: { limit: MOST } },
          signal,
        }),
      ),
  });
  if (error) return <Alert color="gray">{messageOf(error)}</Alert>;
  if (!data) return <Loading />;
  if (data.items.length === 0) return <Text c="dimmed">{t('log.nobodyNear')}</Text>;
  return (
    <Stack gap="xs" role="list" aria-label={t('log.candidates')}>
      {data.items.map((candidate) => (
        <Card key={candidate.person.id} of={candidate} threshold={data.threshold} {...{ target, acts, withFigures }} />
      ))}
    </Stack>
  );
}

function Card({
  of: { person, distance, margin, references },
  threshold,
  target,
  acts,
  withFigures,
}: {
  readonly of: Schemas['Candidate'];
  readonly threshold: number;
  readonly target: Target;
  readonly acts: VisitActs;
  readonly withFigures: boolean;
}) {
  const { t } = useTranslation();
  const isHers = target.entry.person?.id === person.id;
  return (
    <Paper withBorder p="xs" role="listitem">
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Text fw={600} className="oneLine" title={person.name}>
          {person.name}
        </Text>
        <Nearness distance={distance} threshold={threshold} />
      </Group>
      <Group gap={6} wrap="nowrap" align="center">
        <Face src={target.entry.picture} name={null} size={FACE} />
        <Text c="dimmed" aria-hidden>
          ↔
        </Text>
        {references.map(({ id, picture }) => (
          <Face key={id} src={picture} name={person.name} size={FACE} />
        ))}
      </Group>
      {withFigures && (
        <Text size="xs" c="dimmed" mt={4}>
          {t(margin < 0 ? 'log.figuresFar' : 'log.figures', {
            distance: distance.toFixed(3),
            margin: Math.abs(margin).toFixed(3),
          })}
        </Text>
      )}
      <Group gap={6} mt={6}>
        {!isHers && (
          <Button
            size="compact-xs"
            variant="light"
            aria-label={t('log.itIsName', { name: person.name })}
            onClick={() => void acts.move([target], { person: person as Schemas['Person'] })}
          >
            {t('log.itIsHer')}
          </Button>
        )}
        {isHers && (
          <Badge variant="light" color="teal" tt="none">
            {t('log.takenFor')}
          </Badge>
        )}
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={t('log.notName', { name: person.name })}
          onClick={() => void acts.notHer([target], person.id)}
        >
          {t('log.notHer')}
        </Button>
      </Group>
    </Paper>
  );
}

/** In words, as everywhere: never the bare number. */
function Nearness({ distance, threshold }: { readonly distance: number; readonly threshold: number }) {
  const { t } = useTranslation();
  if (distance > threshold) {
    return (
      <Badge variant="light" color="gray" tt="none" style={{ flexShrink: 0 }}>
        {t('log.far')}
      </Badge>
    );
  }
  const certainty = certaintyOf(distance, threshold);
  return (
    <Badge variant="light" color={certainty === 'certain' ? 'green' : 'blue'} tt="none" style={{ flexShrink: 0 }}>
      {t(`parts.${certainty}`)}
    </Badge>
  );
}
