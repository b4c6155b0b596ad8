// The worker on the real SQLite store and the real gallery, with templates that are known beforehand.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Detection } from '../src/domain.ts';
import { KithError } from '../src/errors.ts';
import { createPreparation } from '../src/journal/preparation.ts';
import {
  type Bench,
  type BenchOptions,
  embedder,
  fakeEngine,
  log,
  openBench,
  sighting,
  templateOf,
} from './journal-kit.ts';

async function bench(t: TestContext, options: Omit<BenchOptions, 'dataDir'> = {}): Promise<Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-journal-'));
  const opened = await openBench({ dataDir, ...options });
  t.after(async () => {
    await opened.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return opened;
}

async function enrol({ store, pictures, gallery }: Bench, name: string, face: string): Promise<string> {
  const person = await store.persons.add(name);
  const [who = '', away = '0', seed = ''] = face.split(':');
  const picture = await pictures.put(Buffer.from(face));
  const vector = templateOf(who, Number(away), seed);
  await store.references.add({ personId: person.id, picture, quality: 1 }, [{ model: embedder.id, vector }]);
  await gallery.sync();
  return person.id;
}

const PAGE = { limit: 500 };

test('an enrolled person is named, a stranger becomes new and is found again, with honest distances', async (t) => {
  const seen: string[] = [];
  const b = await bench(t, { onSettled: (detection) => void seen.push(detection.id) });
  const anna = await enrol(b, 'Anna', 'anna:0:0');
  await b.post('anna:0.3:1', sighting('d1'));
  await b.post('berta:0:1', sighting('d2', { capturedAt: 2000 }));
  await b.post('berta:0.2:2', sighting('d3', { capturedAt: 3000 }));
  await b.worker.idle();

  const [d1, d2, d3] = await Promise.all(['d1', 'd2', 'd3'].map((id) => b.get(id)));
  assert.ok(d1 && d2 && d3);
  assert.deepEqual([d1.state, d1.decision, d1.personId, d1.personName], ['classified', 'known', anna, 'Anna']);
  assert.ok(Math.abs((d1.distance ?? 0) - 0.3) < 1e-5);
  assert.deepEqual([d1.model, d1.quality], [embedder.id, 0.9]);
  assert.deepEqual([d2.decision, d2.personKind, d2.runnerUpId], ['new', 'unknown', null]);
  assert.ok((d2.distance ?? 0) > 0.6, 'the nearest is told, although she is not meant');
  assert.deepEqual([d3.decision, d3.personId, d3.runnerUpId], ['unknown', d2.personId, anna]);
  assert.equal(d3.visitId, d2.visitId);
  assert.deepEqual(seen, ['d1', 'd2', 'd3']);
  assert.deepEqual(b.worker.stats, { inFlight: 0, classified: 3, rejected: 0, failed: 0, retried: 0 });
});

test('fifty shots of the same stranger that arrive together make one person', async (t) => {
  const b = await bench(t, { engine: fakeEngine({ ms: () => Math.random() * 8 }) });
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => b.post(`carla:0.2:${i}`, sighting(`d${i}`, { cameraId: `camera ${i % 5}` }))),
  );
  await b.worker.idle();
  assert.deepEqual(await b.store.persons.counts(), { known: 0, unknown: 1 });
  assert.equal((await b.store.detections.counts()).classified, 50);
  const { items } = await b.store.visits.list({}, PAGE);
  assert.deepEqual(
    items.map((visit) => visit.detections),
    [10, 10, 10, 10, 10],
  );
});

test("one camera's detections are settled in the order of their arrival, however long each takes", async (t) => {
  const seen: Detection[] = [];
  const engine = fakeEngine({ ms: () => Math.random() * 20 });
  const b = await bench(t, { engine, onSettled: (detection) => void seen.push(detection) });
  for (let i = 0; i < 40; i++) {
    const text = i % 7 === 3 ? 'nobody' : `p${i % 3}:0.1:${i}`;
    await b.post(text, sighting(`d${i}`, { cameraId: i % 2 === 0 ? 'left' : 'right' }));
  }
  await b.worker.idle();
  assert.equal(seen.length, 40);
  for (const camera of ['left', 'right']) {
    const order = seen.filter(({ cameraId }) => cameraId === camera).map(({ seq }) => seq);
    assert.deepEqual(
      order,
      order.toSorted((x, y) => x - y),
    );
  }
});

