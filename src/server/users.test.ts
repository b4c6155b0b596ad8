// Users: who may change them, that somebody always may everything, and that what is taken away is gone at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, openInject } from './house.test-suite.ts';
import { openServer } from './server.ts';
import { login, PASSWORD, signIn } from './users.test-suite.ts';

const USERS = '/api/v1/users';

test('an administrator makes, changes and removes users; nobody else does', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator' });
  const olga = await signIn(inject, { name: 'Olga', role: 'operator' });
  const json = { name: 'Vera', role: 'viewer', cameras: ['door'], password: PASSWORD };
  assert.equal((await olga({ method: 'POST', url: USERS, json })).status, 403);
  assert.equal((await olga({ url: USERS })).status, 403);
  for (const [changed, status] of [
    [{ password: 'short' }, 400],
    [{ password: 'vera vera vera', name: 'Vera Vera Vera' }, 400],
    [{ role: 'king' }, 400],
    [{ cameras: [] }, 400],
    [{ cameras: ['cellar'] }, 404],
    [{ name: 'OLGA' }, 409],
    [{ rank: 1 }, 400],
  ] as const) {
    assert.equal(
      (await ada({ method: 'POST', url: USERS, json: { ...json, ...changed } })).status,
      status,
      JSON.stringify(changed),
    );
  }
  const made = await ada({ method: 'POST', url: USERS, json });
  assert.equal(made.status, 201, made.text);
  const { id, createdAt } = made.json as unknown as { id: string; createdAt: string };
  const vera = {
    id,
    name: 'Vera',
    role: 'viewer',
    cameras: ['door'],
    totp: false,
    disabled: false,
    createdAt,
    lastLoginAt: null,
  };
  assert.deepEqual(made.json, vera);
  const listed = await ada({ url: USERS });
  assert.deepEqual(
    listed.json.items?.map(({ name }) => name),
    ['Ada', 'Olga', 'Vera'],
  );
  assert.ok(!/argon|scrypt|\$/.test(listed.text), 'no secrets');
  await house.ports.store.cameras.put('gate', 'Gate');
  const changes = { name: 'Vera B', role: 'operator', cameras: ['gate', 'door'] };
  const changed = await ada({ method: 'PATCH', url: `${USERS}/${id}`, json: changes });
  assert.deepEqual(changed.json, { ...vera, ...changes });
  await house.ports.store.cameras.remove('gate');
  const kept = await ada({ method: 'PATCH', url: `${USERS}/${id}`, json: { cameras: ['gate'] } });
  assert.equal(kept.status, 200, 'a camera that is gone is no reason to refuse');
  assert.equal((await ada({ method: 'PATCH', url: `${USERS}/${id}`, json: {} })).status, 400);
  assert.equal((await ada({ method: 'PATCH', url: `${USERS}/x`, json: { disabled: true } })).status, 404);
  assert.equal((await ada({ method: 'DELETE', url: `${USERS}/${id}` })).status, 204);
  assert.equal((await ada({ method: 'DELETE', url: `${USERS}/${id}` })).status, 404);
  await close();
});

test('the last administrator cannot be removed, disabled or degraded', async () => {
  const { inject, close } = await openInject(await furnish());
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator' });
  const [user] = (await ada({ url: USERS })).json.items ?? [];
  const url = `${USERS}/${String(user?.['id'])}`;
  for (const json of [{ role: 'operator' }, { disabled: true }, { cameras: ['door'] }]) {
    const refused = await ada({ method: 'PATCH', url, json });
    assert.equal(refused.status, 409);
    assert.match(refused.json.error?.message ?? '', /"Ada" is the only administrator/);
  }
  assert.equal((await ada({ method: 'DELETE', url })).status, 409);
  assert.equal((await ada({ url: USERS })).status, 200, 'and nobody was signed out by it');
  await close();
});

