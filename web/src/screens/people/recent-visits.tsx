// The latest visits, each with its best shot; all of them are in the log.

import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { Failed } from '../../parts/failed.tsx';
import { clockTime, dayKey, dayName } from '../../parts/when.tsx';
import { camerasQuery } from './queries.ts';

const SHOWN = 6;

export function RecentVisits({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['visits', 'recent', id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/visits', { params: { query: { person: id, limit: SHOWN } }, signal })),
  });
  const cameras = useQuery(camerasQuery).data?.items ?? [];
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton h={120} />;
  if (data.items.length === 0) return <Text c="dimmed">{t('people.neverSeen')}</Text>;
  return (
    <Stack gap="xs">
      {data.items.map((visit) => (
        <Group key={visit.id} wrap="nowrap" gap="sm">
          <Face src={visit.picture} name={visit.person.name} size={48} />
          <Stack gap={0} miw={0}>
            <Text size="sm">
              {dayName(dayKey(visit.firstAt))}, {clockTime(visit.firstAt)}
            </Text>
            <Text size="xs" c="dimmed" className="oneLine">
              {cameras.find((one) => one.id === visit.camera)?.name ?? visit.camera} ·{' '}
              {t('people.shots', { count: visit.detections })}
            </Text>
          </Stack>
        </Group>
      ))}
      <Anchor size="sm" renderRoot={(props) => <Link to="/log" search={{ person: id }} {...props} />}>
        {t('people.allVisits')}
      </Anchor>
    </Stack>
  );
}
