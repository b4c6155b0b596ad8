// The service worker of the panel, as it stands on the server, in the place of a browser's.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

const SOURCE = await readFile(new URL('page/push.js', import.meta.url), 'utf8');
const SUBSCRIPTION = { endpoint: 'https://push.example/2', keys: { p256dh: 'B', auth: 'a' } };
const subscription = { toJSON: () => ({ ...SUBSCRIPTION, expirationTime: null }) };

interface Call {
  readonly path: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Tells the worker that its subscription was changed. */
async function change(newSubscription: object | null, status = 200) {
  const listeners = new Map<string, (event: object) => void>();
  const calls: Call[] = [];
  const subscribed: string[] = [];
  const pushManager = {
    async subscribe(options: object) {
      subscribed.push(JSON.stringify(options));
      return subscription;
    },
  };
  runInNewContext(SOURCE, {
    self: {
      registration: { pushManager },
      addEventListener: (kind: string, listener: (event: object) => void) => listeners.set(kind, listener),
    },
    async fetch(path: string, options: Omit<Call, 'path'>) {
      calls.push({ path, ...options });
      return Response.json({ key: 'the key', isUsed: true }, { status });
    },
  });
  const work: Promise<unknown>[] = [];
  listeners.get('pushsubscriptionchange')?.({ newSubscription, waitUntil: (one: Promise<unknown>) => work.push(one) });
  assert.equal(work.length, 1);
  const [end] = await Promise.allSettled(work);
  return { calls, subscribed, end };
}

test('a browser whose address was taken away signs up anew, and tells Kith the new one', async () => {
  const { calls, subscribed, end } = await change(null);
  assert.equal(end?.status, 'fulfilled');
  assert.deepEqual(subscribed, [JSON.stringify({ userVisibleOnly: true, applicationServerKey: 'the key' })]);
  const post = calls.at(-1);
  assert.deepEqual([post?.method, post?.path], ['POST', '/api/v1/push/subscriptions']);
  assert.equal(post?.headers['x-kith'], 'panel');
  assert.deepEqual(JSON.parse(post?.body ?? ''), SUBSCRIPTION);
});

test('an address that the browser has got itself is only told', async () => {
  const { calls, subscribed } = await change(subscription);
  assert.deepEqual(subscribed, []);
  assert.deepEqual(JSON.parse(calls.at(-1)?.body ?? ''), SUBSCRIPTION);
});

test('where nobody is signed in, nobody is signed up', async () => {
  const { calls, subscribed, end } = await change(null, 401);
  assert.equal(end?.status, 'rejected');
  assert.deepEqual([calls.length, subscribed], [1, []]);
});
