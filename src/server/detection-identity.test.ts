// Corrections: whose a detection is, whose it is not, that it is right; of one, of several, of a visit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTIONS, entriesOf, HISTORY, openIdentityHouse, PERSONS } from './identity.test-suite.ts';

const ACTIONS = ['move', 'confirm', 'not-her', 'discard'] as const;

test('"not her" is heard: she is not asked about again, and the answer says who it is now', async () => {
  const houses = await openIdentityHouse(async (ids) => {
    // What the real one does for a face that is near to nobody else.
    await houses.store.identity.assign([{ detectionIds: ids, personId: null, referenceIds: [ids[0] ?? ''] }], {
      actor: { name: 'system', kind: 'system' },
      action: 'regroup',
      model: 'test@1',
      visitGapMs: 60_000,
    });
  });
  const { inject, close, asked, seen, store, personOf } = houses;
  const ada = await store.makePerson('Ada');
  await seen(ada, 'a1', 'a2');
  const said = await inject({ method: 'POST', url: `${DETECTIONS}/a1/not-her` });
  assert.equal(said.status, 200, said.text);
  assert.deepEqual(asked.anew, [['a1']]);
  const [now] = said.json['detections'] as { person: { id: string; kind: string }; decidedBy: string }[];
  assert.equal(now?.person.kind, 'unknown');
  assert.equal(now.decidedBy, 'system');
  const [entry] = entriesOf(said.json);
  assert.deepEqual([entry?.action, entry?.actor, entry?.persons[0]], ['not_her', 'admin', ada.id]);
  assert.equal(await personOf('a2'), ada.id);

  // Not even a system that is sure of it gives the face back to her.
  const forced = await store.identity.assign([{ detectionIds: ['a1'], personId: ada.id }], {
    actor: { name: 'system', kind: 'system' },
    action: 'regroup',
    model: 'test@1',
    visitGapMs: 60_000,
  });
  assert.equal(forced, null);
  assert.equal(await personOf('a1'), now.person.id);

  const history = await inject({ url: `${HISTORY}?detection=a1` });
  const seqs = (history.json.items ?? []).map(({ seq }) => Number(seq));
  assert.equal(seqs.length, 2);
  const early = await inject({ method: 'POST', url: `${HISTORY}/${seqs[1]}/undo` });
  assert.equal(early.status, 409, 'it was decided anew since');
  assert.match(early.json.error?.message ?? '', new RegExp(`\\b${seqs[0]}\\b`));
  for (const seq of seqs) assert.equal((await inject({ method: 'POST', url: `${HISTORY}/${seq}/undo` })).status, 200);
  assert.equal(await personOf('a1'), ada.id);
  await close();
});

test('a correction stands even when deciding anew fails', async () => {
  const { inject, close, seen, store, house } = await openIdentityHouse(() =>
    Promise.reject(new Error('the gallery is away')),
  );
  const ada = await store.makePerson('Ada');
  await seen(ada, 'a1');
  const said = await inject({ method: 'POST', url: `${DETECTIONS}/a1/not-her` });
  assert.equal(said.status, 200, said.text);
  const [now] = said.json['detections'] as { person: null; decision: string }[];
  assert.deepEqual([now?.person, now?.decision], [null, 'unidentified']);
  assert.ok(house.logged.some((line) => line.includes('the gallery is away')));
  await close();
});

