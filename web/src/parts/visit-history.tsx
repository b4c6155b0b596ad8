// What was said about a visit's best shot, by whom, and the way back.

import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../api/client.ts';
import { tellDone, tellFailure } from './notices.tsx';
import { When } from './when.tsx';

const MOST = 20;

export function VisitHistory({ detection }: { readonly detection: string }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data } = useQuery({
    queryKey: ['visit', 'history', detection],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/history', { params: { query: { detection, limit: MOST } }, signal })),
  });
  const undo = async (seq: number): Promise<void> => {
    try {
      await dataOf(api.POST('/api/v1/history/{seq}/undo', { params: { path: { seq: String(seq) } } }));
      tellDone(t('parts.undone'));
    } catch (error) {
      tellFailure(error);
    }
    await cache.invalidateQueries();
  };
  if (!data || data.items.length === 0) return <Text c="dimmed">{t('log.noHistory')}</Text>;
  return (
    <Stack gap="xs" role="list" aria-label={t('log.history')}>
      {data.items.map(({ seq, at, actor, summary, undone }) => (
        <Group key={seq} justify="space-between" wrap="nowrap" role="listitem" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Text size="sm" className="anyName" {...(undone && { td: 'line-through' })}>
              {summary}
            </Text>
            <Text size="xs" c="dimmed" className="anyName">
              {actor} · <When at={at} span inherit />
              {undone && ` · ${t('log.undoneBy', { name: undone.by })}`}
            </Text>
          </div>
          {!undone && (
            <Button size="compact-xs" variant="default" style={{ flexShrink: 0 }} onClick={() => void undo(seq)}>
              {t('parts.undo')}
            </Button>
          )}
        </Group>
      ))}
    </Stack>
  );
}
