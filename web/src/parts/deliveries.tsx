// What became of messages: a state in words, why it failed, and the way to try again.

import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { tellDone, tellFailure } from './notices.tsx';
import { fullTime, When } from './when.tsx';

export type Delivery = Schemas['Delivery'];

const COLORS = { queued: 'gray', sending: 'blue', sent: 'teal', failed: 'red', retried: 'orange' } as const;

export function DeliveryBadge({ delivery: { state, attempts } }: { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  const look = state === 'queued' && attempts > 0 ? 'retried' : state;
  return (
    <Badge variant="light" color={COLORS[look]} tt="none">
      {t(`deliveries.states.${look}`)}
    </Badge>
  );
}

/** When it was sent, when it is tried again, or why it was not. */
export function DeliveryNote({
  delivery: { state, sentAt, nextAt, error, attempts },
}: {
  readonly delivery: Delivery;
}) {
  const { t } = useTranslation();
  return (
    <>
      {state === 'sent' && sentAt !== null && <When at={sentAt} size="sm" c="dimmed" />}
      {error !== null && (
        <Text size="sm" c={state === 'failed' ? 'red' : 'dimmed'} className="anyName">
          {error}
        </Text>
      )}
      {state === 'queued' && attempts > 0 && (
        <Text size="sm" c="dimmed">
          {t('deliveries.next', { count: attempts, time: fullTime(nextAt) })}
        </Text>
      )}
    </>
  );
}

/** For those who may, where it has failed. */
export function RetryButton({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const cache = useQueryClient();
  const retry = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/deliveries/{id}/retry', { params: { path: { id: delivery.id } } })),
    onSuccess: () => tellDone(t('deliveries.retried')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  if (!may || delivery.state !== 'failed') return null;
  return (
    <Group>
      <Button size="compact-sm" variant="light" loading={retry.isPending} onClick={() => retry.mutate()}>
        {t('parts.retry')}
      </Button>
    </Group>
  );
}
