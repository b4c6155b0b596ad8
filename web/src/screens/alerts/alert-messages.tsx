// The messages of one alert: to which channel, what became of each.

import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { DeliveryBadge, DeliveryNote, RetryButton } from '../../parts/deliveries.tsx';
import { useDeliveriesOf, useSeesMessages } from './queries.ts';

export function AlertMessages({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const isAdministrator = useMay('administrator');
  const sees = useSeesMessages();
  const deliveries = useDeliveriesOf([[id]]).get(id);
  // Their names are for administrators, as all of their settings.
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/channels', { signal })),
    enabled: isAdministrator,
  }).data;
  // That there is none is said once it is known.
  if (!sees || !deliveries) return null;
  return (
    <Stack gap="xs" component="section" aria-label={t('alerts.messages')}>
      <Title order={2} size="h5">
        {t('alerts.messages')}
      </Title>
      {deliveries.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('alerts.noMessages')}
        </Text>
      )}
      {deliveries.map((delivery) => (
        <Paper key={delivery.id} withBorder p="xs">
          <Stack gap={4}>
            <Group justify="space-between" gap="xs">
              <Text size="sm" fw={600} className="anyName">
                {channels?.items.find((channel) => channel.id === delivery.channel)?.name ?? t('alerts.aMessage')}
              </Text>
              <DeliveryBadge delivery={delivery} />
            </Group>
            <DeliveryNote delivery={delivery} />
            <RetryButton delivery={delivery} />
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}
