// Every message that was sent or shall be: to which channel, what became of it, and again where it failed.

import { Anchor, Group, Select, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { DeliveryBadge, DeliveryNote, RetryButton, type Delivery } from '../../parts/deliveries.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { More } from '../../parts/more.tsx';
import { When } from '../../parts/when.tsx';
import { channelsQuery } from './queries.ts';
import classes from './rules.module.css';

const PAGE = 50;
const STATES = ['queued', 'sending', 'sent', 'failed'] as const;

export function Deliveries() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { channel, state: stateGiven } = useSearch({ from: '/inside/rules' });
  const state = STATES.find((one) => one === stateGiven);
  const filter = { ...(channel && { channel }), ...(state && { state }) };
  const channels = useQuery(channelsQuery).data?.items ?? [];
  const list = useInfiniteQuery({
    queryKey: ['deliveries', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/deliveries', {
          params: { query: { limit: PAGE, ...filter, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const deliveries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const set = (part: { channel?: string | undefined; state?: string | undefined }): void =>
    void navigate({ to: '/rules', search: { tab: 'deliveries', ...filter, ...part }, replace: true });
  return (
    <Stack>
      <Text c="dimmed">{t('deliveries.text')}</Text>
      <Group role="search" aria-label={t('log.filter')}>
        <Select
          label={t('deliveries.channel')}
          placeholder={t('deliveries.allChannels')}
          data={channels.map(({ id, name }) => ({ value: id, label: name }))}
          value={channel ?? null}
          clearable
          clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('deliveries.channel') }) }}
          onChange={(value) => set({ channel: value ?? undefined })}
        />
        <Select
          label={t('deliveries.state')}
          placeholder={t('deliveries.allStates')}
          data={STATES.map((one) => ({ value: one, label: t(`deliveries.states.${one}`) }))}
          value={state ?? null}
          clearable
          clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('deliveries.state') }) }}
          onChange={(value) => set({ state: value ?? undefined })}
        />
      </Group>
      {list.error && !list.data && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && deliveries.length === 0 && <Empty icon={<IconSend />} title={t('deliveries.none')} />}
      {deliveries.length > 0 && (
        <div role="list" aria-label={t('rules.tabs.deliveries')}>
          {deliveries.map((delivery) => (
            <Row
              key={delivery.id}
              delivery={delivery}
              channel={channels.find(({ id }) => id === delivery.channel)?.name ?? delivery.channel}
            />
          ))}
        </div>
      )}
      <More list={list} />
    </Stack>
  );
}

function Row({ delivery, channel }: { readonly delivery: Delivery; readonly channel: string }) {
  const { t } = useTranslation();
  return (
    <div role="listitem" className={classes['message']}>
      <When at={delivery.at} size="sm" c="dimmed" />
      <Stack gap={4}>
        <Group gap="xs">
          <Text size="sm" fw={600} className="anyName">
            {channel}
          </Text>
          <DeliveryBadge delivery={delivery} />
        </Group>
        <DeliveryNote delivery={delivery} />
      </Stack>
      <Group gap="sm">
        <RetryButton delivery={delivery} />
        <Anchor size="sm" component={Link} to={`/alerts/${encodeURIComponent(delivery.alert)}`}>
          {t('deliveries.theAlert')}
        </Anchor>
      </Group>
    </div>
  );
}