test('what is taken away is gone at once: role, cameras, password, the user', async () => {
  const { inject, close } = await openInject(await furnish());
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator' });
  for (const json of [
    { role: 'viewer' },
    { cameras: ['door'] },
    { password: 'another battery' },
    { disabled: true },
    null,
  ]) {
    const name = `Olga ${JSON.stringify(json)}`;
    const olga = await signIn(inject, { name, role: 'operator' });
    const found = (await ada({ url: USERS })).json.items?.find((user) => user['name'] === name);
    const url = `${USERS}/${String(found?.['id'])}`;
    assert.equal((await olga({ url: '/api/v1/persons' })).status, 200);
    const changed = await (json ? ada({ method: 'PATCH', url, json }) : ada({ method: 'DELETE', url }));
    assert.ok(changed.status < 300, changed.text);
    assert.equal((await olga({ url: '/api/v1/persons' })).status, 401, JSON.stringify(json));
  }
  const disabled = await login(inject, 'Olga {"disabled":true}', PASSWORD);
  assert.equal(disabled.status, 401);
  assert.match(disabled.json.error?.message ?? '', /may not sign in any more/);
  await close();
});

test('open streams end at once with the session or the key, and only those', async (t) => {
  const house = await furnish({ limits: { heartbeatMs: 60_000 } });
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const call = (method: string, path: string, key: string, json?: unknown) =>
    fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
  const user = { name: 'Vera', role: 'viewer', password: PASSWORD };
  const { id } = (await (await call('POST', '/users', house.keys.admin, user)).json()) as { id: string };
  const signed = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'x-kith': 'panel', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Vera', password: PASSWORD }),
  });
  const cookie = signed.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const made = (await (await call('POST', '/keys', house.keys.admin, { name: 'Wall', scopes: ['log'] })).json()) as {
    id: string;
    key: string;
  };
  async function listen(headers: Record<string, string>) {
    const reader = (await fetch(`${server.url}/api/v1/events`, { headers })).body?.getReader();
    assert.ok(reader);
    await reader.read();
    const ended = (async () => {
      while (!(await reader.read()).done);
      return 'ended';
    })();
    return { ended };
  }
  const hers = await listen({ cookie });
  const wall = await listen({ authorization: `Bearer ${made.key}` });
  const other = await listen({ authorization: `Bearer ${house.keys.log}` });
  await call('PATCH', `/users/${id}`, house.keys.admin, { disabled: true });
  assert.equal(await hers.ended, 'ended');
  assert.equal(await Promise.race([wall.ended, Promise.resolve('open')]), 'open');
  await call('DELETE', `/keys/${made.id}`, house.keys.admin);
  assert.equal(await wall.ended, 'ended');
  const ofDoor = await listen({ authorization: `Bearer ${await house.makeKey(['log'], 'door')}` });
  await call('DELETE', '/cameras/door', house.keys.admin);
  assert.equal(await ofDoor.ended, 'ended', 'with the camera that it is for');
  assert.equal(await Promise.race([other.ended, Promise.resolve('open')]), 'open');
});

test('each role does what it may, and no more', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await house.ports.store.makePerson('Ann');
  const viewer = await signIn(inject, { name: 'Vera', role: 'viewer' });
  const operator = await signIn(inject, { name: 'Olga', role: 'operator' });
  const administrator = await signIn(inject, { name: 'Ada', role: 'administrator' });
  const rank = [viewer, operator, administrator];
  for (const [least, method, url, json] of [
    [0, 'GET', '/api/v1/detections'],
    [0, 'GET', '/api/v1/visits'],
    [0, 'GET', '/api/v1/cameras'],
    [1, 'GET', '/api/v1/persons'],
    [1, 'GET', '/api/v1/history'],
    [1, 'POST', '/api/v1/persons', { name: 'Eve' }],
    [1, 'POST', '/api/v1/detections/x/confirm', {}],
    [2, 'PUT', '/api/v1/cameras/gate', { name: 'Gate' }],
    [2, 'GET', '/api/v1/keys'],
    [2, 'POST', '/api/v1/links', undefined],
    [2, 'GET', '/api/v1/audit'],
  ] as const) {
    for (const [i, send] of rank.entries()) {
      const { status } = await send({ method, url, ...(json !== undefined && { json }) });
      if (i < least) assert.equal(status, 403, `${i} ${method} ${url}`);
      else assert.ok(![401, 403].includes(status), `${i} ${method} ${url}: ${status}`);
    }
  }
  const refused = await viewer({ url: '/api/v1/persons' });
  assert.match(refused.json.error?.message ?? '', /Your role does not include this/);
  const history = await operator({ url: '/api/v1/history' });
  assert.equal(history.status, 200);
  await close();
});
