// Where she is signed in; each can be ended from here.

import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellFailure } from '../../parts/notices.tsx';
import { When } from '../../parts/when.tsx';
import { browserName } from './browser-name.ts';

export function Devices() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/session/devices', { signal })),
  });
  const end = useMutation({
    mutationFn: (id: string) => dataOf(api.DELETE('/api/v1/session/devices/{id}', { params: { path: { id } } })),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['devices'] }),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Stack>
      <Text c="dimmed">{t('entry.devicesText')}</Text>
      {data.items.map((device) => (
        <Device key={device.id} device={device} onEnd={() => end.mutate(device.id)} />
      ))}
    </Stack>
  );
}

function Device({ device, onEnd }: { readonly device: Schemas['Device']; readonly onEnd: () => void }) {
  const { t } = useTranslation();
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={2} miw={0}>
          <Text className="anyName">{browserName(device.agent) ?? t('entry.someBrowser')}</Text>
          <Text size="sm" c="dimmed">
            {device.address} · <When at={device.seenAt} span inherit />
          </Text>
        </Stack>
        {device.current ? (
          <Badge variant="light">{t('entry.thisBrowser')}</Badge>
        ) : (
          <Button variant="default" size="xs" onClick={onEnd}>
            {t('entry.endDevice')}
          </Button>
        )}
      </Group>
    </Card>
  );
}
