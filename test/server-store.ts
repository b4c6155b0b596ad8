// The real store in a temporary folder that goes with the process, and what a worker would write into it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Detection, Person, PersonKind } from '../src/domain.ts';
import type { Outcome, Store } from '../src/store-port.ts';
import { openLog } from '../src/log.ts';
import { openStore } from '../src/store/open.ts';

export interface TestStore extends Store {
  /** Set to make the next insert of a detection fail. */
  failAdd: Error | null;
  /** What a worker writes about a posted shot: somebody is recognised, or (null) a stranger is seen for the first time. */
  classify(id: string, person: Person | null, more?: Partial<Classified>): Promise<Detection>;
  reject(id: string, code: string, message: string): Promise<void>;
  /** Somebody to recognise: a stranger is made from a shot of her own. */
  makePerson(name: string, kind?: PersonKind): Promise<Person>;
}

type Classified = Extract<Outcome, { state: 'classified' }>;

const MODEL = 'test@1';
const WORKER = 'worker';

/** `databaseUrl`: of a PostgreSQL that others use too; SQLite without. */
export async function openTestStore(databaseUrl?: string): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-server-'));
  const real = await openStore({ dataDir, databaseUrl, log: openLog({ level: 'silent' }) });
  after(async () => {
    await real.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  let strangers = 0;

  async function settle(id: string, outcome: Outcome): Promise<Detection> {
    await real.detections.claim(WORKER, 100, 60_000, Date.now());
    const settled = await real.detections.settle(WORKER, id, outcome, Date.now());
    if (settled.result !== 'done') throw new Error(`${id} is ${settled.result}`);
    return settled.detection;
  }

  const store: TestStore = {
    ...real,
    // Tests replace single calls.
    persons: { ...real.persons },
    detections: {
      ...real.detections,
      async add(sighting, picture, receivedAt) {
        if (store.failAdd) throw store.failAdd;
        return real.detections.add(sighting, picture, receivedAt);
      },
    },
    failAdd: null,
    async classify(id, person, more = {}) {
      const nearest = person && { personId: person.id, referenceId: 'r', distance: 0.31 };
      const decision = person?.kind ?? 'new';
      return settle(id, {
        state: 'classified',
        match: { decision, nearest, runnerUp: null, margin: null, threshold: 0.6 },
        decision,
        personId: person?.id ?? null,
        galleryVersion: await real.changes.last(),
        template: { model: MODEL, vector: Float32Array.of(1, 2, 3, 4) },
        quality: 0.8,
        keepReference: false,
        visitGapMs: 60_000,
        ...more,
      });
    },
    async reject(id, code, message) {
      await settle(id, { state: 'rejected', code, message, quality: null });
    },
    async makePerson(name, kind = 'known') {
      if (kind === 'known') return real.persons.add(name);
      const id = `stranger-${(strangers += 1)}`;
      const seen = { id, cameraId: 'door', trackId: null, capturedAt: 1, box: null, points: null, zones: [] };
      await real.detections.add(seen, 'f'.repeat(64), 1);
      const { personId } = await store.classify(id, null);
      const person = await real.persons.get(personId ?? '');
      if (!person) throw new Error('The stranger was not made.');
      return person;
    },
  };
  return store;
}
