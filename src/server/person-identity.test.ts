// Persons: named, merged, split, ignored, discarded, and all of it taken back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTIONS, entriesOf, HISTORY, openIdentityHouse, PERSONS } from './identity.test-suite.ts';

test('a stranger who is named is known, her earlier sightings are looked for, and the history says who did it', async () => {
  const { inject, close, asked, stranger, house } = await openIdentityHouse();
  const { id, name } = await stranger('s1', 's2');
  const named = await inject({ method: 'PATCH', url: `${PERSONS}/${id}`, json: { name: 'Ada' } });
  assert.equal(named.status, 200, named.text);
  assert.deepEqual([named.json['id'], named.json['name'], named.json['kind']], [id, 'Ada', 'known']);
  assert.deepEqual(named.json['lookBack'], { sightings: 12, strangers: 2, entry: null, entries: [] });
  const [entry] = entriesOf(named.json);
  assert.deepEqual([entry?.action, entry?.actor, entry?.undone], ['name', 'admin', null]);
  assert.match(entry?.summary ?? '', new RegExp(`${name}.*Ada`));
  assert.deepEqual(asked.lookedBack, [{ personId: id, actor: { name: 'admin', kind: 'human' } }]);
  const shot = await inject({ url: `${DETECTIONS}/s1`, key: house.keys.read });
  assert.deepEqual(shot.json['person'], { id, name: 'Ada', kind: 'known' });

  const renamed = await inject({ method: 'PATCH', url: `${PERSONS}/${id}`, json: { name: 'Ada L.' } });
  assert.equal(renamed.json['lookBack'], null, 'a better spelling explains nothing new');

  const listed = await inject({ url: `${HISTORY}?person=${id}`, key: house.keys.read });
  assert.deepEqual(
    listed.json.items?.map(({ action }) => action),
    ['name', 'name'],
  );
  const seqs = (listed.json.items ?? []).map(({ seq }) => Number(seq));
  assert.deepEqual((await inject({ url: `${HISTORY}/${seqs[1]}` })).json, listed.json.items?.[1]);
  const early = await inject({ method: 'POST', url: `${HISTORY}/${seqs[1]}/undo` });
  assert.equal(early.status, 409);
  assert.match(early.json.error?.message ?? '', new RegExp(`\\b${seqs[0]}\\b`), 'what to undo first is named');
  for (const seq of seqs) {
    const undone = await inject({ method: 'POST', url: `${HISTORY}/${seq}/undo` });
    assert.equal(undone.status, 200, undone.text);
    assert.equal((undone.json['undone'] as { by: string }).by, 'admin');
  }
  const back = await inject({ url: `${PERSONS}/${id}` });
  assert.deepEqual([back.json['name'], back.json['kind']], [name, 'unknown']);
  assert.equal((await inject({ method: 'POST', url: `${HISTORY}/${seqs[0]}/undo` })).status, 409);
  await close();
});

test('while the models load nobody is named half: she keeps her number', async () => {
  const { inject, close, stranger, house } = await openIdentityHouse();
  const { id, name } = await stranger('s1');
  house.ports.reconsider = null;
  assert.equal((await inject({ method: 'PATCH', url: `${PERSONS}/${id}`, json: { name: 'Ada' } })).status, 503);
  assert.equal((await inject({ url: `${PERSONS}/${id}` })).json['name'], name);
  assert.equal((await inject({ method: 'POST', url: `${DETECTIONS}/s1/not-her` })).status, 503);
  const ignored = await inject({ method: 'PATCH', url: `${PERSONS}/${id}`, json: { ignored: true } });
  assert.equal(ignored.status, 200, 'what needs no models goes on');
  await close();
});

test('a log that cannot be searched leaves the name standing, and the failure in the log', async () => {
  const { inject, close, stranger, house } = await openIdentityHouse();
  const { id } = await stranger('s1');
  const { reconsider } = house.ports;
  assert.ok(reconsider);
  house.ports.reconsider = { ...reconsider, lookBack: () => Promise.reject(new Error('the database is away')) };
  const named = await inject({ method: 'PATCH', url: `${PERSONS}/${id}`, json: { name: 'Ada' } });
  assert.deepEqual([named.status, named.json['name'], named.json['lookBack']], [200, 'Ada', null]);
  assert.ok(house.logged.some((line) => line.includes('the database is away')));
  house.ports.reconsider = reconsider;
  const again = await inject({ method: 'POST', url: `${PERSONS}/${id}/look-back` });
  assert.deepEqual(again.json, { sightings: 12, strangers: 2, entry: null, entries: [] });
  await close();
});

