// Somebody in a chat is not taken for a user any more: asked first.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.ts';
import { ask } from './ask.tsx';
import { tellDone, tellFailure } from './notices.tsx';

/** Whoever is linked in chats, and the chats of whoever is signed in: one of them unlinked changes both. */
export const CHAT_USERS = ['chat-users'];
export const OWN_CHATS = ['session-chats'];

/** `text` says what follows from it, `remove` asks the server. */
export function useUnlink(
  { chatId, chatName }: Pick<Schemas['ChatUser'], 'chatId' | 'chatName'>,
  text: string,
  remove: () => Promise<unknown>,
) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const name = chatName || chatId;
  const { mutate, isPending } = useMutation({
    mutationFn: remove,
    onSuccess: () => tellDone(t('chats.unlinked', { name })),
    onError: tellFailure,
    onSettled: () => Promise.all([CHAT_USERS, OWN_CHATS].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
  const unlink = (): void =>
    ask(t('chats.unlinkAsk', { name }), text, { confirm: t('chats.unlink'), onConfirm: () => mutate() });
  return { name, unlink, isPending };
}
