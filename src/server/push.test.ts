// Browsers that take messages, pictures by signed addresses, and the metrics of messages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPictureLinks } from '../picture-links.ts';
import { furnish, openInject, shot } from './house.test-suite.ts';
import { setClock, signIn } from './users.test-suite.ts';

const KEYS = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
const at = (n: number, keys: object = KEYS) => ({ endpoint: `https://push.example/${n}`, expirationTime: null, keys });

test('a user has messages in her browsers, and takes them out again; nobody else does', async (t) => {
  const house = await furnish({ pushKey: async () => 'the public key' });
  const { inject, close } = await openInject(house);
  t.after(close);
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator' });
  const bea = await signIn(inject, { name: 'Bea', role: 'viewer', cameras: ['door'] });
  const url = '/api/v1/push/subscriptions';
  const key = { url: '/api/v1/push/key' };
  assert.deepEqual((await bea(key)).json, { key: 'the public key', isUsed: false });
  const [{ id: adaId } = { id: '' }] = await house.ports.store.users.list();
  const settings = { contact: 'mailto:a@example.org', days: 1, users: [adaId] };
  const channel = { name: 'Browsers', kind: 'webpush', enabled: true, settings, quiet: null } as const;
  await house.ports.store.channels.add(channel, 1);
  assert.deepEqual([(await ada(key)).json['isUsed'], (await bea(key)).json['isUsed']], [true, false]);
  const headers = { 'user-agent': 'Firefox \u00fc 1' };
  const made = await ada({ method: 'POST', url, json: at(1), headers });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.json['agent'], made.json['endpoint']], ['Firefox  1', 'https://push.example/1']);
  const again = await ada({ method: 'POST', url, json: at(1, { ...KEYS, auth: `${'b'.repeat(22)}==` }) });
  assert.equal(again.json['id'], made.json['id']);
  assert.equal((await house.ports.store.push.list())[0]?.auth, 'b'.repeat(22));
  assert.deepEqual((await bea({ url })).json.items, []);
  const one = `${url}/${String(made.json['id'])}`;
  assert.equal((await bea({ method: 'DELETE', url: one })).status, 404);
  for (const wrong of [
    { ...at(2), endpoint: 'http://push.example/2' },
    { ...at(2), endpoint: 'https://a@push.example/2' },
    at(2, { ...KEYS, auth: 'short' }),
    at(2, {}),
  ]) {
    assert.equal((await ada({ method: 'POST', url, json: wrong })).status, 400, JSON.stringify(wrong));
  }
  const [{ userId } = { userId: '' }] = await house.ports.store.push.list();
  const more = (n: number) => ({ ...KEYS, userId, endpoint: at(n).endpoint, agent: 'x', createdAt: n });
  for (let n = 2; n <= 20; n += 1) await house.ports.store.push.add(more(n));
  assert.equal((await ada({ method: 'POST', url, json: at(21) })).status, 409);
  assert.equal((await ada({ method: 'POST', url, json: at(1) })).status, 201);
  assert.equal((await ada({ method: 'DELETE', url: one })).status, 204);
  assert.equal((await ada({ url })).json.items?.length, 19);
});

test('a picture is shown by its signed address, to anybody, for some days, until it is erased', async (t) => {
  const house = await furnish();
  const time = setClock(house);
  const links = createPictureLinks({ key: 'k', publicUrl: () => '', clock: () => time.now });
  house.ports.pictureLinks = links;
  const { inject, close } = await openInject(house);
  t.after(close);
  await inject({ method: 'POST', url: '/api/v1/detections', form: shot() });
  const url = links.url('shot-1') ?? '';
  const get = (path: string) => inject({ url: path, key: null });
  const shown = await get(url);
  assert.deepEqual([shown.status, shown.text], [200, 'picture 1']);
  assert.equal(shown.headers['cache-control'], 'no-store');
  for (const forged of [`${url}x`, '/pictures/x', links.url('shot-2') ?? '']) {
    const answer = await get(forged);
    assert.deepEqual([answer.status, answer.json.error?.code], [404, 'not_found'], forged);
  }
  time.now += 10 * 86_400_000;
  assert.equal((await get(url)).status, 404);
  const fresh = links.url('shot-1') ?? '';
  assert.equal((await get(fresh)).status, 200);
  const erased = await inject({
    method: 'POST',
    url: '/api/v1/detections/erase',
    json: { detections: ['shot-1'] },
  });
  assert.equal(erased.status, 200, erased.text);
  assert.equal((await get(fresh)).status, 404);
});

test('what became of messages is counted, by kind of channel', async (t) => {
  const { inject, context, close } = await openInject(await furnish());
  t.after(close);
  context.metrics.delivered({ kind: 'email', outcome: 'retried', ageMs: 0 });
  context.metrics.delivered({ kind: 'email', outcome: 'sent', ageMs: 250 });
  const lines = (await inject({ url: '/metrics' })).text.split('\n');
  for (const line of [
    'kith_deliveries_total{kind="email",outcome="retried"} 1',
    'kith_deliveries_total{kind="email",outcome="sent"} 1',
    'kith_delivery_age_seconds_bucket{le="0.2",kind="email"} 0',
    'kith_delivery_age_seconds_bucket{le="0.3",kind="email"} 1',
    'kith_delivery_age_seconds_count{kind="email"} 1',
    'kith_deliveries{state="failed"} 0',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});
