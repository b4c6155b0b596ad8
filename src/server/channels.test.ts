// Channels and deliveries over the API: secrets never leave, settings are checked by kind, two who edit at once are told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, openInject } from './house.test-suite.ts';

const SECRET = 'whsec_dGhpcyBpcyBhIHNlY3JldCBmb3IgdGVzdHM=';
const HOOK = { name: 'Office', kind: 'webhook', settings: { url: 'https://example.org/hook', secret: SECRET } };

test('channels', async (t) => {
  const sent: unknown[] = [];
  let problem: string | null = null;
  const house = await furnish({
    sendTest: async ({ settings }) => {
      sent.push(settings['secret']);
      return problem;
    },
  });
  const { inject, close } = await openInject(house);
  t.after(close);
  const url = '/api/v1/channels';
  const made = await inject({ method: 'POST', url, json: HOOK });
  assert.equal(made.status, 201, made.text);
  const one = `${url}/${String(made.json['id'])}`;

  await t.test('kinds say what their settings take', async () => {
    const { json } = await inject({ url: `${url}/kinds` });
    const kinds = json.items?.map(({ kind }) => kind) ?? [];
    for (const kind of ['email', 'webhook', 'ntfy']) assert.ok(kinds.includes(kind), kind);
  });

  await t.test('secrets come masked, and masked they stay as they were', async () => {
    assert.ok(!made.text.includes(SECRET) && !(await inject({ url })).text.includes(SECRET));
    const { json } = await inject({ url: one });
    const { id: _id, createdAt: _at, version: ifVersion, ...fields } = json;
    const changed = await inject({ method: 'PUT', url: one, json: { ...fields, name: 'Door', ifVersion } });
    assert.equal(changed.status, 200, changed.text);
    const tested = await inject({ method: 'POST', url: `${one}/test` });
    assert.deepEqual([tested.json['ok'], sent.at(-1)], [true, SECRET]);
    const late = await inject({ method: 'PUT', url: one, json: { ...fields, ifVersion } });
    assert.equal(late.status, 409);
  });

  await t.test('a secret does not follow an address to another place', async () => {
    const bot = { name: 'Family', kind: 'telegram', settings: { botToken: '17:token' } };
    const { json } = await inject({ method: 'POST', url, json: bot });
    const at = `${url}/${String(json['id'])}`;
    for (const [path, kept] of [
      [at, { ...bot, settings: { botToken: '***', apiUrl: 'https://evil.example' } }],
      [one, { ...HOOK, settings: { url: 'https://evil.example', secret: '***' } }],
    ] as const) {
      const moved = await inject({ method: 'PUT', url: path, json: kept });
      assert.equal(moved.status, 400);
      assert.match(moved.json.error?.message ?? '', /another place/);
    }
    assert.equal((await inject({ method: 'DELETE', url: at })).status, 204);
  });

  await t.test('a test answers what the receiver really said', async () => {
    problem = '550 no such mailbox';
    const { status, json } = await inject({ method: 'POST', url: `${one}/test` });
    assert.deepEqual([status, json['ok'], json['error']], [200, false, problem]);
  });

  await t.test('what does not fit the kind is refused by its name', async () => {
    for (const [json, says] of [
      [{ ...HOOK, kind: 'pigeon' }, /kind of channel "pigeon"/],
      [{ ...HOOK, settings: { url: 'ftp://x', secret: SECRET } }, /url/],
      [{ ...HOOK, settings: { url: 'https://x', secret: '***' } }, /secret/],
      [{ ...HOOK, settings: { ...HOOK.settings, colour: 'red' } }, /colour/],
      [{ ...HOOK, quiet: { week: [], holidays: 'usual' } }, /quiet/],
    ] as const) {
      const { status, json: answer } = await inject({ method: 'POST', url, json });
      assert.equal(status, 400);
      assert.match(answer.error?.message ?? '', says);
    }
  });

  await t.test('is gone with its deliveries; others are for administrators', async () => {
    assert.deepEqual((await inject({ url: '/api/v1/deliveries' })).json.items, []);
    assert.equal((await inject({ method: 'POST', url: '/api/v1/deliveries/none/retry' })).status, 404);
    assert.equal((await inject({ url, key: house.keys.people })).status, 403);
    assert.equal((await inject({ method: 'DELETE', url: one })).status, 204);
    assert.equal((await inject({ url: one })).status, 404);
  });
});
