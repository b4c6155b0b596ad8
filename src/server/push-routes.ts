// /push: browsers that take messages although no page of the panel is open, each of the user who has signed in there.

import { Type } from 'typebox';
import type { FastifyRequest } from 'fastify';
import type { WebPushSettings } from '../channel-web.ts';
import type { ChannelRow, PushSubscription } from '../delivery-port.ts';
import { KithError } from '../errors.ts';
import { userOf } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API, time } from './json.ts';
import { SubscriptionJson } from './push-schemas.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['alerts'];
/** More browsers than anybody has. */
const MOST = 20;
const MOST_AGENT = 200;

const Key = Type.Object({
  key: Type.String({ description: '`applicationServerKey` for `pushManager.subscribe`' }),
  isUsed: Type.Boolean({ description: 'a channel sends to her browsers: without one nothing comes to them' }),
});

const Base64Url = (bytes: number, description: string) => {
  const length = Math.ceil((bytes * 8) / 6);
  return Type.String({ pattern: `^[A-Za-z0-9_-]{${length}}=*$`, description });
};

/** As `PushSubscription.toJSON()` of a browser has it. */
const NewSubscription = Type.Object({
  endpoint: Type.String({ pattern: '^https://[^\\s/?#@]+/\\S*$', maxLength: 2_000 }),
  expirationTime: Type.Optional(S.Nullable(Type.Number())),
  keys: Type.Object({
    p256dh: Base64Url(65, 'the public key of the browser'),
    auth: Base64Url(16, 'what only browser and Kith know'),
  }),
});

export function pushRoutes(app: App, { ports }: Context): void {
  const { store, clock } = ports;

  app.get(
    `${API}/push/key`,
    {
      config: { access: 'user' },
      schema: { tags, summary: 'The key that a browser subscribes with', response: answers(200, Key) },
    },
    async (request) => {
      const user = userOf(request);
      const channels = await store.channels.list();
      const isUsed = channels.some((channel) => channel.enabled && isFor(channel, user));
      return { key: await loaded(ports.pushKey ?? null)(), isUsed };
    },
  );

  app.get(
    `${API}/push/subscriptions`,
    {
      config: { access: 'user' },
      schema: { tags, summary: 'Her browsers that take messages', response: answers(200, S.List(SubscriptionJson)) },
    },
    async (request) => ({ items: (await store.push.list(userOf(request))).map(subscriptionJson), next: null }),
  );

  app.post(
    `${API}/push/subscriptions`,
    {
      config: { access: 'user', audit: 'push.subscribe' },
      schema: {
        tags,
        summary: 'This browser takes messages from now on; the same again changes nothing',
        body: NewSubscription,
        response: answers(201, SubscriptionJson),
      },
    },
    async (request, reply) => {
      const { endpoint, keys } = request.body;
      const userId = userOf(request);
      const hers = await store.push.list(userId);
      if (hers.length >= MOST && !hers.some((one) => one.endpoint === endpoint)) {
        throw new KithError('conflict', `${MOST} browsers take messages already: take some of them out first.`);
      }
      const subscription = await store.push.add({
        userId,
        endpoint,
        p256dh: bare(keys.p256dh),
        auth: bare(keys.auth),
        agent: agentOf(request),
        createdAt: clock(),
      });
      return reply.code(201).send(subscriptionJson(subscription));
    },
  );

  app.delete(
    `${API}/push/subscriptions/:id`,
    {
      config: { access: 'user', audit: 'push.unsubscribe' },
      schema: {
        tags,
        summary: 'One of her browsers takes no more messages',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await store.push.remove(id, userOf(request)))) throw notFound('subscription', id);
      return reply.code(204).send(null);
    },
  );
}

/** Whether a channel sends to browsers, and to hers: it may name the users that it is for. */
function isFor({ kind, settings }: ChannelRow, user: string): boolean {
  if (kind !== 'webpush') return false;
  const { users } = settings as Partial<WebPushSettings>;
  return users === undefined || users.length === 0 || users.includes(user);
}

function agentOf({ headers }: FastifyRequest): string {
  return (headers['user-agent'] ?? 'a browser').replaceAll(/[^\x20-\x7e]/g, '').slice(0, MOST_AGENT);
}

function bare(text: string): string {
  return text.replace(/=+$/, '');
}

function subscriptionJson({ id, agent, endpoint, createdAt }: PushSubscription) {
  return { id, agent, endpoint, createdAt: time(createdAt) };
}
