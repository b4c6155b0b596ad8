// Behind a proxy: whose word counts about where a request came from, and whether it was encrypted on its way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, openInject, type Inject } from './house.test-suite.ts';
import { login, PASSWORD, signIn } from './users.test-suite.ts';

function loginFrom(inject: Inject, address: string, password: string): ReturnType<Inject> {
  return login(inject, 'Ada', password, { headers: { 'x-forwarded-for': address } });
}

test('cookies are secure where the address is https', async () => {
  const house = await furnish({ trustProxy: true });
  const { inject, context, close } = await openInject(house);
  const opened = await inject({ url: context.links.create(), key: null, headers: { 'x-forwarded-proto': 'https' } });
  assert.match(String(opened.headers['set-cookie']), /; Secure$/);
  await close();
});

test('the address is the one that the proxy saw, not what the client puts before it', async () => {
  const { inject, close } = await openInject(await furnish({ trustProxy: true }));
  const ada = await signIn(inject, { name: 'Ada', role: 'operator' });
  for (let i = 0; i < 5; i++)
    assert.equal((await loginFrom(inject, `10.0.0.${i}, 192.0.2.7`, 'wrong wrong wrong')).status, 401);
  assert.equal(
    (await loginFrom(inject, '10.0.0.9, 192.0.2.7', PASSWORD)).status,
    429,
    'another invented address is no way out',
  );
  assert.equal((await loginFrom(inject, '192.0.2.7, 192.0.2.8', PASSWORD)).status, 200, 'nor does it lock others out');
  const devices = (await ada({ url: '/api/v1/session/devices' })).json.items ?? [];
  assert.deepEqual(new Set(devices.map(({ address }) => address)), new Set(['127.0.0.1', '192.0.2.8']));
  await close();
});

test('without a proxy nothing of it is believed', async () => {
  const { inject, context, close } = await openInject(await furnish());
  const headers = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
  const opened = await inject({ url: context.links.create(), key: null, headers });
  assert.doesNotMatch(String(opened.headers['set-cookie']), /Secure/);
  const ada = await signIn(inject, { name: 'Ada', role: 'operator' });
  await login(inject, 'Ada', PASSWORD, { headers });
  const devices = (await ada({ url: '/api/v1/session/devices' })).json.items ?? [];
  assert.deepEqual([...new Set(devices.map(({ address }) => address))], ['127.0.0.1']);
  await close();
});
