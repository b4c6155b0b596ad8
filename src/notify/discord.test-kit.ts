// Discord as its HTTP API, interactions and gateway are documented (https://discord.com/developers/docs).

import { generateKeyPairSync, sign } from 'node:crypto';
import type { Answer, Call, Site } from './internet.test-kit.ts';
import type { ServerSocket } from './socket.test-kit.ts';

export const DISCORD_TOKEN = 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs';
export const APPLICATION = '198622483471925248';
export const SERVER = '290926798626357999';
export const DISCORD_CHANNEL = '290926798626358000';
export const BOB = {
  id: '80351110224678912',
  username: 'bob',
  global_name: 'Bob Bee',
  discriminator: '0',
  avatar: null,
};

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
/** In hex, without the head of the format around it. */
export const PUBLIC_KEY = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

export interface Discord {
  readonly site: Site;
  readonly sent: Sent[];
  /** What a reply quotes, by the id of the reply. */
  readonly quotes: Map<string, string>;
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly payload: Payload;
  readonly file: File | null;
}

export interface Payload {
  readonly content?: string;
  readonly embeds?: readonly { title?: string; description?: string; image?: { url: string } }[];
  readonly components?: readonly {
    components: readonly { label: string; custom_id?: string; url?: string; disabled?: boolean }[];
  }[];
  readonly flags?: number;
}

export function openDiscordSite(socketUrl = 'ws://127.0.0.1:1'): Discord {
  const sent: Sent[] = [];
  const quotes = new Map<string, string>();
  let message = 1000;

  function site({ method, path, headers, fields }: Call): Answer {
    const isHook = path.startsWith('/api/v10/webhooks/');
    if (!isHook && headers.authorization !== `Bot ${DISCORD_TOKEN}`)
      return { status: 401, json: { message: '401: Unauthorized', code: 0 } };
    const at = path.replace('/api/v10', '').replace(/\?.*/, '');
    if (at === '/gateway/bot') {
      const limit = { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 };
      return { json: { url: socketUrl, shards: 1, session_start_limit: limit } };
    }
    const quoted = quotes.get(at.split('/').at(-1) ?? '');
    if (method === 'GET' && quoted !== undefined)
      return { json: { id: '1', message_reference: { message_id: quoted } } };
    if (method === 'GET') return { json: { id: at.split('/').at(-1), parent_id: DISCORD_CHANNEL, type: 11 } };
    const payload = (
      typeof fields['payload_json'] === 'string' ? JSON.parse(fields['payload_json']) : fields
    ) as Payload;
    const wrong = checkPayload(payload);
    if (wrong !== null) return { status: 400, json: { message: wrong, code: 50_035 } };
    const file = fields['files[0]'];
    sent.push({ method, path: at, payload, file: file instanceof File ? file : null });
    return {
      json: { id: method === 'PATCH' ? at.split('/').at(-1) : String((message += 1)), channel_id: DISCORD_CHANNEL },
    };
  }

  return { site, sent, quotes };
}

/** What Discord refuses. */
function checkPayload({ embeds = [], components = [] }: Payload): string | null {
  if (embeds.some(({ title = '', description = '' }) => title.length > 256 || description.length > 4096)) {
    return 'Invalid Form Body';
  }
  if (components.length > 5 || components.some((row) => row.components.length === 0 || row.components.length > 5)) {
    return 'Invalid Form Body';
  }
  const buttons = components.flatMap((row) => row.components);
  if (buttons.some(({ label, custom_id: id = '' }) => label.length > 80 || id.length > 100)) return 'Invalid Form Body';
  const ids = buttons.flatMap(({ custom_id: id }) => id ?? []);
  return new Set(ids).size === ids.length ? null : 'Component custom id cannot be duplicated';
}

/** A request of Discord's. */
export function discordRequest(url: string, body: object, { at = Date.now(), forged = false } = {}): Request {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(at / 1000));
  const signed = forged ? 'something else' : timestamp + text;
  const headers = {
    'content-type': 'application/json',
    'x-signature-ed25519': sign(null, Buffer.from(signed), privateKey).toString('hex'),
    'x-signature-timestamp': timestamp,
  };
  return new Request(url, { method: 'POST', headers, body: text });
}

export function component(customId: string, messageId: string, id: string): object {
  return {
    type: 3,
    id,
    application_id: APPLICATION,
    token: 'interaction-token',
    guild_id: SERVER,
    channel_id: DISCORD_CHANNEL,
    channel: { id: DISCORD_CHANNEL, type: 0 },
    member: { user: BOB },
    message: { id: messageId },
    data: { component_type: 2, custom_id: customId },
  };
}

export function slashCommand(text: string, id: string): object {
  return {
    type: 2,
    id,
    application_id: APPLICATION,
    token: 'interaction-token',
    guild_id: SERVER,
    channel_id: DISCORD_CHANNEL,
    channel: { id: DISCORD_CHANNEL, type: 0 },
    member: { user: BOB },
    data: { name: 'kith', type: 1, options: [{ name: 'text', type: 3, value: text }] },
  };
}

/** The gateway, as far as a bot that is told of messages needs it. */
export function greetDiscord(socket: ServerSocket): void {
  socket.send({ op: 10, d: { heartbeat_interval: 60_000 } });
}

export function readyDiscord(socket: ServerSocket, socketUrl: string): void {
  const user = { ...BOB, id: APPLICATION, username: 'kith', bot: true };
  const guild = { id: SERVER, unavailable: true };
  const application = { id: APPLICATION, flags: 0 };
  const d = {
    v: 10,
    user,
    guilds: [guild],
    session_id: 's',
    resume_gateway_url: socketUrl,
    application,
    shard: [0, 1],
  };
  socket.send({ op: 0, t: 'READY', s: 1, d });
  const channels = [{ id: DISCORD_CHANNEL, type: 0, name: 'door', permission_overwrites: [] }];
  const empty = { roles: [], emojis: [], stickers: [], members: [], threads: [], presences: [], voice_states: [] };
  const whole = { id: SERVER, name: 'House', channels, ...empty, member_count: 1, features: [], stage_instances: [] };
  socket.send({ op: 0, t: 'GUILD_CREATE', s: 2, d: whole });
}

export function said(content: string, id: string, more: object = {}): object {
  const d = {
    id,
    type: 0,
    content,
    channel_id: DISCORD_CHANNEL,
    guild_id: SERVER,
    author: BOB,
    timestamp: '2026-01-01T00:00:00.000Z',
    edited_timestamp: null,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    ...more,
  };
  return { op: 0, t: 'MESSAGE_CREATE', s: 3, d };
}
