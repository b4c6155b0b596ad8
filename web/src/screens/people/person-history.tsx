// What was changed about who she is, by whom, and the way back.

import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { When } from '../../parts/when.tsx';

const PAGE = 8;

export function PersonHistory({ id, mayChange }: { readonly id: string; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['persons', 'history', id],
    queryFn: ({ pageParam, signal }) => {
      const query = { person: id, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) };
      return dataOf(api.GET('/api/v1/history', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton h={80} />;
  const entries = data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) return <Text c="dimmed">{t('people.noHistory')}</Text>;
  return (
    <Stack gap="sm">
      {entries.map((entry) => (
        <Entry key={entry.seq} entry={entry} mayChange={mayChange} />
      ))}
      {hasNextPage && (
        <Button variant="default" size="compact-sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('parts.loadMore')}
        </Button>
      )}
    </Stack>
  );
}

function Entry({ entry, mayChange }: { readonly entry: Schemas['HistoryEntry']; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const undo = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/history/{seq}/undo', { params: { path: { seq: String(entry.seq) } } })),
    onSuccess: () => tellDone(t('parts.undone')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries(),
  });
  return (
    <Group justify="space-between" wrap="nowrap" align="start" gap="sm">
      <Stack gap={0} miw={0}>
        <Text size="sm" className="anyName" td={entry.undone ? 'line-through' : undefined}>
          {entry.summary}
        </Text>
        <Text size="xs" c="dimmed" className="anyName">
          {entry.actor} · <When at={entry.at} inherit span />
          {entry.undone && ` · ${t('people.undoneBy', { by: entry.undone.by })}`}
        </Text>
      </Stack>
      {mayChange && !entry.undone && (
        <Button size="compact-xs" variant="default" flex="none" loading={undo.isPending} onClick={() => undo.mutate()}>
          {t('parts.undo')}
        </Button>
      )}
    </Group>
  );
}
