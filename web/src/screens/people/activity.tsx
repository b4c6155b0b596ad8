// When and where she was seen: by weekday and hour, by day, by camera, over a time that can be chosen.

import { Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { dayKey } from '../../parts/when.tsx';
import { HeatMap } from './heat-map.tsx';
import { camerasQuery } from './queries.ts';

// The charts weigh more than all the rest of the panel.
const Timeline = lazy(() => import('./timeline.tsx').then(({ Timeline }) => ({ default: Timeline })));

const RANGES = ['7', '30', '90', '365'] as const;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function Activity({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<string>('30');
  const { data, error, refetch } = useQuery({
    queryKey: ['visits', 'activity', id, days],
    queryFn: ({ signal }) => {
      const end = new Date();
      // Whole days: the first one begins at midnight.
      const begin = new Date(end.getFullYear(), end.getMonth(), end.getDate() - Number(days) + 1);
      const query = { from: begin.toISOString(), to: end.toISOString(), zone: ZONE };
      return dataOf(api.GET('/api/v1/persons/{id}/activity', { params: { path: { id }, query }, signal }));
    },
    placeholderData: keepPreviousData,
  });
  const cameras = useQuery(camerasQuery).data?.items ?? [];
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          value={days}
          onChange={setDays}
          aria-label={t('people.range')}
          data={RANGES.map((value) => ({ value, label: t('people.rangeDays', { count: Number(value) }) }))}
        />
        {data && (
          <Text size="sm" role="status">
            {t('people.visits', { count: data.visits })}
          </Text>
        )}
      </Group>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton h={220} />}
      {data && data.visits === 0 && <Text c="dimmed">{t('people.noVisits')}</Text>}
      {data && data.visits > 0 && (
        <>
          <HeatMap week={data.week} />
          <Suspense fallback={<Skeleton h={160} />}>
            <Timeline from={dayKey(data.from)} to={dayKey(data.to)} days={data.days} />
          </Suspense>
          <div>
            <Title order={3} size="h6" mb={4}>
              {t('people.byCamera')}
            </Title>
            <Stack gap={2}>
              {data.cameras.map(({ camera, visits }) => (
                <Group key={camera} justify="space-between" wrap="nowrap">
                  <Text size="sm" className="oneLine">
                    {cameras.find((one) => one.id === camera)?.name ?? camera}
                  </Text>
                  <Text size="sm" c="dimmed" flex="none">
                    {t('people.visits', { count: visits })}
                  </Text>
                </Group>
              ))}
            </Stack>
          </div>
        </>
      )}
    </Stack>
  );
}
