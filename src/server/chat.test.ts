// Chats in the back end: codes, linked people, what messengers send, and what is done as a user.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../action-port.ts';
import { hashChatCode } from '../chat-code.ts';
import { createUserClient } from '../user-client.ts';
import { createActing } from '../acting.ts';
import { furnish, openInject } from './house.test-suite.ts';
import { signIn } from './users.test-suite.ts';

test('a part of the process acts as a user: with her role, in her name, over a channel, and no longer than she may', async () => {
  const acting = createActing();
  const house = await furnish({ acting });
  const { inject, app, close } = await openInject(house);
  const { store } = house.ports;
  const root = await store.users.add({ name: 'Root', role: 'administrator', cameras: null, password: 'x' }, 1);
  const ada = await store.users.add({ name: 'Ada', role: 'viewer', cameras: ['door'], password: 'x' }, 1);
  const as = (userId: string, maker = acting) =>
    createUserClient(app, { authorization: `Bearer ${maker.keyOf({ userId, via: 'Family' })}` });
  const addPerson = (userId: string) => as(userId).call({ method: 'POST', path: '/persons', json: { name: 'Grace' } });

  await as(ada.id).call({ method: 'GET', path: '/visits' });
  await assert.rejects(addPerson(ada.id), { code: 'forbidden', message: /Your role does not include this/ });
  await addPerson(root.id);
  const [entry] = (await store.audit.list({ action: 'person.add' }, { limit: 1 })).items;
  assert.deepEqual([entry?.actor, entry?.detail?.['via']], [{ id: root.id, name: 'Root', kind: 'user' }, 'Family']);

  // Nothing that is about a browser, nothing with a key of another process, and nothing once she is disabled.
  await assert.rejects(as(root.id).call({ method: 'POST', path: '/session/chat-code' }), { code: 'forbidden' });
  await assert.rejects(as(root.id, createActing()).call({ method: 'GET', path: '/visits' }), { code: 'unauthorized' });
  const [body = '', signature = ''] = acting.keyOf({ userId: ada.id, via: 'x' }).slice('kithuser_'.length).split('.');
  const other = Buffer.from(JSON.stringify({ userId: root.id, via: 'x' })).toString('base64url');
  assert.notEqual(body, other);
  assert.equal((await inject({ url: '/api/v1/visits', key: `kithuser_${other}.${signature}` })).status, 401);
  await store.users.change(ada.id, { disabled: true });
  await assert.rejects(as(ada.id).call({ method: 'GET', path: '/visits' }), { code: 'forbidden', message: /any more/ });
  await close();
});

test('a channel opens doors by hand in its own name, where its settings allow it, and does nothing else', async () => {
  const acting = createActing();
  const house = await furnish({ acting });
  const { app, close } = await openInject(house);
  const { store } = house.ports;
  const channel = { name: 'Home', kind: 'mqtt', enabled: true, settings: { allowUnlock: true }, quiet: null } as const;
  const { id } = await store.channels.add(channel, 1);
  const door = await store.actions.add({ name: 'Door', kind: 'http', enabled: true, settings: {}, access: null }, 1);
  const client = createUserClient(app, { authorization: `Bearer ${acting.keyOf({ channelId: id, via: 'Home' })}` });
  const path = `/actions/${door.id}/run`;
  const opening = client.call({ method: 'POST', path });
  let asked: Run | null = null;
  while (!asked) {
    await sleep(5);
    asked = await store.actions.next([]);
  }
  await store.actions.decide(asked.id, () => ({ grant: true, evidence: [] }), Date.now());
  await store.actions.start(asked.id, 'test', Date.now());
  await store.actions.end(asked.id, 'done', null, Date.now());
  await opening;
  await assert.rejects(client.call({ method: 'POST', path }), { code: 'conflict', message: /once is enough/ });
  const [run] = (await store.actions.runs({}, { limit: 1 })).items;
  assert.deepEqual([run?.cause, run?.by], ['hand', 'Home (MQTT)']);
  const { items } = await store.audit.list({ action: 'action.run' }, { limit: 5 });
  const written = items.find(({ status }) => status === 200);
  assert.deepEqual(written?.actor, { id, name: 'Home (MQTT)', kind: 'key' });
  assert.deepEqual([written?.detail?.['via'], written?.detail?.['run']], ['Home', run?.id]);

  await assert.rejects(client.call({ method: 'GET', path: '/persons' }), { code: 'forbidden' });
  await store.channels.change(id, { ...channel, settings: { allowUnlock: false } });
  await assert.rejects(client.call({ method: 'POST', path }), { code: 'forbidden', message: /may not do that/ });
  await close();
});

