// A channel in the list: what it is, how its last messages went, its switch, and a test.

import { Badge, Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { hoursText } from '../../parts/hours-words.ts';
import { kindTitle } from '../../parts/kind-form.tsx';
import { tellFailure } from '../../parts/notices.tsx';
import { ago } from '../../parts/when.tsx';
import { ChannelTest } from './channel-test.tsx';
import type { Channel, ChannelKind } from './queries.ts';
import { RemoveButton } from './remove-button.tsx';

export function ChannelCard({
  channel,
  kind,
  onEdit,
}: {
  readonly channel: Channel;
  /** Undefined for one that this Kith does not know any more. */
  readonly kind: ChannelKind | undefined;
  readonly onEdit: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const params = { path: { id: channel.id } };
  const onSettled = () => cache.invalidateQueries({ queryKey: ['channels'] });
  const turn = useMutation({
    mutationFn: (enabled: boolean) => {
      const { id: _id, createdAt: _at, version, ...given } = channel;
      return dataOf(api.PUT('/api/v1/channels/{id}', { params, body: { ...given, enabled, ifVersion: version } }));
    },
    onError: tellFailure,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/channels/{id}', { params })),
    onError: tellFailure,
    onSettled: () => Promise.all([onSettled(), cache.invalidateQueries({ queryKey: ['rules'] })]),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={channel.name}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={4} miw={0}>
            <Group gap="xs">
              <Title order={2} size="h5" className="anyName">
                {channel.name}
              </Title>
              <Badge variant="light" color="gray" tt="none">
                {kind ? kindTitle(kind) : channel.kind}
              </Badge>
            </Group>
            <LastMessage id={channel.id} />
            {channel.quiet !== null && (
              <Text size="sm" c="dimmed">
                {t('channels.quietIn', { hours: hoursText(channel.quiet) })}
              </Text>
            )}
          </Stack>
          <Switch
            checked={channel.enabled}
            disabled={turn.isPending}
            label={t(channel.enabled ? 'settings.on' : 'settings.off')}
            aria-label={t('channels.switch', { name: channel.name })}
            onChange={(event) => turn.mutate(event.currentTarget.checked)}
          />
        </Group>
        <Group gap={4} align="flex-start">
          <ChannelTest id={channel.id} />
          <Button size="xs" variant="default" onClick={onEdit} disabled={kind === undefined}>
            {t('rules.edit')}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            renderRoot={(props: object) => (
              <Link to="/rules" search={{ tab: 'deliveries', channel: channel.id }} {...props} />
            )}
          >
            {t('channels.itsMessages')}
          </Button>
          <RemoveButton
            title={t('channels.remove', { name: channel.name })}
            text={t('channels.removeText')}
            onRemove={() => remove.mutate()}
          />
        </Group>
      </Stack>
    </Paper>
  );
}

/** How it went last: sent, failing with the error, or nothing yet. */
function LastMessage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const last = useQuery({
    queryKey: ['deliveries', 'last', id],
    queryFn: async ({ signal }) => {
      const of = async (state?: 'sent') => {
        const query = { channel: id, limit: 1, ...(state && { state }) };
        return (await dataOf(api.GET('/api/v1/deliveries', { params: { query }, signal }))).items[0];
      };
      const any = await of();
      return { any, sent: any?.state === 'sent' ? any : await of('sent') };
    },
  }).data;
  if (!last) return null;
  const { any, sent } = last;
  const fails = any !== undefined && any.error !== null && any.state !== 'sent';
  return (
    <>
      {fails && (
        <Text size="sm" className="anyName" {...(any.state === 'failed' && { c: 'red' })}>
          {t(any.state === 'failed' ? 'channels.fails' : 'channels.triesAgain', { error: any.error ?? '' })}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {sent ? t('channels.lastSent', { ago: ago(sent.sentAt ?? sent.at) }) : t('channels.neverSent')}
      </Text>
    </>
  );
}
