// Who may do what: each route refuses without a key, scopes are kept, wrong keys are slowed down.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { App } from './context.ts';
import { furnish, openInject } from './house.test-suite.ts';
import { ensureAdminKey, createLocalKeys, hashKey } from './keys.ts';
import { watchRoutes } from './route-table.ts';

/** Of the panel, whose files show nothing by themselves. */
const VIEWS =
  'setup login account live log people strangers search cameras doors rules alerts reports settings system users audit'.split(
    ' ',
  );

const PUBLIC = [
  'GET /',
  ...VIEWS.flatMap((view) => [`GET /${view}`, `GET /${view}/x`]),
  'GET /health',
  'GET /ready',
  'GET /open/x',
  'GET /page/page.css',
  'GET /assets/x',
  'GET /api/v1/session',
  'GET /page/icon.svg',
  'GET /page/push.js',
  'GET /pictures/x',
  'GET /kiosk/x',
  'GET /hooks/x',
  'POST /hooks/x',
  'GET /hooks/x/x',
  'POST /hooks/x/x',
  'GET /kiosk/page/kiosk.css',
  'GET /kiosk/page/kiosk.js',
  'GET /kiosk/page/kiosk-eye.js',
  'GET /kiosk/page/kiosk-ear.js',
];

/** Public, but only for the panel itself. */
const OF_THE_PANEL = ['POST /api/v1/setup', 'POST /api/v1/session', 'DELETE /api/v1/session'];

/** For whoever has signed in, which no key has. */
const OF_A_USER = [
  'PATCH /api/v1/session',
  'POST /api/v1/session/password',
  'GET /api/v1/session/devices',
  'DELETE /api/v1/session/devices/x',
  'POST /api/v1/session/totp',
  'PUT /api/v1/session/totp',
  'DELETE /api/v1/session/totp',
  'GET /api/v1/push/key',
  'GET /api/v1/push/subscriptions',
  'POST /api/v1/push/subscriptions',
  'DELETE /api/v1/push/subscriptions/x',
  'POST /api/v1/session/chat-code',
  'GET /api/v1/session/chats',
  'DELETE /api/v1/session/chats/x/x',
];

const LOG = [
  'GET /api/v1/detections',
  'GET /api/v1/detections/x',
  'GET /api/v1/detections/x/picture',
  'GET /api/v1/visits',
  'GET /api/v1/visits/x',
  'GET /api/v1/cameras',
  'GET /api/v1/cameras/x',
  'GET /api/v1/cameras/x/preview',
  'GET /api/v1/cameras/x/days',
  'GET /api/v1/keys/self',
  'GET /api/v1/events',
  'GET /api/v1/summary',
  'GET /api/v1/log',
  'GET /api/v1/visits/days',
  'GET /api/v1/live/numbers',
  'GET /api/v1/previews',
  'GET /api/v1/cameras/x/snapshot',
  'POST /api/v1/commands',
  'GET /api/v1/alerts',
  'GET /api/v1/alerts/x',
];

const READ = [
  ...LOG,
  'GET /metrics',
  'GET /api/v1/persons',
  'GET /api/v1/persons/x',
  'GET /api/v1/persons/x/references',
  'GET /api/v1/references/x/picture',
  'GET /api/v1/imports',
  'GET /api/v1/imports/x',
  'GET /api/v1/imports/x/photos',
  'POST /api/v1/detect',
  'POST /api/v1/identify',
  'POST /api/v1/verify',
  'GET /api/v1/history',
  'GET /api/v1/history/x',
  'GET /api/v1/models',
  'GET /api/v1/report',
  'GET /api/v1/report.html',
  'GET /api/v1/report/progress',
  'GET /api/v1/detections/x/candidates',
  'GET /api/v1/groups',
  'GET /api/v1/persons/count',
  'GET /api/v1/persons/attributes',
  'GET /api/v1/persons/x/activity',
  'GET /api/v1/persons/x/confusable',
  'GET /api/v1/strangers',
  'GET /api/v1/strangers/x',
  'GET /api/v1/strangers/undecided',
  'GET /api/v1/camera-settings',
  'GET /api/v1/actions',
  'GET /api/v1/actions/kinds',
  'GET /api/v1/actions/x',
  'GET /api/v1/runs',
  'POST /api/v1/search',
  'GET /api/v1/rules',
  'GET /api/v1/rules/x',
  'GET /api/v1/calendar',
  'GET /api/v1/snoozes',
];

