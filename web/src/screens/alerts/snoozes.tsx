// What is not told for a while, and the way to be told again.

import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconBellZ } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { usePersonNames } from '../../parts/person-names.ts';
import { fullTime } from '../../parts/when.tsx';
import { rulesQuery, snoozesQuery } from './queries.ts';

export function Snoozes() {
  const { t } = useTranslation();
  const may = useMay('operator');
  const snoozes = useQuery({ ...snoozesQuery, enabled: may }).data?.items ?? [];
  if (snoozes.length === 0) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('alerts.snoozes')}>
      <Group gap="xs" mb="xs">
        <IconBellZ size={18} aria-hidden />
        <Text fw={600} size="sm">
          {t('alerts.snoozes')}
        </Text>
      </Group>
      <Stack gap="xs">
        {snoozes.map((snooze) => (
          <Snooze key={snooze.id} snooze={snooze} />
        ))}
      </Stack>
    </Paper>
  );
}

function Snooze({ snooze: { id, ruleId, personId, cameraId, until, by } }: { readonly snooze: Schemas['Snooze'] }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const cameras = useCameraNames();
  const persons = usePersonNames(personId === null ? [] : [personId]);
  const rules = useQuery(rulesQuery).data?.items ?? [];
  const wake = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/snoozes/{id}', { params: { path: { id } } })),
    onSuccess: () => tellDone(t('alerts.woken')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['snoozes'] }),
  });
  const about = [
    ruleId === null ? t('alerts.allRules') : (rules.find((rule) => rule.id === ruleId)?.name ?? ruleId),
    ...(personId === null ? [] : [persons.get(personId) ?? t('parts.somebody')]),
    ...(cameraId === null ? [] : [cameras.get(cameraId) ?? cameraId]),
  ];
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" className="anyName">
        {t('alerts.snoozed', { about: about.join(' · '), time: fullTime(until), by })}
      </Text>
      <Button size="compact-sm" variant="default" loading={wake.isPending} onClick={() => wake.mutate()}>
        {t('alerts.wake')}
      </Button>
    </Group>
  );
}
