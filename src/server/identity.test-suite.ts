// What the tests of identities share: a house whose log holds somebody, and a reconsider that only remembers what it was asked.

import type { Detection, Match, Person } from '../domain.ts';
import type { Reconsider, Actor } from '../identity-port.ts';
import type { DetectionFilter } from '../queries.ts';
import { furnish, NOBODY, openInject, shot } from './house.test-suite.ts';

export const DETECTIONS = '/api/v1/detections';
export const PERSONS = '/api/v1/persons';
export const HISTORY = '/api/v1/history';

export interface Asked {
  readonly lookedBack: { personId: string; actor: Actor }[];
  readonly anew: string[][];
  readonly rerun: DetectionFilter[];
  regrouped: number;
}

/** `after`: what deciding anew does, in place of the real one. */
export async function openIdentityHouse(
  after: (ids: readonly string[]) => Promise<void> = async () => undefined,
  /** When the first shot was taken. */
  from = Date.UTC(2026, 0, 31, 12),
) {
  const asked: Asked = { lookedBack: [], anew: [], rerun: [], regrouped: 0 };
  const reconsider: Reconsider = {
    async lookBack(personId, actor) {
      asked.lookedBack.push({ personId, actor });
      return { sightings: 12, strangers: 2, entry: null, entries: [] };
    },
    async anew(ids) {
      asked.anew.push([...ids]);
      await after(ids);
    },
    async rerun(filter) {
      asked.rerun.push(filter);
      return { looked: 30, changed: 4, entry: 9 };
    },
    async regroup() {
      asked.regrouped++;
      return { merged: 3, split: 1, moved: 2, entries: [7, 8] };
    },
  };
  const house = await furnish({ reconsider });
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  let posted = 0;

  /** A shot in the log, a second after the one before; pending. */
  async function post(id: string, track: string | null = null, at?: number): Promise<string> {
    const capturedAt = new Date(at ?? from + 1_000 * posted++).toISOString();
    const form = shot({ id, camera: 'door', capturedAt, ...(track !== null && { track }) }, `picture of ${id}`);
    const { status, text } = await inject({ method: 'POST', url: DETECTIONS, form });
    if (status !== 201) throw new Error(text);
    return id;
  }

  /** Shots of somebody in the log, or (null) of a stranger seen for the first time. */
  async function seen(person: Person | null, ...ids: string[]): Promise<Detection[]> {
    const detections: Detection[] = [];
    let who = person;
    for (const id of ids) {
      await post(id);
      const detection = await store.classify(id, who);
      who ??= await store.persons.get(detection.personId ?? '');
      detections.push(detection);
    }
    return detections;
  }

  /** Shots that are nobody's: between two persons, or too poor. */
  async function unsure(id: string, between?: readonly [Person, Person]): Promise<void> {
    await post(id);
    const [a, b] = between ?? [];
    const match: Match = {
      ...NOBODY,
      decision: between ? 'ambiguous' : 'new',
      nearest: a ? { personId: a.id, referenceId: 'a', distance: 0.51 } : null,
      runnerUp: b ? { personId: b.id, referenceId: 'b', distance: 0.52 } : null,
      margin: between ? 0.01 : null,
    };
    await store.classify(id, null, { match, decision: between ? 'ambiguous' : 'unidentified', personId: null });
  }

  async function personOf(id: string): Promise<string | null> {
    return (await store.detections.get(id))?.personId ?? null;
  }

  async function stranger(...ids: string[]): Promise<Person> {
    const [first] = await seen(null, ...ids);
    const person = await store.persons.get(first?.personId ?? '');
    if (!person) throw new Error('No stranger was made.');
    return person;
  }

  return { house, store, inject, close, asked, post, seen, unsure, stranger, personOf };
}

export interface EntryAnswer {
  readonly seq: number;
  readonly actor: string;
  readonly action: string;
  readonly summary: string;
  readonly persons: readonly string[];
  readonly detections: number;
  readonly undone: { readonly by: string } | null;
}

export function entriesOf(answer: Readonly<Record<string, unknown>>): readonly EntryAnswer[] {
  return answer['entries'] as readonly EntryAnswer[];
}
