// A store in memory for the tests of the API: its contract is the port's, its durability none.

import { randomUUID } from 'node:crypto';
import type {
  ApiKey,
  Camera,
  Detection,
  DetectionState,
  Person,
  PersonKind,
  Reference,
  Sighting,
  Visit,
} from '../domain.ts';
import type { Change, Page, PageRequest, Store } from '../store-port.ts';
import { KithError } from '../errors.ts';

export interface MemoryStore extends Store {
  /** Set to make the next insert of a detection fail. */
  failAdd: Error | null;
  readonly visitsById: Map<string, Visit>;
  /** What a worker would write. */
  classify(id: string, person: Person, more?: Partial<Detection>): void;
  reject(id: string, code: string, message: string): void;
}

export function openMemoryStore(clock: () => number = Date.now): MemoryStore {
  const detections = new Map<string, Detection>();
  const persons = new Map<string, Person>();
  const references = new Map<string, Reference>();
  const cameras = new Map<string, Camera>();
  const keys = new Map<string, ApiKey & { hash: string }>();
  const visitsById = new Map<string, Visit>();
  const changes: Change[] = [];
  const listeners = new Set<() => void>();

  function note(topic: Change['topic'], entity: Change['entity'], action: Change['action'], id: string): void {
    changes.push({ seq: changes.length + 1, topic, entity, action, id, at: clock() });
    for (const listener of listeners) listener();
  }

  function inUse(picture: string): boolean {
    return [...detections.values(), ...references.values()].some((row) => row.picture === picture);
  }

  function mustFind(id: string): Person {
    const person = persons.get(id);
    if (!person) throw new KithError('not_found', `There is no person ${id}.`);
    return { ...person, references: ofPerson(id).length };
  }

  function ofPerson(personId: string): Reference[] {
    return [...references.values()].filter((reference) => reference.personId === personId);
  }

  function checkName(name: string, but?: string): void {
    for (const person of persons.values()) {
      if (person.id !== but && person.name.toLowerCase() === name.toLowerCase()) {
        throw new KithError('conflict', `There is a person ${name} already.`);
      }
    }
  }

  const store: MemoryStore = {
    kind: 'sqlite',
    failAdd: null,
    visitsById,
    detections: {
      async add(sighting, picture, receivedAt) {
        // As a real one, it is not done at once.
        await new Promise((resolve) => setImmediate(resolve));
        if (store.failAdd) throw store.failAdd;
        const known = detections.get(sighting.id);
        if (known) return { detection: known, created: false };
        const detection = pending(sighting, picture, receivedAt, detections.size + 1);
        detections.set(sighting.id, detection);
        return { detection, created: true };
      },
      get: async (id) => detections.get(id) ?? null,
      async list(filter, page) {
        const rows = [...detections.values()].filter(
          (row) =>
            (!filter.state || row.state === filter.state) &&
            (!filter.personId || row.personId === filter.personId) &&
            (!filter.cameraId || row.cameraId === filter.cameraId) &&
            (!filter.trackId || row.trackId === filter.trackId) &&
            (!filter.kind || row.personKind === filter.kind) &&
            (!filter.visitId || row.visitId === filter.visitId) &&
            row.capturedAt >= (filter.from ?? 0) &&
            row.capturedAt < (filter.to ?? Infinity),
        );
        return pageOf(
          rows.toSorted((a, b) => b.capturedAt - a.capturedAt || b.seq - a.seq),
          page,
        );
      },
      async counts(since = 0) {
        const counts: Record<DetectionState, number> = { pending: 0, classified: 0, rejected: 0, failed: 0 };
        for (const row of detections.values()) if (row.receivedAt >= since) counts[row.state]++;
        return counts;
      },
      claim: notNeeded,
      extend: notNeeded,
      release: notNeeded,
      settle: notNeeded,
      personOfTrack: notNeeded,
    },
    persons: {
      async add(name) {
        checkName(name);
        const person = personOf(name, 'known', clock());
        persons.set(person.id, person);
        note('gallery', 'person', 'add', person.id);
        return person;
      },
      get: async (id) => (persons.has(id) ? mustFind(id) : null),
      async list({ kind, query = '' }, page) {
        const rows = [...persons.keys()].map(mustFind);
        const wanted = rows.filter(
          (row) => (!kind || row.kind === kind) && row.name.toLowerCase().includes(query.toLowerCase()),
        );
        return pageOf(
          wanted.toSorted((a, b) => a.name.localeCompare(b.name)),
          page,
        );
      },
      async counts() {
        const counts: Record<PersonKind, number> = { known: 0, unknown: 0 };
        for (const { kind } of persons.values()) counts[kind]++;
        return counts;
      },
      async rename(id, name) {
        const person = mustFind(id);
        checkName(name, id);
        persons.set(id, { ...person, name, kind: 'known' });
        note('gallery', 'person', 'change', id);
        return mustFind(id);
      },
      async remove(id) {
        mustFind(id);
        const gone = ofPerson(id);
        for (const reference of gone) references.delete(reference.id);
        persons.delete(id);
        note('gallery', 'person', 'remove', id);
        return gone.map((reference) => reference.picture).filter((picture) => !inUse(picture));
      },
    },
    references: {
      async add({ personId, picture, quality }) {
        mustFind(personId);
        const id = randomUUID();
        const reference: Reference = {
          id,
          personId,
          picture,
          quality,
          source: 'enrolled',
          detectionId: null,
          createdAt: clock(),
        };
        references.set(id, reference);
        note('gallery', 'reference', 'add', id);
        return reference;
      },
      get: async (id) => references.get(id) ?? null,
      ofPerson: async (id) => ofPerson(id),
      async remove(id) {
        const reference = references.get(id);
        if (!reference) throw new KithError('not_found', 'There is no such reference.');
        references.delete(id);
        note('gallery', 'reference', 'remove', id);
        return inUse(reference.picture) ? null : reference.picture;
      },
      entries: notNeeded,
      entriesOf: notNeeded,
      withoutTemplate: notNeeded,
      putTemplate: notNeeded,
    },
    visits: {
      async list(filter, page) {
        const rows = [...visitsById.values()].filter(
          (row) =>
            (!filter.personId || row.personId === filter.personId) &&
            (!filter.cameraId || row.cameraId === filter.cameraId),
        );
        return pageOf(
          rows.toSorted((a, b) => b.lastAt - a.lastAt),
          page,
        );
      },
      get: async (id) => visitsById.get(id) ?? null,
    },
    cameras: {
      async put(id, name) {
        const camera = { id, name, createdAt: cameras.get(id)?.createdAt ?? clock(), lastSeenAt: null };
        cameras.set(id, camera);
        return camera;
      },
      get: async (id) => cameras.get(id) ?? null,
      list: async () => [...cameras.values()],
      async remove(id) {
        cameras.delete(id);
      },
    },
    keys: {
      async add({ name, scopes, cameraId, hash }) {
        const key = { id: randomUUID(), name, scopes, cameraId, hash, createdAt: clock(), lastUsedAt: null };
        keys.set(key.id, key);
        return key;
      },
      byHash: async (hash) => [...keys.values()].find((key) => key.hash === hash) ?? null,
      list: async () => [...keys.values()],
      async remove(id) {
        keys.delete(id);
      },
      used: async () => undefined,
    },
    changes: {
      last: async () => changes.length,
      since: async (seq, limit, topic) =>
        changes.filter((change) => change.seq > seq && (!topic || change.topic === topic)).slice(0, limit),
      onCommit(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    pictureInUse: async (id) => inUse(id),
    ping: async () => undefined,
    close: async () => undefined,
    classify(id, person, more = {}) {
      const row = detections.get(id);
      if (!row) throw new Error(`no detection ${id}`);
      if (!persons.has(person.id)) persons.set(person.id, person);
      const { id: personId, name: personName, kind: personKind } = person;
      const found = {
        personId,
        personName,
        personKind,
        decision: personKind,
        distance: 0.31,
        quality: 0.8,
        model: 'test@1',
      };
      detections.set(id, { ...row, state: 'classified', classifiedAt: clock(), ...found, ...more });
      note('journal', 'detection', 'change', id);
    },
    reject(id, code, message) {
      const row = detections.get(id);
      if (!row) throw new Error(`no detection ${id}`);
      detections.set(id, { ...row, state: 'rejected', classifiedAt: clock(), reason: { code, message } });
      note('journal', 'detection', 'change', id);
    },
  };
  return store;
}

export function personOf(name: string, kind: PersonKind, createdAt = 0): Person {
  return { id: randomUUID(), kind, name, createdAt, lastSeenAt: null, references: 0 };
}

function pending(sighting: Sighting, picture: string, receivedAt: number, seq: number): Detection {
  return {
    ...sighting,
    seq,
    picture,
    receivedAt,
    state: 'pending',
    attempts: 0,
    classifiedAt: null,
    personId: null,
    personName: null,
    personKind: null,
    decision: null,
    distance: null,
    runnerUpId: null,
    runnerUpName: null,
    runnerUpDistance: null,
    quality: null,
    model: null,
    visitId: null,
    reason: null,
  };
}

function pageOf<T>(rows: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(from))
    throw new KithError('invalid', 'The cursor is none of ours: use `next` of the page before.');
  return { items: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
}

async function notNeeded(): Promise<never> {
  throw new Error('The API does not call this.');
}