test('two persons become one; two known ones only when that is confirmed', async () => {
  const { inject, close, store, seen, stranger, personOf } = await openIdentityHouse();
  const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
  await seen(bea, 'b1', 'b2');
  const unknown = await stranger('s1');
  const merge = (id: string, json: unknown) => inject({ method: 'POST', url: `${PERSONS}/${id}/merge`, json });
  const asks = await merge(bea.id, { into: ada.id });
  assert.equal(asks.status, 409);
  assert.match(asks.json.error?.message ?? '', /confirm/);
  assert.equal(await personOf('b1'), bea.id);

  const merged = await merge(bea.id, { into: ada.id, confirmed: true });
  assert.equal(merged.status, 200, merged.text);
  assert.deepEqual([merged.json['id'], entriesOf(merged.json)[0]?.detections], [ada.id, 2]);
  assert.equal(await personOf('b1'), ada.id);
  const old = await inject({ url: `${PERSONS}/${bea.id}` });
  assert.deepEqual([old.status, old.json['mergedInto']], [200, ada.id]);
  assert.deepEqual(
    (await inject({ url: `${PERSONS}?kind=known` })).json.items?.map(({ name }) => name),
    ['Ada'],
  );

  const expectations = [
    [ada.id, { into: ada.id }, 400, /same person/],
    [unknown.id, { into: bea.id }, 409, new RegExp(`merged into "Ada".*${ada.id}`)],
    [bea.id, { into: unknown.id }, 409, /merged into/],
    [ada.id, { into: unknown.id }, 409, /would lose her name/],
    [unknown.id, { into: 'nobody' }, 404, /no person/],
    ['nobody', { into: ada.id }, 404, /no person/],
    [unknown.id, {}, 400, /"into" is missing/],
    [unknown.id, { into: 7 }, 400, /"into"/],
    [unknown.id, { into: ada.id, confirmd: true }, 400, /"confirmd"/],
  ] as const;
  for (const [id, json, status, says] of expectations) {
    const answer = await merge(id, json);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.json.error?.message ?? '', says);
  }
  for (const [method, action, json] of [
    ['PATCH', '', { name: 'Bea' }],
    ['POST', '/discard', undefined],
    ['POST', '/look-back', undefined],
    ['POST', '/split', { detections: ['b1'] }],
  ] as const) {
    const answer = await inject({ method, url: `${PERSONS}/${bea.id}${action}`, ...(json && { json }) });
    assert.equal(answer.status, 409, `${action} of a merged person: ${answer.text}`);
  }

  const { seq } = entriesOf(merged.json)[0] ?? { seq: 0 };
  assert.equal((await inject({ method: 'POST', url: `${HISTORY}/${seq}/undo` })).status, 200);
  assert.equal(await personOf('b1'), bea.id);
  assert.equal((await inject({ url: `${PERSONS}/${bea.id}` })).json['mergedInto'], null);
  await close();
});

test('some of a person are split off, under a name or a number; a name that is taken splits nothing', async () => {
  const { inject, close, store, seen, stranger, personOf, asked } = await openIdentityHouse();
  const ada = await store.makePerson('Ada');
  await seen(ada, 'a1');
  const { id } = await stranger('s1', 's2', 's3', 's4');
  const split = (json: unknown) => inject({ method: 'POST', url: `${PERSONS}/${id}/split`, json });
  const first = await split({ detections: ['s2'] });
  assert.equal(first.status, 201, first.text);
  assert.equal(first.json['kind'], 'unknown');
  assert.notEqual(first.json['id'], id);
  assert.equal(await personOf('s2'), first.json['id']);
  assert.ok(Number(first.json['references']) > 0, 'she can be found again');
  assert.equal(await personOf('s1'), id);

  const taken = await split({ detections: ['s3'], name: 'ada' });
  assert.equal(taken.status, 409, taken.text);
  assert.equal(await personOf('s3'), id);
  const named = await split({ detections: ['s3'], name: 'Grace' });
  assert.equal(named.status, 201, named.text);
  assert.deepEqual([named.json['name'], named.json['kind']], ['Grace', 'known']);
  assert.deepEqual(
    entriesOf(named.json).map(({ action }) => action),
    ['split', 'name'],
  );
  assert.equal(asked.lookedBack.length, 1);

  for (const [json, status] of [
    [{ detections: ['a1'] }, 409],
    [{ detections: ['s1', 'nothing'] }, 404],
    [{ detections: [] }, 400],
    [{ detections: ['s1', 's1'] }, 400],
    [{ detections: 's1' }, 400],
    [{ detections: ['s1'], name: '' }, 400],
  ] as const) {
    assert.equal((await split(json)).status, status, JSON.stringify(json));
  }
  assert.equal(await personOf('s1'), id);
  await close();
});

