// People in chats who are users: who is who there, and unlinking her.

import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { CHAT_USERS, useUnlink } from '../../parts/unlink-chat.ts';
import { When } from '../../parts/when.tsx';

type ChatUser = Schemas['ChatUser'];

export function ChatUsers() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: CHAT_USERS,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/chat-users', { signal })),
  });
  const users = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/users', { signal })),
  });
  const channels = useQuery({
    queryKey: ['channels', 'names'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/channels', { signal })),
    select: ({ items }) => new Map(items.map(({ id, name }) => [id, name])),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.items.length === 0) {
    return (
      <Empty icon={<IconMessages />} title={t('chats.nobody')}>
        {t('chats.nobodyText')}
      </Empty>
    );
  }
  const nameOf = (id: string): string => users.data?.items.find((user) => user.id === id)?.name ?? id;
  return (
    <Stack>
      <Text c="dimmed">{t('chats.usersText')}</Text>
      <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('chats.inChat')}</Table.Th>
              <Table.Th>{t('chats.channel')}</Table.Th>
              <Table.Th>{t('chats.isUser')}</Table.Th>
              <Table.Th>{t('chats.since')}</Table.Th>
              <Table.Th aria-label={t('access.actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((chat) => (
              <Row
                key={`${chat.channel} ${chat.chatId}`}
                chat={chat}
                channel={channels.data?.get(chat.channel) ?? chat.channel}
                user={nameOf(chat.user)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function Row({ chat, channel, user }: { readonly chat: ChatUser; readonly channel: string; readonly user: string }) {
  const { t } = useTranslation();
  const params = { path: { channel: chat.channel, chat: chat.chatId } };
  const { name, unlink, isPending } = useUnlink(chat, t('chats.unlinkTextOf'), () =>
    dataOf(api.DELETE('/api/v1/chat-users/{channel}/{chat}', { params })),
  );
  return (
    <Table.Tr>
      <Table.Td maw={240} className="anyName">
        {name}
      </Table.Td>
      <Table.Td maw={200} className="anyName">
        {channel}
      </Table.Td>
      <Table.Td maw={200} className="anyName">
        {user}
      </Table.Td>
      <Table.Td>
        <When at={chat.linkedAt} size="sm" />
      </Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          <Button
            size="xs"
            variant="subtle"
            color="red"
            loading={isPending}
            aria-label={t('chats.unlinkOf', { name })}
            onClick={unlink}
          >
            {t('chats.unlink')}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
