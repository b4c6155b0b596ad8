// Signing in as a browser does: the one-time link, password, cookie, what other sites may not, and the ends of a session.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, openInject } from './house.test-suite.ts';
import { browser, cookiesOf, login, PASSWORD, setClock, signIn } from './users.test-suite.ts';

const SESSION = '/api/v1/session';
const HOUR = 3_600_000;

test('a link out of the terminal makes the first administrator, and gives no access by itself', async () => {
  const house = await furnish();
  const time = setClock(house);
  const { inject, close } = await openInject(house);
  const nobody = await inject({ url: SESSION, key: null });
  assert.deepEqual(nobody.json, { state: 'setup', user: null, link: false, version: '0' });
  assert.equal(nobody.headers['cache-control'], 'no-store');
  const json = { name: 'Ada', password: PASSWORD, language: 'de' };
  const setup = { method: 'POST', url: '/api/v1/setup', json } as const;
  const without = await browser(inject, '')(setup);
  assert.equal(without.status, 403);
  assert.match(without.json.error?.message ?? '', /npx kith link/);

  const path = String((await inject({ method: 'POST', url: '/api/v1/links' })).json['path']);
  assert.notEqual((await inject({ method: 'HEAD', url: path, key: null })).status, 303);
  assert.equal((await inject({ url: path, key: null, headers: { 'sec-purpose': 'prefetch' } })).status, 503);
  const opened = await inject({ url: path, key: null });
  assert.deepEqual([opened.status, opened.headers['location']], [303, '/setup']);
  assert.match(
    String(opened.headers['set-cookie']),
    /^kith_link=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=3600$/,
  );
  const again = await inject({ url: path, key: null });
  assert.deepEqual([again.status, again.headers['set-cookie']], [410, undefined]);
  assert.match(again.text, /npx kith link/);

  const ada = browser(inject, cookiesOf(opened.headers));
  assert.equal((await ada({ url: SESSION })).json['link'], true);
  for (const url of ['/api/v1/persons', '/api/v1/detections', '/api/v1/cameras', '/api/v1/users']) {
    assert.equal((await ada({ url })).status, 401, url);
  }
  assert.equal((await ada({ ...setup, headers: { 'x-kith': '' } })).status, 403, 'not from a form');
  for (const [password, words] of [
    ['short', /at least 10/],
    ['x'.repeat(201), /longer/],
  ] as const) {
    const refused = await ada({ ...setup, json: { ...json, password } });
    assert.equal(refused.status, 400);
    assert.match(refused.json.error?.message ?? '', words);
  }
  assert.equal(
    (await ada({ ...setup, json: { ...json, name: 'a\nb' } })).status,
    400,
    'and the link is not lost by it',
  );
  const made = await ada(setup);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(made.json['user'], {
    ...(made.json['user'] as object),
    name: 'Ada',
    role: 'administrator',
    cameras: null,
    totp: false,
    language: 'de',
  });
  const cookies = [made.headers['set-cookie'] ?? []].flat().map(String);
  assert.ok(cookies.some((cookie) => /^kith_link=; .*Max-Age=0$/.test(cookie)));
  assert.ok(
    cookies.some((c) => /^kith_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/.test(c)),
  );
  assert.equal((await ada(setup)).status, 403, 'the link is used up');
  assert.equal((await browser(inject, cookiesOf(made.headers))({ url: '/api/v1/users' })).status, 200);
  assert.equal((await inject({ url: SESSION, key: null })).json['state'], 'closed');

  // Opened and forgotten.
  const second = String((await inject({ method: 'POST', url: '/api/v1/links' })).json['path']);
  const late = browser(inject, cookiesOf((await inject({ url: second, key: null })).headers));
  time.now += HOUR;
  assert.equal((await late(setup)).status, 403);
  await close();
});

test('a link also mends a lost password: of that user, whose codes are asked for no more and whose sessions end', async () => {
  const house = await furnish();
  const { inject, context, close } = await openInject(house);
  const vera = await signIn(inject, { name: 'Vera', role: 'viewer' });
  const { id } = (await vera({ url: SESSION })).json['user'] as { id: string };
  await house.ports.store.users.change(id, { totp: 'JBSWY3DPEHPK3PXP' });
  const owner = browser(inject, cookiesOf((await inject({ url: context.links.create(), key: null })).headers));
  const mended = await owner({
    method: 'POST',
    url: '/api/v1/setup',
    json: { name: 'vera', password: 'another battery' },
  });
  assert.equal(mended.status, 201, mended.text);
  const user = mended.json['user'] as { id: string; role: string; totp: boolean };
  assert.deepEqual([user.id, user.role, user.totp], [id, 'viewer', false]);
  assert.equal((await vera({ url: SESSION })).json['state'], 'closed');
  assert.equal((await login(inject, 'Vera', PASSWORD)).status, 401);
  assert.equal((await login(inject, 'Vera', 'another battery')).status, 200);
  const other = browser(inject, cookiesOf((await inject({ url: context.links.create(), key: null })).headers));
  const made = await other({ method: 'POST', url: '/api/v1/setup', json: { name: 'Olga', password: PASSWORD } });
  assert.equal((made.json['user'] as { role: string }).role, 'administrator');
  await close();
});