test('the shots of a track decide together: a poor one is who the good ones say, and belongs to its camera', async (t) => {
  const b = await bench(t);
  const anna = await enrol(b, 'Anna', 'anna:0:0');
  const track = { trackId: 'track 1' };
  await b.post('anna:0.3:1', sighting('d1', track));
  await b.post('anna:0.9:2', sighting('d2', track));
  await b.post('anna:0.9:2', sighting('d3', { trackId: 'track 1', cameraId: 'another' }));
  await b.worker.idle();
  const [d2, d3] = [await b.get('d2'), await b.get('d3')];
  assert.deepEqual([d2.decision, d2.personId], ['known', anna]);
  assert.equal(d3.decision, 'new', 'a track belongs to its camera');
  assert.equal((await b.store.references.ofPerson(anna)).length, 1);
});

test('a later shot tells who the earlier ones of the track were, and the stranger made of them is gone', async (t) => {
  const b = await bench(t);
  const anna = await enrol(b, 'Anna', 'anna:0:0');
  const track = { trackId: 'track 1' };
  await b.post('anna:0.7:1', sighting('d1', track));
  await b.worker.idle();
  assert.equal((await b.get('d1')).decision, 'new');
  await b.post('anna:0.1:2', sighting('d2', track));
  await b.worker.idle();
  const [d1, d2] = [await b.get('d1'), await b.get('d2')];
  assert.deepEqual([d1.personId, d2.personId], [anna, anna]);
  assert.deepEqual(await b.store.persons.counts(), { known: 1, unknown: 0 });
  const visits = await b.store.visits.list({}, { limit: 10 });
  assert.deepEqual(
    visits.items.map(({ personId, detections }) => [personId, detections]),
    [[anna, 2]],
  );
});

test('a stranger gathers up to five references that add something; an enrolled person none', async (t) => {
  const b = await bench(t);
  const anna = await enrol(b, 'Anna', 'anna:0:0');
  for (let i = 0; i < 12; i++) await b.post(`anna:0.4:${i}`, sighting(`a${i}`));
  await b.post('dora:0:0', sighting('d0'));
  await b.post('dora:0.1:1', sighting('near'));
  await b.post('poor:dora:0.4:2', sighting('poor'));
  await b.worker.idle();
  const dora = (await b.get('d0')).personId ?? '';
  assert.equal((await b.store.references.ofPerson(dora)).length, 1, 'too near or too poor to be kept');
  for (let i = 0; i < 12; i++) await b.post(`dora:0.4:${i}`, sighting(`d${i + 1}`));
  await b.worker.idle();
  const kept = await b.store.references.ofPerson(dora);
  assert.equal(kept.length, 5);
  assert.ok(kept.every(({ source }) => source === 'sighting'));
  assert.equal((await b.store.references.ofPerson(anna)).length, 1);
  assert.deepEqual(await b.store.persons.counts(), { known: 1, unknown: 1 });
});

test('of several faces the one in the box of the camera is meant', async (t) => {
  const b = await bench(t);
  await enrol(b, 'Anna', 'anna:0:0');
  await enrol(b, 'Berta', 'berta:0:0');
  const picture = 'anna:0.1:1|berta:0.1:1';
  await b.post(picture, sighting('without'));
  await b.post(picture, sighting('right', { box: [115, 20, 60, 60] }));
  await b.post(picture, sighting('elsewhere', { box: [10, 150, 20, 20] }));
  await b.worker.idle();
  const names = await Promise.all(['without', 'right', 'elsewhere'].map(async (id) => (await b.get(id)).personName));
  assert.deepEqual(names, ['Anna', 'Berta', 'Anna']);
});

test('what cannot be classified stays visible with its reason and makes nobody', async (t) => {
  const b = await bench(t);
  await b.post('nobody', sighting('empty'));
  await b.post('broken', sighting('broken'));
  await b.post('poor:emma:0:0', sighting('poor'));
  await b.store.detections.add(sighting('missing'), 'ab'.repeat(32), 1);
  await b.worker.idle();
  const reasons = Object.fromEntries(
    await Promise.all(
      ['empty', 'broken', 'poor', 'missing'].map(async (id) => {
        const { state, reason } = await b.get(id);
        assert.ok((reason?.message.length ?? 0) > 20);
        return [id, [state, reason?.code]] as const;
      }),
    ),
  );
  assert.deepEqual(reasons, {
    empty: ['rejected', 'no_face'],
    broken: ['rejected', 'unreadable'],
    poor: ['classified', 'too_poor'],
    missing: ['failed', 'picture_missing'],
  });
  assert.deepEqual(await b.store.persons.counts(), { known: 0, unknown: 0 });
});

test('a poor shot of somebody who is known is classified all the same', async (t) => {
  const b = await bench(t);
  await enrol(b, 'Anna', 'anna:0:0');
  await b.post('poor:anna:0.2:1', sighting('d1'));
  await b.worker.idle();
  assert.equal((await b.get('d1')).personName, 'Anna');
});

