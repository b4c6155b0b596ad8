// The log seen anew: strangers become somebody, corrections stick through re-runs and can be undone, strangers are grouped again. Real
// SQLite store and gallery, templates that are known beforehand.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createPipeline } from '../src/pipeline.ts';
import { decide } from '../src/gallery/decide.ts';
import { createReconsider } from '../src/journal/reconsider.ts';
import { type Bench, embedder, fakeEngine, openBench, sighting, templateOf } from './journal-kit.ts';

const ANN = { name: 'Ann', kind: 'human' } as const;
const VISIT = { visitGapMs: 60_000 };
const PAGE = { limit: 500 };

async function bench(t: TestContext) {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-reconsider-'));
  const b = await openBench({ dataDir });
  t.after(async () => {
    await b.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { find } = createPipeline({ engine: fakeEngine(), gallery: b.gallery, decide });
  const reconsider = createReconsider(() => ({
    store: b.store,
    gallery: b.gallery,
    find,
    model: embedder.id,
    threshold: () => b.gallery.calibration.threshold,
    ...VISIT,
  }));
  return { ...b, reconsider };
}

async function seen(b: Bench, shots: Readonly<Record<string, string>>): Promise<void> {
  let at = 1000;
  for (const [id, face] of Object.entries(shots)) {
    await b.post(face, sighting(id, { capturedAt: (at += 1000) }));
    // One after the other, so that it is clear who is made first.
    await b.worker.idle();
  }
}

async function enrol({ store, pictures, gallery }: Bench, name: string, face: string): Promise<string> {
  const { id } = await store.persons.add(name);
  await photo({ store, pictures, gallery }, id, face);
  return id;
}

async function photo(
  { store, pictures, gallery }: Pick<Bench, 'store' | 'pictures' | 'gallery'>,
  personId: string,
  face: string,
) {
  const [who = '', away = '0', seed = ''] = face.split(':');
  const template = { model: embedder.id, vector: templateOf(who, Number(away), seed) };
  await store.references.add({ personId, picture: await pictures.put(Buffer.from(face)), quality: 1 }, [template]);
  await gallery.sync();
}

async function personsOf(b: Bench, ...ids: string[]): Promise<(string | null)[]> {
  return Promise.all(ids.map(async (id) => (await b.get(id)).personName));
}

test('enrolling somebody looks back: strangers and unidentified sightings become hers, and it can be undone', async (t) => {
  const b = await bench(t);
  await seen(b, { d1: 'eve:0.1:1', d2: 'eve:0.1:2', poor: 'poor:eve:0.75:3', other: 'zoe:0:0' });
  assert.deepEqual(await personsOf(b, 'd1', 'd2', 'poor', 'other'), ['Unknown 1', 'Unknown 1', null, 'Unknown 2']);
  const eve = await enrol(b, 'Eve', 'eve:0.2:9');
  await photo(b, eve, 'eve:0.4:3');
  const found = await b.reconsider.lookBack(eve, ANN);
  assert.equal(found.strangers, 1);
  assert.deepEqual(await personsOf(b, 'd1', 'd2', 'other'), ['Eve', 'Eve', 'Unknown 2']);
  assert.ok(found.sightings >= 2 && found.entry !== null);
  assert.deepEqual(await b.store.persons.counts(), { known: 1, unknown: 1 });
  const merge = (await b.store.identity.list({ personId: eve }, PAGE)).items.find(({ action }) => action === 'merge');
  await b.store.identity.undo(merge?.seq ?? 0, { actor: ANN, ...VISIT });
  assert.deepEqual(await personsOf(b, 'd1', 'd2'), ['Unknown 1', 'Unknown 1']);
});

test('"not her" holds through a re-run, a merge and new photos, until it is undone', async (t) => {
  const b = await bench(t);
  const anna = await enrol(b, 'Anna', 'anna:0:0');
  await seen(b, { d1: 'anna:0.1:1', d2: 'anna:0.2:2' });
  assert.deepEqual(await personsOf(b, 'd1', 'd2'), ['Anna', 'Anna']);
  const visit = (await b.get('d1')).visitId;
  const entry = await b.store.identity.notHer(['d2'], anna, { actor: ANN, ...VISIT });
  assert.equal((await b.get('d1')).visitId, visit, 'what is left of a visit is the same visit');
  await b.reconsider.anew(['d2']);
  assert.deepEqual(await personsOf(b, 'd1', 'd2'), ['Anna', 'Unknown 1']);
  await b.reconsider.rerun({});
  await b.reconsider.regroup();
  await photo(b, anna, 'anna:0.2:2');
  await b.reconsider.lookBack(anna, ANN);
  await b.reconsider.rerun({});
  assert.deepEqual(await personsOf(b, 'd1', 'd2'), ['Anna', 'Unknown 1']);
  const stranger = (await b.get('d2')).personId ?? '';
  await b.store.identity.merge(stranger, anna, { actor: ANN, ...VISIT });
  await b.gallery.sync();
  assert.deepEqual(await personsOf(b, 'd1', 'd2'), ['Anna', null], 'all of her is Anna but the face that is not');
  await b.reconsider.rerun({});
  assert.notEqual((await b.get('d2')).personName, 'Anna');
  // One by one, in order: what came later first.
  const { items } = await b.store.identity.list({}, PAGE);
  await assert.rejects(b.store.identity.undo(entry.seq, { actor: ANN, ...VISIT }), /undo/i);
  for (const { seq, undoneAt } of items) {
    if (seq >= entry.seq && undoneAt === null) await b.store.identity.undo(seq, { actor: ANN, ...VISIT });
  }
  assert.deepEqual(await personsOf(b, 'd1', 'd2'), ['Anna', 'Anna']);
});

test('strangers who are one become one, one who is two becomes two, and whom a human decided stays', async (t) => {
  const b = await bench(t);
  // The second shot is too far from the first; the third lies between them and belongs to either.
  await seen(b, { d1: 'ida:0.5:1', d2: 'ida:0.5:2', d3: 'ida:0:0' });
  const before = await b.store.persons.counts();
  assert.equal(before.unknown, 2);
  await b.store.identity.confirm(['d1'], ANN);
  await b.store.identity.confirm(['d2'], ANN);
  assert.deepEqual(await b.reconsider.regroup(), { merged: 0, split: 0, moved: 0, entries: [] });
  for (const { seq, action } of (await b.store.identity.list({}, PAGE)).items) {
    if (action === 'confirm') await b.store.identity.undo(seq, { actor: ANN, ...VISIT });
  }
  const done = await b.reconsider.regroup();
  assert.equal(done.merged, 1);
  assert.deepEqual(await b.store.persons.counts(), { known: 0, unknown: 1 });
  assert.deepEqual(await b.reconsider.regroup(), { merged: 0, split: 0, moved: 0, entries: [] }, 'it comes to rest');
  for (const seq of done.entries.toReversed()) await b.store.identity.undo(seq, { actor: ANN, ...VISIT });
  assert.deepEqual(await b.store.persons.counts(), before);
  assert.equal((await b.reconsider.regroup()).merged, 0, 'what a human took back is not done again');
});

test('a stranger into whom somebody else was mixed is taken apart', async (t) => {
  const b = await bench(t);
  await seen(b, { d1: 'kim:0:0', d2: 'kim:0.1:1', e1: 'lea:0:0', e2: 'lea:0.1:1' });
  const [kim, lea] = [(await b.get('d1')).personId ?? '', (await b.get('e1')).personId ?? ''];
  assert.notEqual(kim, lea);
  await b.store.identity.merge(lea, kim, { actor: { name: 'system', kind: 'system' }, ...VISIT });
  await b.gallery.sync();
  const done = await b.reconsider.regroup();
  assert.equal(done.split, 1);
  const [d1, d2, e1, e2] = await Promise.all(['d1', 'd2', 'e1', 'e2'].map((id) => b.get(id)));
  assert.equal(d1?.personId, d2?.personId);
  assert.equal(e1?.personId, e2?.personId);
  assert.notEqual(d1?.personId, e1?.personId);
  await b.post('lea:0.1:7', sighting('e3', { capturedAt: 9000 }));
  await b.worker.idle();
  assert.equal((await b.get('e3')).personId, e1?.personId, 'and is found again as what she is');
});