test('a wrong name and a wrong password sound the same; too many wait, but not her own browser', async () => {
  const house = await furnish();
  const time = setClock(house);
  const { inject, close } = await openInject(house);
  const ada = await signIn(inject, { name: 'Ada', role: 'operator' });
  const wrong = await login(inject, 'Ada', 'wrong wrong wrong');
  const unknown = await login(inject, 'Eve', 'wrong wrong wrong');
  assert.deepEqual(
    [wrong.status, wrong.json],
    [401, { error: { code: 'unauthorized', message: 'Name or password is wrong.' } }],
  );
  assert.deepEqual([unknown.status, unknown.json], [wrong.status, wrong.json]);
  for (let i = 0; i < 4; i++) assert.equal((await login(inject, 'Ada', 'wrong wrong wrong')).status, 401);
  const limited = await login(inject, 'Ada', PASSWORD);
  assert.equal(limited.status, 429, 'guessing right is no way out');
  assert.equal(limited.headers['retry-after'], '60');
  assert.match(limited.json.error?.message ?? '', /wait 60 seconds/);
  assert.equal((await login(inject, 'Ada', PASSWORD, { headers: { cookie: ada.cookie } })).status, 200);
  time.now += 60_000;
  assert.equal((await login(inject, ' ADA', PASSWORD)).status, 200);
  // The same letter to the store: with its caron in one, and in two.
  await signIn(inject, { name: '\u01f0an', role: 'viewer' });
  for (let i = 0; i < 5; i++) assert.equal((await login(inject, '\u01f0an', 'wrong wrong wrong')).status, 401);
  assert.equal((await login(inject, 'J\u030can', PASSWORD)).status, 429, 'another way to write her is no way out');
  await close();
});

test('what another site makes a browser send changes nothing', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator' });
  const add = { method: 'POST', url: '/api/v1/persons', json: { name: 'Eve' } } as const;
  for (const headers of [
    { 'x-kith': '' },
    { 'x-kith': 'panel', 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' },
    { 'x-kith': 'panel', 'sec-fetch-site': 'same-site' },
    { 'x-kith': 'panel', 'sec-fetch-site': 'none' },
    { 'x-kith': 'panel', origin: 'http://evil.example' },
    { 'x-kith': 'panel', origin: 'null' },
    { 'x-kith': 'panel', origin: 'http://localhost:81', host: 'localhost:80' },
  ]) {
    const refused = await ada({ ...add, headers });
    assert.equal(refused.status, 403, JSON.stringify(headers));
    assert.match(refused.json.error?.message ?? '', /x-kith|another site/);
    assert.equal((await ada({ method: 'DELETE', url: SESSION, headers })).status, 403, 'nor does it sign her out');
    assert.equal((await login(inject, 'Ada', PASSWORD, { headers })).status, 403, 'nor in');
  }
  assert.deepEqual((await inject({ url: '/api/v1/persons' })).json.items, []);
  assert.equal((await ada({ ...add, headers: { origin: 'http://localhost:80', host: 'localhost:80' } })).status, 201);
  const own = { 'sec-fetch-site': 'same-origin', origin: 'https://kith.example', host: 'inside:8080' };
  assert.equal((await ada({ ...add, json: { name: 'Eva' }, headers: own })).status, 201, 'behind a proxy');
  assert.equal((await inject({ ...add, json: { name: 'Eli' } })).status, 201, 'programs with a key are not asked');
  const preflight = await inject({
    method: 'OPTIONS' as never,
    url: '/api/v1/persons',
    key: null,
    headers: { origin: 'http://evil.example', 'access-control-request-headers': 'x-kith' },
  });
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  await close();
});

test('a session ends without use, after thirty days, by signing out, and outlives a restart', async () => {
  const house = await furnish();
  const time = setClock(house);
  const first = await openInject(house);
  const before = await signIn(first.inject, { name: 'Ada', role: 'viewer' });
  await first.app.close();
  const { app: _app, inject, close } = await openInject(house);
  const ada = browser(inject, before.cookie);
  assert.equal((await ada({ url: '/api/v1/detections' })).status, 200);
  const self = await ada({ url: '/api/v1/keys/self' });
  assert.deepEqual(self.json, { name: 'Ada', scopes: ['log'], camera: null });
  for (let hours = 0; hours < 30 * 24; hours += 11) {
    assert.equal((await ada({ url: SESSION })).json['state'], 'open', `after ${hours} hours`);
    // That it was used is noted without anybody waiting for it.
    await new Promise((resolve) => setTimeout(resolve, 5));
    time.now += 11 * HOUR;
  }
  assert.equal((await ada({ url: SESSION })).json['state'], 'closed');
  const again = await signIn(inject, { name: 'Ada', role: 'viewer' });
  time.now += 12 * HOUR;
  assert.equal((await again({ url: '/api/v1/detections' })).status, 401);
  const third = await signIn(inject, { name: 'Ada', role: 'viewer' });
  const out = await third({ method: 'DELETE', url: SESSION });
  assert.equal(out.status, 204);
  assert.match(String(out.headers['set-cookie']), /^kith_session=; .*Max-Age=0/);
  assert.equal((await third({ url: '/api/v1/detections' })).status, 401);
  assert.equal((await third({ method: 'DELETE', url: SESSION })).status, 204, 'also when there is none');
  await close();
});
