// The changes that this screen asks the API for.

import i18next from 'i18next';
import { api, ApiError, dataOf, type Schemas } from '../../api/client.ts';
import type { Picked } from '../../parts/person-picker.tsx';

export type Entries = readonly { readonly seq: number }[];

export interface Done {
  readonly entries: Entries;
  /** Who they are now. */
  readonly name: string;
  /** Earlier sightings that turned out to be hers too. */
  readonly more: number;
}

const path = (id: string) => ({ params: { path: { id } } });

/** The name goes to a stranger only: whoever was named meanwhile keeps the name that she got. */
export async function nameStranger(id: string, name: string): Promise<Done> {
  await mustBeStranger(id);
  const named = await dataOf(api.PATCH('/api/v1/persons/{id}', { ...path(id), body: { name } }));
  const { lookBack } = named;
  const found = (lookBack?.entries ?? []).map((seq) => ({ seq }));
  return { entries: [...named.entries, ...found], name: named.name, more: lookBack?.sightings ?? 0 };
}

export async function mergeStranger(id: string, into: string): Promise<Done> {
  const { entries, name } = await dataOf(api.POST('/api/v1/persons/{id}/merge', { ...path(id), body: { into } }));
  return { entries, name, more: 0 };
}

export function giveName(id: string, picked: Picked): Promise<Done> {
  return 'person' in picked ? mergeStranger(id, picked.person.id) : nameStranger(id, picked.newName);
}

export async function setIgnored(id: string, ignored: boolean): Promise<Done> {
  await mustBeStranger(id);
  const { entries, name } = await dataOf(api.PATCH('/api/v1/persons/{id}', { ...path(id), body: { ignored } }));
  return { entries, name, more: 0 };
}

export async function discardStranger(id: string): Promise<Done> {
  const { entries } = await dataOf(api.POST('/api/v1/persons/{id}/discard', path(id)));
  return { entries, name: '', more: 0 };
}

/** Some of her detections are somebody else; null: a new stranger. */
export async function splitStranger(id: string, detections: readonly string[], picked: Picked | null): Promise<Done> {
  const ids = [...detections];
  if (picked !== null && 'person' in picked) return moveDetections(ids, picked.person);
  const body = { detections: ids, ...(picked && { name: picked.newName }) };
  const part = await dataOf(api.POST('/api/v1/persons/{id}/split', { ...path(id), body }));
  const found = (part.lookBack?.entries ?? []).map((seq) => ({ seq }));
  return { entries: [...part.entries, ...found], name: part.name, more: part.lookBack?.sightings ?? 0 };
}

export async function moveDetections(
  detections: readonly string[],
  person: Pick<Schemas['Person'], 'id' | 'name'> | null,
): Promise<Done> {
  const body = { detections: [...detections], person: person?.id ?? null };
  const { entries, detections: now } = await dataOf(api.POST('/api/v1/detections/move', { body }));
  return { entries, name: person?.name ?? now[0]?.person?.name ?? '', more: 0 };
}

/** They are somebody new, who gets a name at once. */
export async function moveToNew(detections: readonly string[], name: string): Promise<Done> {
  const body = { detections: [...detections], person: null };
  const { entries, detections: now } = await dataOf(api.POST('/api/v1/detections/move', { body }));
  const id = now[0]?.person?.id;
  if (id === undefined) return { entries, name, more: 0 };
  const named = await nameStranger(id, name);
  return { ...named, entries: [...entries, ...named.entries] };
}

export async function discardDetections(detections: readonly string[]): Promise<Done> {
  const { entries } = await dataOf(api.POST('/api/v1/detections/discard', { body: { detections: [...detections] } }));
  return { entries, name: '', more: 0 };
}

/** 404 and 409 of the API say that she is not, and who she is by now. */
async function mustBeStranger(id: string): Promise<void> {
  const { kind, name, mergedInto } = await dataOf(api.GET('/api/v1/persons/{id}', path(id)));
  if (kind === 'known') throw new ApiError(409, 'conflict', i18next.t('strangers.isNow', { name }));
  if (mergedInto !== null) await dataOf(api.GET('/api/v1/strangers/{id}', path(id)));
}

/** Is she a stranger still? */
export async function isWaiting(id: string): Promise<boolean> {
  try {
    await dataOf(api.GET('/api/v1/strangers/{id}', path(id)));
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return false;
    throw error;
  }
}
