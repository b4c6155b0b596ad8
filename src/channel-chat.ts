// Settings of channels that are chats: one schema for each messenger. What each asks for stands beside it.

import { Type, type Static } from 'typebox';
import type { ChannelKindEntry } from './channel-kind.ts';
import { KithError } from './errors.ts';

const Secret = (title: string, description: string) =>
  Type.String({ title, description, minLength: 1, maxLength: 10_000, secret: true });
const Text = (title: string, description: string) => Type.String({ title, description, minLength: 1, maxLength: 500 });
const ApiUrl = (standard: string) =>
  Type.Optional(
    Type.String({
      title: 'Address of the API',
      description: `Only for a proxy or a server of your own; otherwise ${standard}.`,
      pattern: '^https?://',
      maxLength: 500,
      place: true,
    }),
  );
const exact = { additionalProperties: false } as const;

export const TelegramSettings = Type.Object(
  {
    botToken: Secret('Bot token', 'From @BotFather: /newbot, or /token for a bot that you have.'),
    chatId: Type.Optional(
      Type.String({
        title: 'Chat',
        description: 'The number that the bot answers when you write /here in the chat, or @name of a public channel.',
        pattern: String.raw`^(-?\d+|@\w+)$`,
      }),
    ),
    polling: Type.Boolean({
      title: 'Fetch messages',
      description:
        'Kith asks Telegram for messages, so nothing has to be reachable from outside. Without it Telegram sends them to the public address of Kith.',
      default: true,
    }),
    apiUrl: ApiUrl('https://api.telegram.org'),
  },
  exact,
);

export const SlackSettings = Type.Object(
  {
    botToken: Secret('Bot token', 'xoxb-…, of the page "OAuth & Permissions" of the Slack app.'),
    channelId: Type.String({
      title: 'Channel',
      description: 'C…, at the end of the details of the channel in Slack.',
      pattern: '^[CGD][A-Z0-9]{2,}$',
    }),
    appToken: Type.Optional(
      Secret(
        'App token',
        'xapp-…, with connections:write, for Socket Mode: Kith opens the connection, so nothing has to be reachable from outside.',
      ),
    ),
    signingSecret: Type.Optional(
      Secret(
        'Signing secret',
        'Of the page "Basic Information"; needed where Slack sends to the public address of Kith.',
      ),
    ),
    apiUrl: ApiUrl('https://slack.com/api/'),
  },
  exact,
);

export const DiscordSettings = Type.Object(
  {
    botToken: Secret('Bot token', 'Of the page "Bot" of the application in the developer portal.'),
    applicationId: Text('Application ID', 'Of the page "General Information".'),
    serverId: Type.String({
      title: 'Server',
      description: 'Its ID (developer mode, "Copy Server ID").',
      pattern: String.raw`^\d+$`,
    }),
    channelId: Type.String({
      title: 'Channel',
      description: 'Its ID ("Copy Channel ID").',
      pattern: String.raw`^\d+$`,
    }),
    gateway: Type.Boolean({
      title: 'Keep a connection',
      description:
        'Kith opens the connection to Discord, so nothing has to be reachable from outside, and replies are read. Needs the "Message Content" intent of the bot.',
      default: true,
    }),
    publicKey: Type.Optional(
      Type.String({
        title: 'Public key',
        description: 'Of the page "General Information"; needed where Discord sends to the public address of Kith.',
        pattern: '^[0-9a-fA-F]{64}$',
      }),
    ),
    apiUrl: ApiUrl('https://discord.com/api/v10'),
  },
  exact,
);