test('a passer-by is ignored for ever, and asked about again when that was wrong', async () => {
  const { inject, close, stranger, house } = await openIdentityHouse();
  const [poster, guest] = [await stranger('s1'), await stranger('g1')];
  const url = `${PERSONS}/${poster.id}`;
  const ids = async (query: string) =>
    (await inject({ url: `${PERSONS}?${query}`, key: house.keys.read })).json.items?.map(({ id }) => id);
  const ignored = await inject({ method: 'PATCH', url, json: { ignored: true } });
  assert.equal(ignored.json['ignored'], true);
  assert.equal(entriesOf(ignored.json)[0]?.action, 'ignore');
  assert.deepEqual(await ids('ignored=true'), [poster.id]);
  assert.deepEqual(await ids('ignored=false'), [guest.id]);
  assert.deepEqual(await ids('kind=unknown'), [poster.id, guest.id]);
  const again = await inject({ method: 'PATCH', url, json: { ignored: true } });
  assert.deepEqual(entriesOf(again.json), [], 'the same again is no change');
  const back = await inject({ method: 'PATCH', url, json: { ignored: false } });
  assert.equal(entriesOf(back.json)[0]?.action, 'unignore');
  assert.equal((await inject({ url: `${PERSONS}?ignored=perhaps` })).status, 400);
  await close();
});

test('what is kept about a person is hers as a whole; what does not fit changes nothing', async () => {
  const { inject, close, store } = await openIdentityHouse();
  const ada = await store.makePerson('Ada');
  await store.makePerson('Bea');
  const url = `${PERSONS}/${ada.id}`;
  const patch = (json: unknown) => inject({ method: 'PATCH', url, json });
  const kept = await patch({ attributes: { site: 'north', 'badge no.': '17' } });
  assert.equal(kept.status, 200, kept.text);
  assert.deepEqual(kept.json['attributes'], { site: 'north', 'badge no.': '17' });
  const taken = await patch({ name: 'bea', attributes: {}, ignored: true });
  assert.equal(taken.status, 409);
  for (const json of [
    {},
    [],
    null,
    { attributes: { site: 7 } },
    { attributes: { '': 'x' } },
    { attributes: { 'a\nb': 'x' } },
    { attributes: { site: 'x'.repeat(201) } },
    { attributes: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'x'])) },
    { attributes: ['north'] },
    { ignored: 'yes' },
    { nam: 'Ada' },
    { name: 'x'.repeat(201) },
  ]) {
    const answer = await patch(json);
    assert.equal(answer.status, 400, `${JSON.stringify(json)}: ${answer.text}`);
    assert.ok((answer.json.error?.message.length ?? 0) > 5);
  }
  const hostile = await inject({
    method: 'PATCH',
    url,
    headers: { 'content-type': 'application/json' },
    raw: '{"attributes":{"__proto__":{"polluted":"x"}}}',
  });
  assert.equal(hostile.status, 400);
  const after = await inject({ url });
  assert.deepEqual(after.json['attributes'], { site: 'north', 'badge no.': '17' });
  assert.deepEqual([after.json['name'], after.json['ignored']], ['Ada', false]);
  assert.deepEqual((await patch({ attributes: {} })).json['attributes'], {});
  await close();
});

test('a stranger who is none goes with all her detections, and comes back', async () => {
  const { inject, close, store, stranger, personOf } = await openIdentityHouse();
  const { id } = await stranger('s1', 's2');
  const ada = await store.makePerson('Ada');
  const known = await inject({ method: 'POST', url: `${PERSONS}/${ada.id}/discard` });
  assert.equal(known.status, 409);
  const gone = await inject({ method: 'POST', url: `${PERSONS}/${id}/discard` });
  assert.equal(gone.status, 200, gone.text);
  const [entry] = entriesOf(gone.json);
  assert.deepEqual([entry?.action, entry?.detections], ['discard', 2]);
  assert.equal((await inject({ url: `${PERSONS}/${id}` })).status, 404);
  const shot = await inject({ url: `${DETECTIONS}/s1` });
  assert.deepEqual([shot.json['state'], (shot.json['reason'] as { code: string }).code], ['rejected', 'discarded']);
  const moved = await inject({ method: 'POST', url: `${DETECTIONS}/s1/move`, json: { person: ada.id } });
  assert.equal(moved.status, 409);
  assert.match(moved.json.error?.message ?? '', /[Uu]ndo/);
  assert.equal((await inject({ method: 'POST', url: `${HISTORY}/${entry?.seq}/undo` })).status, 200);
  assert.equal(await personOf('s1'), id);
  assert.equal((await inject({ url: `${PERSONS}/${id}` })).status, 200);
  await close();
});