const PEOPLE = [
  ...READ,
  'POST /api/v1/persons',
  'PATCH /api/v1/persons/x',
  'DELETE /api/v1/persons/x',
  'POST /api/v1/persons/x/references',
  'DELETE /api/v1/persons/x/references/x',
  ...['merge', 'split', 'discard', 'look-back'].map((action) => `POST /api/v1/persons/x/${action}`),
  'POST /api/v1/persons/regroup',
  'POST /api/v1/imports',
  'POST /api/v1/imports/x/photos',
  'DELETE /api/v1/imports/x',
  ...['move', 'confirm', 'not-her', 'discard'].flatMap((action) => [
    `POST /api/v1/detections/${action}`,
    `POST /api/v1/detections/x/${action}`,
    `POST /api/v1/visits/x/${action}`,
  ]),
  'POST /api/v1/detections/rerun',
  'POST /api/v1/actions/x/run',
  'POST /api/v1/history/x/undo',
  'POST /api/v1/detections/erase',
  'POST /api/v1/visits/x/erase',
  'POST /api/v1/detections/retry',
  'PATCH /api/v1/groups',
  'DELETE /api/v1/groups',
  'POST /api/v1/persons/groups',
  'GET /api/v1/persons/x/export',
  'GET /api/v1/deliveries',
  'POST /api/v1/deliveries/x/retry',
  'POST /api/v1/alerts/x/answer',
  'POST /api/v1/snoozes',
  'DELETE /api/v1/snoozes/x',
];

const CAMERA = [
  'POST /api/v1/detections',
  'GET /api/v1/cameras/x',
  'POST /api/v1/cameras/x/frames',
  'GET /api/v1/cameras/x/frames',
  'GET /api/v1/cameras/x/names',
  'GET /api/v1/cameras/x/control',
  'PUT /api/v1/cameras/x/report',
  'GET /api/v1/cameras/x/preview',
  'GET /api/v1/cameras/x/snapshot',
  'POST /api/v1/cameras/x/preview',
  'GET /api/v1/keys/self',
];

/** What each scope may call besides what is public; `admin` may call all. */
const MAY = { camera: CAMERA, log: LOG, read: READ, people: PEOPLE } as const;
const SCOPES = ['camera', 'log', 'read', 'people'] as const;

test('every route but the public ones refuses without a key, and each scope reaches its own routes only', async () => {
  const house = await furnish({ limits: { wrongKeysPerMinute: 1000 } });
  const { inject, context, app, close } = await openInject(house);
  // Streams do not end, so here there is never room for one.
  context.hub.close();
  const routes = routesOf(app.printRoutes());
  assert.ok(routes.length >= 35, `only ${routes.length} routes were found`);
  for (const expected of [...PUBLIC, ...OF_THE_PANEL, ...OF_A_USER, ...CAMERA, ...PEOPLE]) {
    assert.ok(routes.includes(expected), expected);
  }
  for (const route of routes) {
    const [method, url] = route.split(' ') as ['GET', string];
    const status = async (key: string | null, headers = {}) => (await inject({ method, url, key, headers })).status;
    if (OF_THE_PANEL.includes(route)) {
      assert.equal(await status(null), 403, route);
      assert.ok(![401, 403].includes(await status(null, { 'x-kith': 'panel' })), route);
      continue;
    }
    if (PUBLIC.includes(route) || url.startsWith('/docs')) {
      assert.ok(![403].includes(await status(null)), route);
      continue;
    }
    assert.equal(await status(null), 401, route);
    assert.equal(await status('kith_wrong'), 401, route);
    if (OF_A_USER.includes(route)) {
      for (const key of Object.values(house.keys)) assert.equal(await status(key), 403, route);
      continue;
    }
    for (const scope of SCOPES) {
      const answered = await status(house.keys[scope]);
      if ((MAY[scope] as readonly string[]).includes(route)) {
        assert.ok(![401, 403].includes(answered), `${scope} ${route}: ${answered}`);
      } else assert.equal(answered, 403, `${scope} ${route}`);
    }
    assert.ok(![401, 403].includes(await status(house.keys.admin)), route);
  }
  const refused = await inject({ url: '/api/v1/keys', key: house.keys.read });
  assert.match(refused.json.error?.message ?? '', /scope "admin"/);
  const unknown = await inject({ url: '/api/v1/persons', key: null });
  assert.match(String(unknown.headers['www-authenticate']), /^Bearer/);
  await close();
});

test('a route must say who may call it, and one that changes something what the audit log calls that', () => {
  const app: App = fastify().withTypeProvider<TypeBoxTypeProvider>();
  watchRoutes(app);
  assert.throws(() => app.get('/open-to-all', async () => 'x'), /who may call it/);
  const config = { access: ['admin'] } as const;
  assert.throws(() => app.post('/quiet', { config }, async () => 'x'), /audit log/);
  app.get('/seen', { config }, async () => 'x');
  app.post('/programs', { config: { ...config, audit: false } }, async () => 'x');
});

