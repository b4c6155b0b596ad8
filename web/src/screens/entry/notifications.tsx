// Messages of the browser on this device: switched on and off, what stands in the way, and on which devices she has them.

import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconBell } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { messageOf, tellDone, tellFailure } from '../../parts/notices.tsx';
import { When } from '../../parts/when.tsx';
import { browserName } from './browser-name.ts';
import { NoChannel } from './no-channel.tsx';
import { obstacle, ownEndpoint, subscribe, unsubscribe, type Subscription } from './push.ts';

const KEY = ['push'];

export function BrowserNotifications() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const [{ items }, { isUsed }, endpoint] = await Promise.all([
        dataOf(api.GET('/api/v1/push/subscriptions', { signal })),
        dataOf(api.GET('/api/v1/push/key', { signal })),
        ownEndpoint(),
      ]);
      return { items, isUsed, own: items.find((one) => one.endpoint === endpoint) ?? null };
    },
  });
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Stack>
      <Text c="dimmed">{t('push.text')}</Text>
      {/* Whoever switches it on would wait for nothing. */}
      {!data.isUsed && (
        <NoChannel title={t('push.notUsed')} text={t('push.notUsedText')} askFor={t('push.notUsedAsk')} />
      )}
      <ThisDevice own={data.own} />
      <Title order={2} size="h5" mt="sm">
        {t('push.devices')}
      </Title>
      {data.items.length === 0 && <Text c="dimmed">{t('push.none')}</Text>}
      {data.items.map((one) => (
        <Device key={one.id} device={one} isOwn={one.id === data.own?.id} />
      ))}
    </Stack>
  );
}

function ThisDevice({ own }: { readonly own: Subscription | null }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const on = useMutation({
    mutationFn: subscribe,
    onSuccess(isOn) {
      if (isOn) tellDone(t('push.isOn'));
    },
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
  const off = useUnsubscribe();
  // Asked at each look: somebody may have changed it in the browser's own settings.
  const inTheWay = obstacle();
  if (inTheWay !== null) {
    return (
      <Alert color="orange" icon={<IconAlertTriangle />} title={t(`push.obstacle.${inTheWay}`)} role="status">
        {t(`push.remedy.${inTheWay}`, { address: location.host })}
      </Alert>
    );
  }
  return (
    <Stack gap="xs">
      <Group>
        {own ? (
          <>
            <Badge color="green" variant="light" size="lg" tt="none" leftSection={<IconBell size={14} />}>
              {t('push.onHere')}
            </Badge>
            <Button variant="default" loading={off.isPending} onClick={() => off.mutate(own)}>
              {t('push.switchOff')}
            </Button>
          </>
        ) : (
          <Button leftSection={<IconBell size={18} />} loading={on.isPending} onClick={() => on.mutate()}>
            {t('push.switchOn')}
          </Button>
        )}
      </Group>
      {on.data === false && (
        <Text size="sm" role="status">
          {t('push.notAllowed')}
        </Text>
      )}
      {on.error && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('push.failed')} role="alert" className="anyName">
          {messageOf(on.error)}
        </Alert>
      )}
    </Stack>
  );
}

function Device({ device, isOwn }: { readonly device: Subscription; readonly isOwn: boolean }) {
  const { t } = useTranslation();
  const off = useUnsubscribe();
  const name = browserName(device.agent) ?? t('entry.someBrowser');
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Text className="anyName">{name}</Text>
            {isOwn && <Badge variant="light">{t('entry.thisBrowser')}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {t('push.since')} <When at={device.createdAt} span inherit />
          </Text>
        </Stack>
        {!isOwn && (
          <Button
            variant="default"
            size="xs"
            flex="none"
            loading={off.isPending}
            aria-label={t('push.removeOf', { name })}
            onClick={() => off.mutate(device)}
          >
            {t('push.remove')}
          </Button>
        )}
      </Group>
    </Card>
  );
}

function useUnsubscribe() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: unsubscribe,
    onSuccess: () => tellDone(t('push.isOff')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
}
