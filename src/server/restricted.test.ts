// Somebody who may see one camera only: lists, pictures, events, corrections and the way back, as a user and with a key.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTIONS, entriesOf, HISTORY, PERSONS } from './identity.test-suite.ts';
import { openDoorAndGate } from './restricted.test-suite.ts';
import { openServer } from './server.ts';
import { PASSWORD, signIn } from './users.test-suite.ts';

test('lists hold only what her cameras have seen, and the rest is refused', async () => {
  const { inject, close, ada, a1, g1, g2, house } = await openDoorAndGate();
  const olga = await signIn(inject, { name: 'Olga', role: 'operator', cameras: ['door'] });
  const key = await house.makeKey(['people'], 'door');
  const wall: typeof inject = (request) => inject({ ...request, key });
  for (const send of [olga, wall]) {
    const list = async (url: string) => (await send({ url })).json.items ?? [];
    assert.deepEqual(
      (await list(DETECTIONS)).map(({ id }) => id),
      ['d1', 'a1'],
    );
    assert.deepEqual(await list(`${DETECTIONS}?camera=gate`), []);
    const asked = await list(`${DETECTIONS}?id=g1&id=a1&id=none&id=d1`);
    assert.deepEqual(
      asked.map(({ id }) => id),
      ['a1', 'd1'],
      'of those that are asked for',
    );
    assert.deepEqual([...new Set((await list('/api/v1/visits')).map(({ camera }) => camera))], ['door']);
    assert.deepEqual(
      (await list(`/api/v1/visits?person=${ada.id}`)).map(({ id }) => id),
      [a1.visitId],
    );
    assert.deepEqual(
      (await list('/api/v1/cameras')).map(({ id }) => id),
      ['door'],
    );
    assert.equal((await send({ url: `${DETECTIONS}/a1/picture` })).status, 200);
    assert.equal((await send({ url: `/api/v1/visits/${a1.visitId}` })).status, 200);
    const hers = (await list(`${PERSONS}/${g2.personId}/references`)).length;
    assert.equal(hers, 0, 'a photo out of the log of another camera');
    for (const [method, url] of [
      ['GET', `${DETECTIONS}/g1`],
      ['GET', `${DETECTIONS}/g1/picture`],
      ['GET', `/api/v1/visits/${g1.visitId}`],
      ['GET', '/api/v1/cameras/gate'],
      ['GET', '/api/v1/cameras/gate/days'],
      ['GET', '/api/v1/cameras/gate/preview'],
      ['GET', `${HISTORY}?detection=g1`],
      ['GET', '/api/v1/report'],
      ['GET', '/metrics'],
      ['POST', `${DETECTIONS}/g1/confirm`],
      ['POST', `/api/v1/visits/${g1.visitId}/not-her`],
      ['POST', `${DETECTIONS}/rerun`],
      ['POST', `${PERSONS}/regroup`],
      ['POST', `${PERSONS}/${g2.personId}/discard`],
      ['DELETE', `${PERSONS}/${ada.id}`],
    ] as const) {
      const refused = await send({ method, url });
      assert.equal(refused.status, 403, `${method} ${url}: ${refused.text}`);
    }
    const several = { method: 'POST', url: `${DETECTIONS}/confirm`, json: { detections: ['a1', 'g1'] } } as const;
    assert.equal((await send(several)).status, 403, 'not even together with one of hers');
    const summary = await send({ url: '/api/v1/summary?since=2000-01-01T00:00:00Z' });
    assert.equal(summary.json['detections'], null);
    assert.equal((summary.json['since'] as { classified: number }).classified, 2);
    assert.equal((await send({ method: 'POST', url: `${DETECTIONS}/a1/confirm` })).status, 200);
    const anew = { method: 'POST', url: `${DETECTIONS}/rerun` } as const;
    assert.equal((await send({ ...anew, json: { camera: 'door' } })).status, 200);
    assert.equal((await send({ ...anew, json: { camera: 'gate' } })).status, 403);
  }
  const report = await olga({ url: '/api/v1/report' });
  assert.match(report.json.error?.message ?? '', /some cameras only, but the report concerns all of them/);
  const [reference] = (await inject({ url: `${PERSONS}/${g2.personId}/references` })).json.items ?? [];
  const picture = `/api/v1/references/${String(reference?.['id'])}/picture`;
  assert.deepEqual([(await olga({ url: picture })).status, (await inject({ url: picture })).status], [403, 200]);
  await close();
});