test('a key that is taken back is refused at once; a made one works and is never shown again', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const made = await inject({ method: 'POST', url: '/api/v1/keys', json: { name: 'Wall display', scopes: ['read'] } });
  assert.equal(made.status, 201);
  const key = String(made.json['key']);
  assert.match(key, /^kith_[\w-]{43}$/);
  assert.equal((await inject({ url: '/api/v1/persons', key })).status, 200);
  const listed = await inject({ url: '/api/v1/keys' });
  assert.ok(!listed.text.includes(key) && !listed.text.includes(hashKey(key)));
  const url = `/api/v1/keys/${String(made.json['id'])}`;
  assert.equal((await inject({ method: 'DELETE', url })).status, 204);
  assert.equal((await inject({ url: '/api/v1/persons', key })).status, 401);
  assert.equal((await inject({ method: 'DELETE', url })).status, 404);
  for (const json of [
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['root'] },
    { name: 'x', scopes: ['camera', 'admin'], camera: 'door' },
  ]) {
    assert.equal((await inject({ method: 'POST', url: '/api/v1/keys', json })).status, 400, JSON.stringify(json));
  }
  const nowhere = { name: 'x', scopes: ['camera'], camera: 'cellar' };
  assert.equal((await inject({ method: 'POST', url: '/api/v1/keys', json: nowhere })).status, 404);
  await close();
});

test('the key of a removed camera opens nothing, also when there is a camera of its id again', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const key = await house.makeKey(['read', 'camera'], 'door');
  const url = '/api/v1/detections';
  assert.equal((await inject({ url, key })).status, 200);
  await inject({ method: 'DELETE', url: '/api/v1/cameras/door' });
  for (const each of [url, '/api/v1/persons', '/api/v1/keys/self']) {
    const refused = await inject({ url: each, key });
    assert.equal(refused.status, 404, each);
    assert.match(refused.json.error?.message ?? '', /camera "door" that this key is for was removed/);
  }
  await inject({ method: 'PUT', url: '/api/v1/cameras/door', json: { name: 'Another door' } });
  assert.equal((await inject({ url, key })).status, 401);
  await close();
});

test('many wrong keys are slowed down, without locking out a key that was right before', async () => {
  const house = await furnish({ limits: { wrongKeysPerMinute: 5 } });
  let now = 1_000_000;
  house.ports.clock = () => now;
  const { inject, close } = await openInject(house);
  const status = async (key: string) => (await inject({ url: '/api/v1/persons', key })).status;
  assert.equal(await status(house.keys.read), 200);
  for (let i = 0; i < 5; i++) assert.equal(await status(`kith_wrong${i}`), 401);
  assert.equal(await status('kith_wrong'), 429);
  assert.equal(await status(house.keys.admin), 429, 'guessing right is no way out');
  assert.equal(await status(house.keys.read), 200);
  now += 61_000;
  assert.equal(await status(house.keys.admin), 200);
  await close();
});

test('the first start makes one admin key and keeps only its hash; a configured key counts instead', async () => {
  const house = await furnish();
  const { store } = house.ports;
  for (const key of await store.keys.list()) await store.keys.remove(key.id);
  const key = await ensureAdminKey(store, createLocalKeys());
  assert.ok(key);
  assert.equal(await ensureAdminKey(store, createLocalKeys()), null);
  assert.ok(!JSON.stringify(await store.keys.list()).includes(key));
  const localKeys = createLocalKeys();
  assert.equal(await ensureAdminKey(store, localKeys, 'a-configured-key-of-mine'), null);
  await assert.rejects(ensureAdminKey(store, localKeys, 'short'), { code: 'invalid', message: /at least 16/ });
  house.ports.localKeys = localKeys;
  const { inject, close } = await openInject(house);
  for (const works of [key, 'a-configured-key-of-mine']) {
    assert.equal((await inject({ url: '/api/v1/keys', key: works })).status, 200);
  }
  assert.equal((await inject({ url: '/api/v1/keys', key: 'a-configured-key-of-mine2' })).status, 401);
  await close();
});

/** `METHOD /path` of each route; parameters become `x`. */
function routesOf(tree: string): string[] {
  const routes: string[] = [];
  const stack: string[] = [];
  for (const line of tree.split('\n')) {
    const found = /^([│ ]*)[├└]── (\S*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!found) continue;
    const [, indent = '', part = '', methods] = found;
    stack.length = indent.length / 4;
    stack.push(part);
    const url = stack.join('').replaceAll(/:\w+/g, 'x').replace('*', 'x');
    for (const method of methods?.split(', ') ?? []) if (method !== 'HEAD') routes.push(`${method} ${url}`);
  }
  return routes;
}