test('"A or B?" names both, is found by its decision, and a human settles it', async () => {
  const { inject, close, store, unsure, house } = await openIdentityHouse();
  const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
  await unsure('q1', [ada, bea]);
  await unsure('q2');
  const { json } = await inject({ url: `${DETECTIONS}?decision=ambiguous`, key: house.keys.read });
  assert.equal(json.items?.length, 1);
  const question = json.items[0] ?? {};
  assert.equal(question['person'], null);
  assert.equal(question['visit'], null);
  assert.equal(question['decidedBy'], 'system');
  assert.deepEqual(question['candidates'], [
    { person: { id: ada.id, name: 'Ada' }, distance: 0.51 },
    { person: { id: bea.id, name: 'Bea' }, distance: 0.52 },
  ]);
  const poor = await inject({ url: `${DETECTIONS}?decision=unidentified` });
  assert.deepEqual(
    poor.json.items?.map(({ id, candidates }) => [id, candidates]),
    [['q2', null]],
  );
  for (const action of ['confirm', 'not-her']) {
    const answer = await inject({ method: 'POST', url: `${DETECTIONS}/q1/${action}` });
    assert.equal(answer.status, 409, action);
    assert.match(answer.json.error?.message ?? '', /nobody's/);
  }
  const notBea = await inject({ method: 'POST', url: `${DETECTIONS}/q1/not-her`, json: { person: bea.id } });
  assert.equal(notBea.status, 200, notBea.text);
  const answer = await inject({ method: 'POST', url: `${DETECTIONS}/q1/move`, json: { person: ada.id } });
  assert.equal(answer.status, 200, answer.text);
  const [settled] = answer.json['detections'] as Record<string, unknown>[];
  assert.deepEqual(settled?.['person'], { id: ada.id, name: 'Ada', kind: 'known' });
  assert.deepEqual([settled['decision'], settled['decidedBy'], settled['candidates']], ['known', 'human', null]);
  assert.ok(settled['visit']);
  assert.equal((await inject({ url: `${DETECTIONS}?decision=perhaps` })).status, 400);
  await close();
});

test('a detection is moved to a person, or to a new one who is found again', async () => {
  const { inject, close, store, stranger, personOf } = await openIdentityHouse();
  const ada = await store.makePerson('Ada');
  const unknown = await stranger('s1', 's2', 's3');
  const move = (id: string, json: unknown) => inject({ method: 'POST', url: `${DETECTIONS}/${id}/move`, json });
  assert.equal((await move('s1', { person: ada.id })).status, 200);
  assert.equal(await personOf('s1'), ada.id);
  assert.equal((await store.references.ofPerson(ada.id)).length, 1, 'a good shot that a human gave her is kept');
  const made = await move('s2', { person: null });
  assert.equal(made.status, 200, made.text);
  const [now] = made.json['detections'] as { person: { id: string; kind: string } }[];
  assert.equal(now?.person.kind, 'unknown');
  assert.notEqual(now.person.id, unknown.id);
  assert.equal((await store.references.ofPerson(now.person.id)).length, 1);
  for (const [json, status] of [
    [{}, 400],
    [{ person: 'nobody' }, 404],
    [{ person: 7 }, 400],
    [{ persn: ada.id }, 400],
    [[], 400],
  ] as const) {
    assert.equal((await move('s3', json)).status, status, JSON.stringify(json));
  }
  assert.equal(await personOf('s3'), unknown.id);
  await close();
});

test('several at once, each from whom it was taken for; one that cannot be changed changes none', async () => {
  const { inject, close, store, seen, post, personOf, asked } = await openIdentityHouse();
  const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
  await seen(ada, 'a1', 'a2');
  await seen(bea, 'b1');
  await post('p1');
  for (const action of ACTIONS) {
    const send = (detections: unknown) => {
      const json = { detections, ...(action === 'move' && { person: bea.id }) };
      return inject({ method: 'POST', url: `${DETECTIONS}/${action}`, json });
    };
    const pending = await send(['a1', 'p1']);
    assert.equal(pending.status, 409, `${action}: ${pending.text}`);
    assert.match(pending.json.error?.message ?? '', /"p1" is still pending/);
    assert.equal((await send(['a1', 'nothing'])).status, 404, action);
    assert.equal((await send(Array.from({ length: 501 }, (_, i) => `d${i}`))).status, 400, action);
    for (const bad of [[], ['a1', 'a1'], 'a1', [7], [null], ['../a1'], undefined, null]) {
      assert.equal((await send(bad)).status, 400, `${action} ${JSON.stringify(bad)}`);
    }
  }
  assert.deepEqual([await personOf('a1'), await personOf('b1')], [ada.id, bea.id]);
  assert.equal((await inject({ url: HISTORY })).json.items?.length, 0);

  const said = await inject({ method: 'POST', url: `${DETECTIONS}/not-her`, json: { detections: ['a1', 'b1', 'a2'] } });
  assert.equal(said.status, 200, said.text);
  assert.deepEqual(
    entriesOf(said.json).map(({ persons, detections }) => [persons[0], detections]),
    [
      [ada.id, 2],
      [bea.id, 1],
    ],
  );
  assert.deepEqual(asked.anew, [['a1', 'b1', 'a2']]);
  await close();
});

test('what a human confirmed stays through whatever the system finds; a visit is taken as a whole', async () => {
  const { inject, close, store, seen, personOf, asked } = await openIdentityHouse();
  const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
  const [first] = await seen(ada, 'a1', 'a2', 'a3');
  const visit = `/api/v1/visits/${first?.visitId}`;
  const confirmed = await inject({ method: 'POST', url: `${visit}/confirm` });
  assert.equal(confirmed.status, 200, confirmed.text);
  const answered = confirmed.json['detections'] as { decidedBy: string }[];
  assert.deepEqual(
    answered.map(({ decidedBy }) => decidedBy),
    ['human', 'human', 'human'],
  );
  const changed = await store.identity.assign([{ detectionIds: ['a1', 'a2', 'a3'], personId: bea.id }], {
    actor: { name: 'system', kind: 'system' },
    action: 'regroup',
    model: 'test@1',
    visitGapMs: 60_000,
  });
  assert.equal(changed, null);
  assert.equal(await personOf('a1'), ada.id);
  const moved = await inject({ method: 'POST', url: `${visit}/move`, json: { person: bea.id } });
  assert.equal(entriesOf(moved.json)[0]?.detections, 3);
  assert.equal(await personOf('a2'), bea.id);
  const { visitId } = (await store.detections.get('a1')) ?? {};
  const notBea = await inject({ method: 'POST', url: `/api/v1/visits/${visitId}/not-her` });
  assert.equal(notBea.status, 200, notBea.text);
  assert.equal(asked.anew[0]?.length, 3);
  for (const action of ACTIONS) {
    const json = action === 'move' ? { person: ada.id } : undefined;
    const gone = await inject({ method: 'POST', url: `/api/v1/visits/nothing/${action}`, ...(json && { json }) });
    assert.equal(gone.status, 404, action);
  }
  await close();
});

test('a visit longer than a page of the log is changed as a whole', async () => {
  const { inject, close, store, seen } = await openIdentityHouse();
  const ada = await store.makePerson('Ada');
  const [first] = await seen(ada, 'a1', 'a2', 'a3', 'a4', 'a5');
  const whole = { ...store.detections };
  store.detections.list = (filter, page) => whole.list(filter, { ...page, limit: 2 });
  const confirmed = await inject({ method: 'POST', url: `/api/v1/visits/${first?.visitId}/confirm` });
  assert.equal(confirmed.status, 200, confirmed.text);
  for (const id of ['a1', 'a5']) assert.equal((await store.detections.get(id))?.decidedBy, 'human');
  await close();
});

test('the whole log is decided anew, or a part of it; strangers are grouped now', async () => {
  const { inject, close, store, asked } = await openIdentityHouse();
  const ada = await store.makePerson('Ada');
  const rerun = (json?: unknown) =>
    inject({ method: 'POST', url: `${DETECTIONS}/rerun`, ...(json !== undefined && { json }) });
  assert.deepEqual((await rerun()).json, { looked: 30, changed: 4, entry: 9 });
  const part = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', camera: 'door', person: ada.id };
  assert.equal((await rerun(part)).status, 200);
  const times = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) };
  assert.deepEqual(asked.rerun, [{}, { ...times, cameraId: 'door', personId: ada.id }]);
  for (const [json, status] of [
    [{ camera: 'cellar' }, 404],
    [{ person: 'nobody' }, 404],
    [{ from: 'yesterday' }, 400],
    [{ from: part.to, to: part.from }, 400],
    [{ form: part.from }, 400],
    [null, 400],
  ] as const) {
    assert.equal((await rerun(json)).status, status, JSON.stringify(json));
  }
  assert.equal(asked.rerun.length, 2);
  const regrouped = await inject({ method: 'POST', url: `${PERSONS}/regroup` });
  assert.deepEqual(regrouped.json, { merged: 3, split: 1, moved: 2, entries: [7, 8] });
  await close();
});