export const TeamsSettings = Type.Object(
  {
    appId: Text('App ID', 'Microsoft App ID of the bot (Azure Bot, "Configuration").'),
    appPassword: Secret('Client secret', 'The value of a secret of the app ("Certificates & secrets").'),
    tenantId: Type.Optional(Text('Tenant ID', 'Of the directory; leave it out for a bot of several tenants.')),
    conversation: Type.Optional(
      Text('Channel', 'The link to the channel ("Get link to channel"), or what the bot answers to "here".'),
    ),
    serviceUrl: Type.Optional(
      Type.String({
        title: 'Service address',
        description: 'What the bot answers to "here" as "service"; otherwise https://smba.trafficmanager.net/teams.',
        pattern: '^https?://',
        maxLength: 500,
      }),
    ),
    apiUrl: ApiUrl('that of the conversation'),
  },
  exact,
);

export const GoogleChatSettings = Type.Object(
  {
    credentials: Type.String({
      title: 'Service account',
      description: 'The JSON key of the service account of the Chat app: the whole file as it was downloaded.',
      minLength: 1,
      maxLength: 10_000,
      secret: true,
      lines: true,
    }),
    space: Type.String({
      title: 'Space',
      description: 'spaces/…, of the address of the space in the browser.',
      pattern: '^spaces/[A-Za-z0-9_-]+$',
    }),
    projectNumber: Type.Optional(
      Type.String({
        title: 'Project number',
        description:
          'Of the project in the Google Cloud console ("Project number"): without it no answer from a Chat app that is a Workspace add-on is let in.',
        pattern: String.raw`^\d+$`,
      }),
    ),
    apiUrl: ApiUrl('https://chat.googleapis.com/'),
  },
  exact,
);

export const CHAT_SETTINGS = {
  telegram: TelegramSettings,
  slack: SlackSettings,
  discord: DiscordSettings,
  teams: TeamsSettings,
  gchat: GoogleChatSettings,
} as const;

export type ChatKind = keyof typeof CHAT_SETTINGS;
export type ChatSettings = { readonly [K in ChatKind]: Static<(typeof CHAT_SETTINGS)[K]> };

/** As its people call it. */
export const CHAT_NAMES: Readonly<Record<ChatKind, string>> = {
  telegram: 'Telegram',
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Microsoft Teams',
  gchat: 'Google Chat',
};

export function isChatKind(kind: string): kind is ChatKind {
  return kind in CHAT_SETTINGS;
}

const SHOWN = 'Messages with the picture and buttons; answers and commands are taken there.';

export const CHAT_CHANNELS: readonly ChannelKindEntry[] = [
  {
    kind: 'telegram',
    title: CHAT_NAMES.telegram,
    description: `${SHOWN} Needs a bot of @BotFather; nothing has to be reachable from outside.`,
    settings: TelegramSettings,
  },
  {
    kind: 'slack',
    title: CHAT_NAMES.slack,
    description: `${SHOWN} Needs a Slack app; with Socket Mode nothing has to be reachable from outside.`,
    settings: SlackSettings,
  },
  {
    kind: 'discord',
    title: CHAT_NAMES.discord,
    description: `${SHOWN} Needs an application with a bot; nothing has to be reachable from outside.`,
    settings: DiscordSettings,
  },
  {
    kind: 'teams',
    title: CHAT_NAMES.teams,
    description: `${SHOWN} Needs an Azure Bot, and a public address of Kith ("publicUrl") for its answers.`,
    settings: TeamsSettings,
  },
  {
    kind: 'gchat',
    title: CHAT_NAMES.gchat,
    description: `${SHOWN} Needs a Chat app of Google Workspace and a public address of Kith ("publicUrl"), for pictures and answers.`,
    settings: GoogleChatSettings,
    check: ({ credentials }) => void serviceAccountIn(String(credentials)),
  },
];

/** KithError `invalid`. */
export function serviceAccountIn(json: string): { client_email: string; private_key: string } {
  try {
    const { client_email, private_key } = JSON.parse(json) as Record<string, unknown>;
    if (typeof client_email === 'string' && typeof private_key === 'string') return { client_email, private_key };
  } catch {
    // Said below.
  }
  throw new KithError(
    'invalid',
    'settings: "credentials" is no JSON key with "client_email" and "private_key": download a new key (JSON) and put the whole file in.',
  );
}