test('merging and undoing what other cameras have seen too is for those who see them', async () => {
  const { inject, close, ada, d1, g2 } = await openDoorAndGate();
  const olga = await signIn(inject, { name: 'Olga', role: 'operator', cameras: ['door'] });
  const merge = (send: typeof inject, id: string | null) =>
    send({ method: 'POST', url: `${PERSONS}/${String(id)}/merge`, json: { into: ada.id } });
  assert.equal((await merge(olga, g2.personId)).status, 403);
  const own = await merge(olga, d1.personId);
  assert.equal(own.status, 200, own.text);
  const theirs = await merge(inject, g2.personId);
  const undo = (send: typeof inject, answer: typeof own) =>
    send({ method: 'POST', url: `${HISTORY}/${entriesOf(answer.json)[0]?.seq}/undo` });
  const refused = await undo(olga, theirs);
  assert.equal(refused.status, 403);
  assert.match(refused.json.error?.message ?? '', /cameras have seen that you may not see/);
  assert.equal((await undo(inject, theirs)).status, 200);
  const undone = await undo(olga, own);
  assert.equal(undone.status, 200, undone.text);
  assert.deepEqual(undone.json['undone'], { ...(undone.json['undone'] as object), by: 'Olga' });
  await close();
});

test('an administrator of some cameras gives nobody more than she has', async () => {
  const { inject, close, house } = await openDoorAndGate();
  await signIn(inject, { name: 'Root', role: 'administrator' });
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator', cameras: ['door'] });
  const users = (await ada({ url: '/api/v1/users' })).json.items ?? [];
  const [self, root] = users;
  const json = { name: 'Vera', role: 'viewer', password: PASSWORD };
  for (const [method, url, body] of [
    ['POST', '/api/v1/users', json],
    ['POST', '/api/v1/users', { ...json, cameras: ['door', 'gate'] }],
    ['PATCH', `/api/v1/users/${String(self?.['id'])}`, { cameras: null }],
    ['PATCH', `/api/v1/users/${String(root?.['id'])}`, { password: PASSWORD }],
    ['DELETE', `/api/v1/users/${String(root?.['id'])}`, undefined],
    ['POST', '/api/v1/keys', { name: 'x', scopes: ['admin'] }],
    ['POST', '/api/v1/keys', { name: 'x', scopes: ['log'], camera: 'gate' }],
    ['POST', '/api/v1/links', undefined],
    ['PUT', '/api/v1/cameras/gate', { name: 'Mine' }],
    ['DELETE', '/api/v1/cameras/gate', undefined],
    ['GET', '/api/v1/audit', undefined],
  ] as const) {
    const refused = await ada({ method, url, ...(body && { json: body }) });
    assert.equal(refused.status, 403, `${method} ${url} ${refused.text}`);
  }
  assert.equal((await ada({ method: 'POST', url: '/api/v1/users', json: { ...json, cameras: ['door'] } })).status, 201);
  const made = await ada({ method: 'POST', url: '/api/v1/keys', json: { name: 'x', scopes: ['log'], camera: 'door' } });
  assert.equal(made.status, 201, made.text);
  assert.equal((await house.ports.store.cameras.get('gate'))?.name, 'Gate');
  await close();
});

test('events are of her cameras; a viewer hears of people only what the log shows', async (t) => {
  const { house, store, ada, d1, g2 } = await openDoorAndGate();
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const viewer = await house.makeKey(['log'], 'door');
  const operator = await house.makeKey(['people'], 'door');
  const read = async (key: string) => {
    const stop = new AbortController();
    t.after(() => stop.abort());
    const headers = { authorization: `Bearer ${key}`, 'last-event-id': '0' };
    const { body } = await fetch(`${server.url}/api/v1/events`, { headers, signal: stop.signal });
    let text = '';
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      if (text.includes('"Last Name"')) return text;
    }
    return text;
  };
  await store.persons.setAttributes(ada.id, { site: 'north wing' });
  // Live, and what was missed.
  const reading = [viewer, operator, house.keys.read].map(read);
  await store.persons.setAttributes(String(g2.personId), { site: 'at the gate' });
  await store.persons.add('Last Name');
  const [own = '', more = '', whole = ''] = await Promise.all(reading);
  assert.match(whole, /"camera":"gate"/);
  assert.match(whole, /north wing/);
  assert.match(own, /"camera":"door"/);
  assert.doesNotMatch(own, /gate|g1|g2|north wing/);
  assert.match(own, new RegExp(`"person":\\{"id":"${ada.id}","kind":"known","name":"Ada"`));
  assert.match(whole, /at the gate/);
  for (const text of [own, more]) {
    assert.ok(text.includes(`"person":{"id":"${d1.personId}"`), 'a stranger whom her camera saw');
    assert.ok(!text.includes(String(g2.personId)), 'and none of another camera');
  }
  assert.match(more, /north wing/);
});