test('a picture that ends in an error is tried three times, others go on meanwhile', async (t) => {
  let now = Date.now();
  const engine = fakeEngine();
  const b = await bench(t, { engine, clock: () => now });
  await b.post('crash', sighting('bad'));
  for (let round = 1; round <= 3; round++) {
    await b.post(`anna:0.1:${round}`, sighting(`good${round}`));
    await b.worker.idle();
    assert.equal((await b.get(`good${round}`)).state, 'classified');
    assert.equal(engine.calls.filter((text) => text === 'crash').length, round);
    assert.equal((await b.get('bad')).state, round < 3 ? 'pending' : 'failed');
    await b.worker.idle();
    now += 11_000;
  }
  const { attempts, reason } = await b.get('bad');
  assert.deepEqual([attempts, reason?.code], [3, 'internal']);
});

test('a store that takes nothing for a while loses nothing and counts nothing against the picture', async (t) => {
  const b = await bench(t);
  const settle = b.store.detections.settle.bind(b.store.detections);
  let refused = 0;
  b.store.detections.settle = (...args) => {
    if (refused++ < 1) return Promise.reject(new KithError('unavailable', 'The disk is full.'));
    return settle(...args);
  };
  await b.post('anna:0.1:1', sighting('d1'));
  await b.worker.idle();
  const { state, attempts } = await b.get('d1');
  assert.deepEqual([refused, state, attempts], [2, 'classified', 1]);
});

test('close finishes what has begun, gives back what takes too long, and is quiet afterwards', async (t) => {
  const b = await bench(t, {
    // So slow that a busy machine has posted all of them before the last is worked on.
    engine: fakeEngine({ ms: () => 400 }),
    concurrency: 4,
    closeMs: 5000,
  });
  for (let i = 0; i < 20; i++) await b.post(`anna:0.1:${i}`, sighting(`d${i}`));
  while (b.worker.stats.inFlight === 0) await new Promise(setImmediate);
  await Promise.all([b.worker.close(), b.worker.close()]);
  const counts = await b.store.detections.counts();
  assert.ok(counts.classified >= 1 && counts.pending >= 1 && counts.classified + counts.pending === 20);
  const free = await b.store.detections.claim('other', 100, 1000, Date.now());
  assert.equal(free.length, counts.pending, 'no lease is left');
  b.worker.wake();
  await b.worker.idle();

  const slow = await bench(t, { engine: fakeEngine({ ms: () => 60_000 }), closeMs: 20 });
  await slow.post('anna:0.1:1', sighting('slow'));
  while (slow.worker.stats.inFlight === 0) await new Promise(setImmediate);
  await slow.worker.close();
  const back = await slow.get('slow');
  assert.deepEqual([back.state, back.attempts], ['pending', 0]);
  assert.equal((await slow.store.detections.claim('other', 100, 1000, Date.now())).length, 1);
});

test('a lease is kept alive as long as the work takes', async (t) => {
  const b = await bench(t, { engine: fakeEngine({ ms: () => 700 }), leaseMs: 300 });
  await b.post('anna:0.1:1', sighting('d1'));
  const done = b.worker.idle();
  const taken: number[] = [];
  for (let i = 0; i < 6; i++) {
    await new Promise((next) => setTimeout(next, 100));
    if ((await b.get('d1')).attempts > 0)
      taken.push((await b.store.detections.claim('thief', 9, 1, Date.now())).length);
  }
  await done;
  assert.ok(taken.length >= 3);
  assert.ok(taken.every((rows) => rows === 0));
  assert.deepEqual([(await b.get('d1')).state, (await b.get('d1')).attempts], ['classified', 1]);
});

test('references of another model get their templates in the background, and are found then', async (t) => {
  const b = await bench(t);
  const anna = await b.store.persons.add('Anna');
  const texts = [...Array.from({ length: 60 }, (_, i) => `anna:0.1:${i}`), 'nobody', 'broken'];
  for (const [i, text] of texts.entries()) {
    const picture = i === 5 ? 'cd'.repeat(32) : await b.pictures.put(Buffer.from(text));
    const old = { model: 'old@1', vector: new Float32Array(8).fill(1) };
    await b.store.references.add({ personId: anna.id, picture, quality: 1 }, [old]);
  }
  await b.gallery.sync();
  assert.equal(b.gallery.templates, 0);
  const preparation = createPreparation({ ...b, model: embedder.id, engine: async () => fakeEngine(), log });
  await preparation.references(new AbortController().signal);
  await b.gallery.sync();
  assert.deepEqual([preparation.done, preparation.failed], [59, 3]);
  assert.equal(b.gallery.templates, 59);
  assert.equal(b.gallery.search(templateOf('anna', 0, ''))[0]?.personId, anna.id);
});
