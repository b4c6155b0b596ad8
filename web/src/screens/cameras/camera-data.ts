// Cameras as the panel reads them: queries, the order of the list, ids out of names.

import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client.ts';

type Answered = Schemas['Camera'];
type Polygons = readonly (readonly (readonly number[])[])[];

/** The client widens the corners of polygons to lists of any length. */
export type CameraSettings = Omit<NonNullable<Answered['settings']>, 'include' | 'exclude' | 'zones'> & {
  readonly include: Polygons;
  readonly exclude: Polygons;
  readonly zones: readonly { readonly name: string; readonly polygon: Polygons[number] }[];
};
export type Camera = Omit<Answered, 'settings'> & { readonly settings: CameraSettings | null };
export type CameraDay = Schemas['CameraDay'];
export type State = Camera['state'];

export const camerasQuery = queryOptions({
  queryKey: ['cameras', 'list'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/cameras', { signal }))).items,
});

/** `everyMs`: read again so often, as reports are not told as events. */
export function cameraQuery(id: string, everyMs = 5_000) {
  return queryOptions({
    queryKey: ['cameras', 'one', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras/{id}', { params: { path: { id } }, signal })),
    refetchInterval: everyMs,
  });
}

export function daysQuery(id: string, from: string) {
  return queryOptions({
    queryKey: ['cameras', 'days', id, from],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/cameras/{id}/days', { params: { path: { id }, query: { from } }, signal }))).items,
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

const RANK: Readonly<Record<State, number>> = {
  offline: 0,
  retrying: 1,
  restarting: 1,
  ended: 2,
  connecting: 3,
  starting: 3,
  running: 4,
};

/** Those with a problem first, then by name. */
export function problemsFirst(cameras: readonly Camera[]): Camera[] {
  return cameras.toSorted((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name));
}

const LONGEST_ID = 64;

/** "Front door" becomes "front-door"; one that is taken gets a number. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll('ß', 'ss')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_ID - 4);
  const base = plain === '' ? 'camera' : plain;
  for (let i = 1; ; i++) {
    const id = i === 1 && plain !== '' ? base : `${base}-${i}`;
    if (!taken.includes(id)) return id;
  }
}

export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function saveCamera(
  id: string,
  body: { name: string; settings?: Partial<CameraSettings> & { source: string }; runsHere?: boolean },
): Promise<Camera> {
  return dataOf(api.PUT('/api/v1/cameras/{id}', { params: { path: { id } }, body: body as never }));
}
