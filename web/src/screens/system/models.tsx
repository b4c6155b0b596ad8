// The embedding models: which is in force, and the change to another one.

import { Alert, Badge, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { duration, number } from '../../parts/said.ts';

const KEY = ['system', 'models'];
const BUSY_MS = 1_500;
const QUIET_MS = 20_000;
const COLORS = { in_force: 'teal', preparing: 'blue', earlier: 'gray', available: 'gray', gone: 'red' } as const;

export function Models() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/models', { signal })),
    refetchInterval: ({ state }) => (state.data?.preparing ? BUSY_MS : QUIET_MS),
  });
  const keep = (next: NonNullable<typeof data>) => cache.setQueryData(KEY, next);
  const switching = useMutation({
    mutationFn: (body: { model: string; force?: boolean }) => dataOf(api.POST('/api/v1/models/switch', { body })),
    onSuccess: keep,
    onError: tellFailure,
  });
  const leaving = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/models/switch')),
    onSuccess(next) {
      keep(next);
      tellDone(t('system.switchLeft'));
    },
    onError: tellFailure,
  });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  const { preparing } = data;
  const nameOf = (id: string) => data.items.find((model) => model.id === id)?.name ?? id;
  const askFirst = (model: string) =>
    ask(t('system.switchTo', { name: nameOf(model) }), t('system.switchAsk'), {
      confirm: t('system.switch'),
      removes: false,
      onConfirm: () => switching.mutate({ model }),
    });
  return (
    <Stack maw={960}>
      <Text size="sm" c="dimmed">
        {t('system.modelsAbout')}
      </Text>
      {preparing && (
        <Paper withBorder p="md" role="status">
          <Group justify="space-between" mb="xs">
            <Text size="sm" className="anyName">
              {t('system.preparing', {
                name: nameOf(preparing.model),
                done: number(preparing.done),
                total: number(preparing.total),
              })}
              {preparing.secondsLeft !== null && ` ${t('system.left', { time: duration(preparing.secondsLeft) })}`}
            </Text>
            <Button variant="default" size="compact-sm" loading={leaving.isPending} onClick={() => leaving.mutate()}>
              {t('parts.cancel')}
            </Button>
          </Group>
          <Progress
            value={preparing.total === 0 ? 0 : (preparing.done / preparing.total) * 100}
            aria-label={t('system.progress')}
            animated
          />
          {preparing.asksForForce && (
            <Alert color="orange" icon={<IconAlertTriangle />} mt="sm">
              <Text size="sm" mb="xs">
                {t('system.asksForForce', { count: preparing.failed })}
              </Text>
              <Button size="compact-sm" onClick={() => switching.mutate({ model: preparing.model, force: true })}>
                {t('system.force')}
              </Button>
            </Alert>
          )}
        </Paper>
      )}
      {data.items.map((model) => (
        <Paper key={model.id} withBorder p="md" component="article" aria-label={model.name}>
          <Group justify="space-between">
            <div>
              <Group gap="xs">
                <Text fw={600} className="anyName">
                  {model.name}
                </Text>
                <Badge variant="light" color={COLORS[model.state]}>
                  {t(`system.modelStates.${model.state}`)}
                </Badge>
                {model.own && <Badge variant="outline">{t('system.ownModel')}</Badge>}
                {model.configured && <Badge variant="outline">{t('system.configured')}</Badge>}
              </Group>
              <Text size="xs" c="dimmed" className="anyName">
                {model.id}
              </Text>
            </div>
            {(model.state === 'available' || model.state === 'earlier') && !preparing && (
              <Button variant="default" size="xs" loading={switching.isPending} onClick={() => askFirst(model.id)}>
                {t('system.switch')}
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
