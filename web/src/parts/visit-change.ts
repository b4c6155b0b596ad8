// What people say about visits and shots, sent to the API: every change answers the entries of the history that take it back.

import { api, dataOf, type Schemas } from '../api/client.ts';
import type { Picked } from './person-picker.tsx';
import { shotsOf, type Entry } from './visit-entry.ts';

/** A visit or an undecided track, or only some of its shots. */
export interface Target {
  readonly entry: Entry;
  readonly shots?: readonly string[];
}

export interface Change {
  readonly entries: readonly { readonly seq: number }[];
  /** As they are now; empty where they are gone. */
  readonly detections: readonly Schemas['Detection'][];
}

type Said = Readonly<
  { action: 'confirm' | 'discard' } | { action: 'not-her'; person?: string } | { action: 'move'; person: string | null }
>;

export async function say(target: Target, said: Said): Promise<Change> {
  const { entry } = target;
  if (target.shots === undefined && entry.visit !== null) return ofVisit(entry.visit, said);
  return ofShots(target.shots ?? (await shotsOf(entry)).map(({ id }) => id), said);
}

function ofVisit(id: string, said: Said): Promise<Change> {
  const params = { path: { id } };
  switch (said.action) {
    case 'confirm':
      return dataOf(api.POST('/api/v1/visits/{id}/confirm', { params, body: {} }));
    case 'discard':
      return dataOf(api.POST('/api/v1/visits/{id}/discard', { params, body: {} }));
    case 'not-her':
      return dataOf(api.POST('/api/v1/visits/{id}/not-her', { params, body: whom(said.person) }));
    default:
      return dataOf(api.POST('/api/v1/visits/{id}/move', { params, body: { person: said.person } }));
  }
}

function ofShots(ids: readonly string[], said: Said): Promise<Change> {
  const detections = [...ids];
  switch (said.action) {
    case 'confirm':
      return dataOf(api.POST('/api/v1/detections/confirm', { body: { detections } }));
    case 'discard':
      return dataOf(api.POST('/api/v1/detections/discard', { body: { detections } }));
    case 'not-her':
      return dataOf(api.POST('/api/v1/detections/not-her', { body: { detections, ...whom(said.person) } }));
    default:
      return dataOf(api.POST('/api/v1/detections/move', { body: { detections, person: said.person } }));
  }
}

function whom(person: string | undefined): { person?: string } {
  return person === undefined ? {} : { person };
}

/** To somebody who is there already, or to a new person of that name: then a stranger is made of the first and named, so that an undo
 * leaves nobody behind. */
export async function moveAll(targets: readonly Target[], to: Picked | null): Promise<Change> {
  const done: Change[] = [];
  let person = to !== null && 'person' in to ? to.person.id : null;
  for (const target of targets) {
    const change = await say(target, { action: 'move', person });
    done.push(change);
    if (person !== null) continue;
    person = change.detections[0]?.person?.id ?? null;
    if (person === null || to === null || !('newName' in to)) continue;
    done.push(await nameOrUndo(person, to.newName, change));
  }
  return together(done);
}

/** The name may be taken: then it is as it was before. */
async function nameOrUndo(id: string, name: string, before: Change): Promise<Change> {
  try {
    return await changePerson(id, { name });
  } catch (error) {
    for (const { seq } of before.entries.toReversed()) {
      await dataOf(api.POST('/api/v1/history/{seq}/undo', { params: { path: { seq: String(seq) } } }));
    }
    throw error;
  }
}

/** A stranger is somebody, with all her visits: she gets the name, or becomes that person. */
export async function identify(id: string, as: Picked): Promise<Change> {
  if ('newName' in as) return changePerson(id, { name: as.newName });
  return mergeInto(id, as.person.id);
}

export async function mergeInto(id: string, into: string, confirmed = false): Promise<Change> {
  const body = { into, ...(confirmed && { confirmed }) };
  const { entries } = await dataOf(api.POST('/api/v1/persons/{id}/merge', { params: { path: { id } }, body }));
  return { entries, detections: [] };
}

export async function changePerson(
  id: string,
  body: { readonly name?: string; readonly ignored?: boolean },
): Promise<Change> {
  const { entries, lookBack } = await dataOf(api.PATCH('/api/v1/persons/{id}', { params: { path: { id } }, body }));
  const more = lookBack?.entry ?? null;
  return { entries: more === null ? entries : [...entries, { seq: more }], detections: [] };
}

/** Answers how many shots are gone for good. */
export async function erase({ entry, shots }: Target): Promise<number> {
  if (shots === undefined && entry.visit !== null) {
    const params = { path: { id: entry.visit } };
    return (await dataOf(api.POST('/api/v1/visits/{id}/erase', { params }))).erased;
  }
  const detections = [...(shots ?? (await shotsOf(entry)).map(({ id }) => id))];
  return (await dataOf(api.POST('/api/v1/detections/erase', { body: { detections } }))).erased;
}

export function together(changes: readonly Change[]): Change {
  return {
    entries: changes.flatMap(({ entries }) => entries),
    detections: changes.flatMap(({ detections }) => detections),
  };
}
