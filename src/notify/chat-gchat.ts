// Google Chat: a card whose picture Google fetches from the public address of Kith; sent to /hooks.

import { createGoogleChatAdapter } from '@chat-adapter/gchat';
import { serviceAccountIn } from '../channel-chat.ts';
import type { ChatLogger, Messenger } from './chat.ts';
import { forGoogleChat, forPlain } from './chat-escape.ts';
import type { MessengerParts } from './chat-kinds.ts';

export function openGoogleChat({ settings, logger, hook }: MessengerParts<'gchat'>): Messenger {
  const { space, projectNumber, apiUrl } = settings;
  const adapter = createGoogleChatAdapter({
    credentials: serviceAccountIn(settings.credentials),
    ...(projectNumber !== undefined && {
      googleChatProjectNumber: projectNumber,
      // Who signs what comes from a Chat app that is a Workspace add-on: the account of the own project, and of no other.
      workspaceAddOnServiceAccountEmail: `service-${projectNumber}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com`,
    }),
    ...(hook !== null && { endpointUrl: hook }),
    // Without an audience no token can be checked: this one is nobody's.
    ...(projectNumber === undefined && hook === null && { pubsubAudience: 'none' }),
    ...(apiUrl !== undefined && { apiUrl: apiUrl.replace(/\/*$/, '/') }),
    userName: 'kith',
    logger: withPatience(logger),
  });

  return {
    kind: 'gchat',
    adapter,
    room: () => `gchat:${space}`,
    text: forGoogleChat,
    title: forPlain,
    joins: false,
    keepsButtons: false,
    quotes: false,
    // An app is told only what is said to it.
    hearsOnlyMine: true,
    dress(card, { url, alt }) {
      if (url === null) return { card };
      return { card: { ...card, children: [{ type: 'image', url, alt }, ...card.children] } };
    },
    keysOf: ({ id, raw }) => {
      const thread = (raw as { thread?: { name?: string | null } | null }).thread?.name;
      return thread ? [id, thread] : [id];
    },
    about(threadId) {
      const { threadName } = adapter.decodeThreadId(threadId);
      return threadName === undefined ? [] : [threadName];
    },
    translate: asAddOn,
    textOf({ text, raw }) {
      const { chat } = raw as { chat?: { messagePayload?: { message?: { argumentText?: string } } } };
      return (chat?.messagePayload?.message?.argumentText ?? text).trim();
    },
    describe: (roomId) => `This space is ${roomId.split(':').slice(1).join(':')}.`,
    pressId(raw) {
      const { chat } = raw as { chat?: { eventTime?: string; user?: { name?: string } } };
      return chat?.eventTime === undefined ? null : `${chat.eventTime} ${chat.user?.name ?? ''}`;
    },
  };
}

/** For how long Google wants to be left alone stands in a header of an error that the library takes for another one: the error itself
 * is thrown on its way past the log. */
function withPatience(logger: ChatLogger): ChatLogger {
  const error: ChatLogger['error'] = (message, ...details) => {
    logger.error(message, ...details);
    for (const detail of details) {
      const { error } = (detail ?? {}) as { error?: { response?: { status?: number } } };
      if (error?.response?.status === 429) throw error as Error;
    }
  };
  const patient: ChatLogger = { ...logger, child: () => patient, error };
  return patient;
}

/** An event of a Chat app that is no Workspace add-on, as one that is: the library knows those only. */
function asAddOn(body: string): string {
  let event: PlainEvent;
  try {
    event = JSON.parse(body) as PlainEvent;
  } catch {
    return body;
  }
  const { type, eventTime, user, space, message, common } = event;
  if (type === 'MESSAGE') return JSON.stringify({ chat: { eventTime, user, messagePayload: { space, message } } });
  if (type !== 'CARD_CLICKED') return body;
  const chat = { eventTime, user, buttonClickedPayload: { space, message, user } };
  return JSON.stringify({ commonEventObject: common, chat });
}

interface PlainEvent {
  readonly type?: string;
  readonly eventTime?: string;
  readonly user?: object;
  readonly space?: object;
  readonly message?: object;
  readonly common?: object;
}
