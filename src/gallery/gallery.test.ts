// Galleries that follow a store, here a list in memory with a change log.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GalleryEntry } from '../gallery-port.ts';
import type { PersonKind } from '../domain.ts';
import type { Change, Store } from '../store-port.ts';
import { openLog } from '../log.ts';
import { type GalleryOptions, type OpenGallery, openGallery } from './gallery.ts';

const MODEL = 'test-model@1';
const embedder = { id: MODEL, dimensions: 16, metric: 'euclidean', threshold: 0.6 } as const;
const log = openLog({ level: 'silent' });

function memoryStore() {
  const rows = new Map<string, GalleryEntry>();
  const changes: Change[] = [];
  const commits = new EventEmitter();
  let reads = 0;
  let broken = false;

  function changed(entity: Change['entity'], action: Change['action'], id: string, announce = true): void {
    changes.push({ seq: changes.length + 1, topic: 'gallery', entity, action, id, at: 0 });
    if (announce) commits.emit('commit');
  }
  const store = {
    references: {
      entries: async () => ({ version: changes.length, entries: [...rows.values()] }),
      entriesOf: async (_model: string, of: { referenceIds?: readonly string[]; personIds?: readonly string[] }) => {
        await sleep(1);
        return [...rows.values()].filter(
          (row) => of.referenceIds?.includes(row.referenceId) === true || of.personIds?.includes(row.personId) === true,
        );
      },
    },
    changes: {
      since: async (seq: number, limit: number) => {
        reads++;
        await sleep(1);
        if (broken) throw new Error('The store is away.');
        return changes.filter((change) => change.seq > seq).slice(0, limit);
      },
      onCommit: (listener: () => void) => {
        commits.on('commit', listener);
        return () => commits.off('commit', listener);
      },
    },
  } as unknown as Pick<Store, 'references' | 'changes'>;

  return {
    store,
    rows,
    listeners: () => commits.listenerCount('commit'),
    reads: () => reads,
    breakDown: (now: boolean) => void (broken = now),
    add(referenceId: string, personId: string, vector: Float32Array, announce = true) {
      const kind = [...rows.values()].find((row) => row.personId === personId)?.kind ?? 'unknown';
      rows.set(referenceId, { referenceId, personId, kind, vector });
      changed('reference', 'add', referenceId, announce);
    },
    removeReference(referenceId: string) {
      rows.delete(referenceId);
      changed('reference', 'remove', referenceId);
    },
    removePerson(personId: string) {
      for (const row of rows.values()) if (row.personId === personId) rows.delete(row.referenceId);
      changed('person', 'remove', personId);
    },
    setKind(personId: string, kind: PersonKind) {
      for (const row of rows.values()) if (row.personId === personId) rows.set(row.referenceId, { ...row, kind });
      changed('person', 'change', personId);
    },
  };
}

async function open(t: TestContext, { store }: ReturnType<typeof memoryStore>, pollMs = 500): Promise<OpenGallery> {
  const gallery = await openGallery({ store, embedder, log, pollMs });
  t.after(() => gallery.close());
  return gallery;
}

const random = (): Float32Array => Float32Array.from({ length: 16 }, () => Math.random() - 0.5);

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    assert.ok(waited < 5000, 'did not happen within five seconds');
    await sleep(5);
  }
}

test('two galleries follow the same store through a thousand changes and equal a rebuilt one', async (t) => {
  const memory = memoryStore();
  const [one, two] = [await open(t, memory), await open(t, memory)];
  for (let step = 0; step < 1000; step++) {
    const action = Math.random();
    const reference = `r${Math.floor(Math.random() * 200)}`;
    const person = `p${Math.floor(Math.random() * 40)}`;
    if (action < 0.7) memory.add(reference, memory.rows.get(reference)?.personId ?? person, random());
    else if (action < 0.85) memory.removeReference(reference);
    else if (action < 0.92) memory.removePerson(person);
    else memory.setKind(person, action < 0.96 ? 'known' : 'unknown');
    if (step % 50 === 0) await one.sync();
    if (step % 130 === 0) await sleep(3);
  }
  await Promise.all([one.sync(), two.sync()]);
  const rebuilt = await open(t, memory);
  assert.ok(rebuilt.templates > 20);
  for (const gallery of [one, two]) {
    assert.equal(gallery.version, rebuilt.version);
    assert.equal(gallery.templates, rebuilt.templates);
    assert.equal(gallery.persons, rebuilt.persons);
    for (let i = 0; i < 50; i++) {
      const query = random();
      assert.deepEqual(gallery.search(query, 5), rebuilt.search(query, 5));
    }
    for (let i = 0; i < 40; i++) assert.equal(gallery.kindOf(`p${i}`), rebuilt.kindOf(`p${i}`));
  }
});