test('who is linked in a chat is listed and can be unlinked by an administrator', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  const ada = await store.users.add({ name: 'Ada', role: 'administrator', cameras: null, password: 'x' }, 1);
  const settings = { botToken: 'x', polling: true };
  const channel = await store.channels.add(
    { name: 'Family', kind: 'telegram', enabled: true, settings, quiet: null },
    1,
  );
  await store.chatUsers.addCode(ada.id, hashChatCode('K7QF-29XM'), 100, 1);
  const chat = { channelId: channel.id, chatId: '29:1a/b', chatName: 'Ada' };
  assert.ok(await store.chatUsers.link(hashChatCode(' k7qf29xm '), chat, 2));
  const listed = await inject({ url: '/api/v1/chat-users' });
  const linkedAt = '1970-01-01T00:00:00.002Z';
  assert.deepEqual(listed.json.items, [
    { channel: channel.id, chatId: '29:1a/b', chatName: 'Ada', user: ada.id, linkedAt },
  ]);
  const url = `/api/v1/chat-users/${channel.id}/${encodeURIComponent('29:1a/b')}`;
  assert.equal((await inject({ method: 'DELETE', url })).status, 204);
  assert.equal((await inject({ method: 'DELETE', url })).status, 404);
  await close();
});

test('a user sees her own chats, where there is a bot, and takes out what is hers only', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  const ada = await signIn(inject, { name: 'Ada', role: 'viewer' });
  const bea = await signIn(inject, { name: 'Bea', role: 'viewer' });
  const settings = { botToken: 'x', polling: true };
  const channel = { name: 'Family', kind: 'telegram', enabled: true, settings, quiet: null } as const;
  const { id } = await store.channels.add(channel, 1);
  await store.channels.add({ ...channel, name: 'Off', enabled: false }, 1);
  const url = '/api/v1/session/chats';
  assert.deepEqual((await ada({ url })).json['bots'], [{ channel: id, name: 'Family', messenger: 'Telegram' }]);
  const { code } = (await ada({ method: 'POST', url: '/api/v1/session/chat-code' })).json as unknown as {
    code: string;
  };
  const chat = { channelId: id, chatId: '7/8', chatName: 'Ada L.' };
  assert.ok(await store.chatUsers.link(hashChatCode(code), chat, Date.now()));
  const [hers] = (await ada({ url })).json.items ?? [];
  assert.deepEqual([hers?.['channelName'], hers?.['chatName']], ['Family', 'Ada L.']);
  assert.deepEqual((await bea({ url })).json.items, []);
  const one = `${url}/${id}/${encodeURIComponent('7/8')}`;
  assert.equal((await bea({ method: 'DELETE', url: one })).status, 404);
  assert.equal((await ada({ method: 'DELETE', url: one })).status, 204);
  assert.equal(await store.chatUsers.find(id, '7/8'), null);
  await close();
});

test('what a messenger sends reaches its channel byte by byte, without a header of the panel', async () => {
  const came: { id: string; method: string; body: string; signature: string | null }[] = [];
  const house = await furnish({
    async hooks(id, request) {
      if (id === 'gone') return null;
      const signature = request.headers.get('x-slack-signature');
      came.push({ id, method: request.method, body: await request.text(), signature });
      return Response.json({ challenge: 'abc' }, { status: 200 });
    },
  });
  const { inject, close } = await openInject(house);
  const raw = '{"a" : 1,  "b":"ü"}';
  const headers = { 'content-type': 'application/json', 'x-slack-signature': 'v0=1', origin: 'https://slack.com' };
  const answer = await inject({ method: 'POST', url: '/hooks/c1', key: null, raw, headers });
  assert.deepEqual([answer.status, answer.json], [200, { challenge: 'abc' }]);
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  await inject({ method: 'POST', url: '/hooks/c1/more', key: null, raw: 'payload=%7B%7D', headers: form });
  assert.deepEqual(came, [
    { id: 'c1', method: 'POST', body: raw, signature: 'v0=1' },
    { id: 'c1', method: 'POST', body: 'payload=%7B%7D', signature: 'v0=1' },
  ]);
  assert.equal((await inject({ method: 'POST', url: '/hooks/gone', key: null, raw, headers })).status, 404);
  const large = await inject({ method: 'POST', url: '/hooks/c1', key: null, raw: 'x'.repeat(1_100_000), headers });
  assert.equal(large.status, 413);
  const lost = await inject({
    method: 'POST',
    url: '/hooks/c1',
    key: null,
    raw,
    headers: { ...headers, host: 'a, b' },
  });
  assert.equal(lost.status, 400);
  await close();
});
