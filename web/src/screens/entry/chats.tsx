// As whom she is known in the chats: a code that she writes to the bot, and the chats that are linked.

import { Alert, Button, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellFailure } from '../../parts/notices.tsx';
import { OWN_CHATS, useUnlink } from '../../parts/unlink-chat.ts';
import { clockTime, When } from '../../parts/when.tsx';
import { NoChannel } from './no-channel.tsx';

/** While a code waits to be written: no event tells of it. */
const LOOK_MS = 3_000;

type Chats = Schemas['OwnChats'];

export function Chats() {
  const { t } = useTranslation();
  const [code, setCode] = useState<Schemas['ChatCode'] | null>(null);
  const isOver = useOver(code?.expiresAt ?? null);
  const { data, error, refetch } = useQuery({
    queryKey: OWN_CHATS,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/session/chats', { signal })),
    refetchInterval: code === null || isOver ? false : LOOK_MS,
  });
  const make = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/session/chat-code')),
    onSuccess: setCode,
    onError: tellFailure,
  });
  const known = useNewcomer(data?.items, () => setCode(null));
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Stack>
      <Text c="dimmed">{t('chats.text')}</Text>
      {data.bots.length === 0 ? (
        <NoChannel title={t('chats.noBots')} text={t('chats.noBotsText')} askFor={t('chats.noBotsAsk')} />
      ) : (
        <>
          <Text>{t('chats.bots')}</Text>
          <List>
            {data.bots.map(({ channel, name, messenger }) => (
              <List.Item key={channel} className="anyName">
                {t('chats.bot', { name, messenger })}
              </List.Item>
            ))}
          </List>
          {known && (
            <Alert color="green" role="status">
              {t('chats.linkedNow', { name: known })}
            </Alert>
          )}
          {code && !isOver && (
            <Stack gap="xs" role="status">
              <Copyable label={t('chats.write')} text={`link ${code.code}`} />
              <Text size="sm" c="dimmed">
                {t('chats.until', { time: clockTime(code.expiresAt) })}
              </Text>
            </Stack>
          )}
          {code && isOver && <Text size="sm">{t('chats.over')}</Text>}
          <Group>
            <Button variant={code ? 'default' : 'filled'} loading={make.isPending} onClick={() => make.mutate()}>
              {t(code ? 'chats.another' : 'chats.make')}
            </Button>
          </Group>
        </>
      )}
      <Title order={2} size="h5" mt="sm">
        {t('chats.linked')}
      </Title>
      {data.items.length === 0 && <Text c="dimmed">{t('chats.none')}</Text>}
      {data.items.map((chat) => (
        <Chat key={`${chat.channel} ${chat.chatId}`} chat={chat} />
      ))}
    </Stack>
  );
}

function Chat({ chat }: { readonly chat: Chats['items'][number] }) {
  const { t } = useTranslation();
  const params = { path: { channel: chat.channel, chat: chat.chatId } };
  const { name, unlink, isPending } = useUnlink(chat, t('chats.unlinkText'), () =>
    dataOf(api.DELETE('/api/v1/session/chats/{channel}/{chat}', { params })),
  );
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={2} miw={0}>
          <Text className="anyName">{t('chats.as', { name, channel: chat.channelName })}</Text>
          <Text size="sm" c="dimmed">
            <When at={chat.linkedAt} span inherit />
          </Text>
        </Stack>
        <Button variant="default" size="xs" flex="none" loading={isPending} onClick={unlink}>
          {t('chats.unlink')}
        </Button>
      </Group>
    </Card>
  );
}

/** Whether that moment is over, also while nothing else happens. */
function useOver(until: string | null): boolean {
  const [over, setOver] = useState<string | null>(null);
  useEffect(() => {
    const rest = until === null ? Infinity : Math.max(0, Date.parse(until) - Date.now());
    const timer = Number.isFinite(rest) ? setTimeout(() => setOver(until), rest) : undefined;
    return () => clearTimeout(timer);
  }, [until]);
  return until !== null && over === until;
}

/** The name of a chat that was linked while one looked; null: none was. */
function useNewcomer(items: Chats['items'] | undefined, onCome: () => void): string | null {
  const [first, setFirst] = useState<ReadonlySet<string> | null>(null);
  const [name, setName] = useState<string | null>(null);
  if (items && first === null) setFirst(new Set(items.map(({ linkedAt }) => linkedAt)));
  const newcomer = first && items?.find(({ linkedAt }) => !first.has(linkedAt));
  if (newcomer) {
    setFirst(new Set(items?.map(({ linkedAt }) => linkedAt)));
    setName(newcomer.chatName || newcomer.chatId);
    onCome();
  }
  return name;
}