test('what is enrolled is found without asking: announced commits at once, unannounced ones by the poll', async (t) => {
  const memory = memoryStore();
  const slow = await open(t, memory, 60_000);
  const polling = await open(t, memory, 20);
  const [first, second] = [random(), random()];
  memory.add('r1', 'anna', first);
  await until(() => slow.search(first)[0]?.personId === 'anna' && polling.templates === 1);
  memory.add('r2', 'berta', second, false);
  await until(() => polling.search(second)[0]?.personId === 'berta');
  assert.equal(slow.templates, 1);
});

test('sync answers only once the changes of before the call are searchable, and many calls share few reads', async (t) => {
  const memory = memoryStore();
  const gallery = await open(t, memory, 60_000);
  const before = memory.reads();
  const calls: Promise<void>[] = [];
  for (let i = 0; i < 100; i++) {
    memory.add(`r${i}`, `p${i}`, random(), false);
    calls.push(gallery.sync().then(() => assert.ok(gallery.templates > i)));
  }
  await Promise.all(calls);
  assert.equal(gallery.templates, 100);
  assert.ok(memory.reads() - before <= 4, `${memory.reads() - before} reads`);
});

test('a store that is away for a while is followed again; a caller of sync hears of it', async (t) => {
  const memory = memoryStore();
  const gallery = await open(t, memory, 5);
  memory.breakDown(true);
  await assert.rejects(gallery.sync(), /away/);
  memory.add('r1', 'anna', random());
  await sleep(30);
  assert.equal(gallery.templates, 0);
  memory.breakDown(false);
  await until(() => gallery.templates === 1);
});

test('one broken template is left out, the others are found', async (t) => {
  const memory = memoryStore();
  memory.add('bad', 'anna', new Float32Array(16));
  memory.add('short', 'anna', new Float32Array(3).fill(1));
  const good = random();
  memory.add('good', 'berta', good);
  const gallery = await open(t, memory);
  assert.equal(gallery.templates, 1);
  assert.equal(gallery.search(good)[0]?.referenceId, 'good');
});

test('after close nothing follows any more', async () => {
  const memory = memoryStore();
  const gallery = await openGallery({ store: memory.store, embedder, log, pollMs: 5 });
  memory.add('r1', 'anna', random());
  await gallery.close();
  await gallery.close();
  assert.equal(memory.listeners(), 0);
  const reads = memory.reads();
  await sleep(30);
  assert.equal(memory.reads(), reads);
});

/** Enrols persons with one photo each, one after the other, as an operator does. */
function enrol(memory: ReturnType<typeof memoryStore>, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    memory.add(`r${i}`, `p${i}`, random());
    memory.setKind(`p${i}`, 'known');
  }
}

async function openWith(t: TestContext, { store }: ReturnType<typeof memoryStore>, more: Partial<GalleryOptions>) {
  const gallery = await openGallery({ store, embedder, log, pollMs: 5, ...more });
  t.after(() => gallery.close());
  return gallery;
}

test('a gallery that began empty takes its own people into account once there are enough, and again when they change', async (t) => {
  const memory = memoryStore();
  const prior = { neighbourhood: 0.18, missing: 0.3, tail: [[0.1, 0.4] as const, [0.001, 0.3] as const] };
  const gallery = await openWith(t, memory, { embedder: { ...embedder, prior } });
  assert.deepEqual([gallery.calibration.source, gallery.calibration.persons], ['prior', 0]);
  enrol(memory, 0, 10);
  await gallery.sync();
  assert.equal(gallery.calibration.source, 'prior');
  enrol(memory, 10, 30);
  await until(() => gallery.calibration.source === 'own');
  enrol(memory, 30, 60);
  await until(() => gallery.calibration.persons === 60);
});

test('a model of which nothing is known keeps its rule until fifty persons are enrolled, and everybody is still found then', async (t) => {
  const memory = memoryStore();
  const gallery = await openWith(t, memory, {});
  enrol(memory, 0, 49);
  await gallery.sync();
  assert.equal(gallery.calibration.mode, 'fixed');
  enrol(memory, 49, 60);
  await until(() => gallery.calibration.mode === 'calibrated');
  for (const { vector, personId } of memory.rows.values()) assert.equal(gallery.search(vector)[0]?.personId, personId);
});
