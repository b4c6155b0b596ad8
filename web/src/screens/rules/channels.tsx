// Where messages go: the channels with what became of their last messages, and one of them opened.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { ChannelCard } from './channel-card.tsx';
import { ChannelEditor } from './channel-editor.tsx';
import { NewChannel } from './new-channel.tsx';
import { channelsQuery, kindsQuery } from './queries.ts';

export function Channels() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { edit } = useSearch({ from: '/inside/rules' });
  const channels = useQuery(channelsQuery);
  const kinds = useQuery(kindsQuery);
  const error = channels.error ?? kinds.error;
  // While there is something to show, it stays: a channel may be half written.
  if (!channels.data || !kinds.data) {
    if (!error) return <Loading />;
    return <Failed error={error} onRetry={() => void Promise.all([channels.refetch(), kinds.refetch()])} />;
  }

  const open = (id: string | undefined): void => void navigate({ to: '/rules', search: { tab: 'channels', edit: id } });
  const one = channels.data.items.find(({ id }) => id === edit);
  const kind = kinds.data.find((entry) => entry.kind === one?.kind);
  if (one && kind) {
    return <ChannelEditor key={one.id} stored={one} kind={kind} onDone={() => open(undefined)} onSaved={open} />;
  }
  if (edit === 'new') return <NewChannel kinds={kinds.data} onDone={() => open(undefined)} onSaved={open} />;
  if (channels.data.items.length === 0) {
    return (
      <Empty icon={<IconSend />} title={t('channels.none')}>
        {t('channels.noneText')}
        <Group justify="center" mt="md">
          <Button onClick={() => open('new')}>{t('channels.add')}</Button>
        </Group>
      </Empty>
    );
  }
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed">{t('channels.text')}</Text>
        <Button leftSection={<IconPlus size={18} />} onClick={() => open('new')}>
          {t('channels.add')}
        </Button>
      </Group>
      {channels.data.items.map((channel) => (
        <ChannelCard
          key={channel.id}
          channel={channel}
          kind={kinds.data.find((entry) => entry.kind === channel.kind)}
          onEdit={() => open(channel.id)}
        />
      ))}
    </Stack>
  );
}
