// Every grant and every refusal, the latest first; new ones come by themselves.

import { Group, Paper, Select, Stack, Text } from '@mantine/core';
import { IconDoor } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCameraNames } from '../../parts/cameras.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { More } from '../../parts/more.tsx';
import { PersonFilter } from '../../parts/person-filter.tsx';
import { actionsQuery, RUN_STATES, runFilterOf, runsQuery, type RunFilter } from './door-data.ts';
import { isDoor } from './door-words.ts';
import { RunRow } from './run-row.tsx';

export function Runs() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filter = runFilterOf(useSearch({ from: '/inside/doors' }));
  const { data: actions = [] } = useQuery(actionsQuery);
  const cameras = useCameraNames();
  const list = useInfiniteQuery(runsQuery(filter));
  const runs = list.data?.pages.flatMap(({ items }) => items);
  const doors = new Set(actions.filter(isDoor).map(({ id }) => id));
  const isFiltered = Object.keys(filter).length > 0;

  function set(change: { readonly [K in keyof RunFilter]?: RunFilter[K] | undefined }): void {
    void navigate({ to: '/doors', search: { tab: 'runs', ...filter, ...change }, replace: true });
  }

  return (
    <Stack>
      <Text c="dimmed">{t('doors.runsText')}</Text>
      <Group gap="xs" role="search" aria-label={t('doors.filter')}>
        <Select
          aria-label={t('doors.door')}
          placeholder={t('doors.anyDoor')}
          data={actions.map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.action ?? null}
          onChange={(action) => set({ action: action ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('doors.door') }) }}
        />
        <PersonFilter person={filter.person} onChange={(person) => set({ person })} />
        <Select
          aria-label={t('doors.outcome')}
          placeholder={t('doors.anyOutcome')}
          data={RUN_STATES.map((value) => ({ value, label: t(`doors.state.${value}`) }))}
          value={filter.state ?? null}
          onChange={(state) => set({ state: RUN_STATES.find((one) => one === state) })}
          clearable
          clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('doors.outcome') }) }}
        />
      </Group>
      {list.error && !runs ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : !runs ? (
        <Loading />
      ) : runs.length === 0 ? (
        <Empty icon={<IconDoor />} title={t(isFiltered ? 'doors.noRunsSo' : 'doors.noRuns')}>
          {t(isFiltered ? 'doors.noRunsSoText' : 'doors.noRunsText')}
        </Empty>
      ) : (
        <Paper withBorder component="section" aria-label={t('doors.runs')}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} cameras={cameras} door={doors.has(run.action.id)} />
          ))}
        </Paper>
      )}
      <More list={list} />
    </Stack>
  );
}