test('the history comes in pages and says plainly what is not in it', async () => {
  const { inject, close, store, seen, house } = await openIdentityHouse();
  const ada = await store.makePerson('Ada');
  await seen(ada, 'a1', 'a2', 'a3');
  for (const id of ['a1', 'a2', 'a3']) await inject({ method: 'POST', url: `${DETECTIONS}/${id}/confirm` });
  const first = await inject({ url: `${HISTORY}?limit=2`, key: house.keys.read });
  const rest = await inject({ url: `${HISTORY}?limit=2&cursor=${first.json.next}`, key: house.keys.read });
  assert.deepEqual([first.json.items?.length, rest.json.items?.length, rest.json.next], [2, 1, null]);
  for (const [method, url, status] of [
    ['GET', `${HISTORY}/999`, 404],
    ['POST', `${HISTORY}/999/undo`, 404],
    ['GET', `${HISTORY}/x`, 400],
    ['GET', `${HISTORY}/0`, 400],
    ['GET', `${HISTORY}/1.5`, 400],
    ['GET', `${HISTORY}/99999999999999999999`, 400],
    ['GET', `${HISTORY}?cursor=zzz`, 400],
    ['GET', `${HISTORY}?persn=x`, 400],
    ['POST', `${HISTORY}/x/undo`, 400],
  ] as const) {
    const answer = await inject({ method, url });
    assert.equal(answer.status, status, `${method} ${url}: ${answer.text}`);
    assert.ok((answer.json.error?.message.length ?? 0) > 5);
  }
  const refused = await inject({ method: 'POST', url: `${HISTORY}/1/undo`, key: house.keys.read });
  assert.equal(refused.status, 403);
  await close();
});
