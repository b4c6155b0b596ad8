// A visit, or an undecided track, as the API's log has it: what identifies it, which shots it has, who it is in words.

import { api, dataOf, type Schemas } from '../api/client.ts';

export type Entry = Schemas['LogEntry'];

/** The same as long as it is the same visit or track, also while shots are added. */
export function entryKey({ id, visit, track, camera }: Entry): string {
  return visit ?? (track === null ? id : `${camera}/${track}`);
}

export function entryOfVisit(visit: Schemas['Visit']): Entry {
  return { ...visit, visit: visit.id, track: null };
}

/** Stands alone: what is known of the others of its track comes with its shots. */
export function entryOfDetection(detection: Schemas['Detection']): Entry {
  const { id, camera, track, capturedAt, picture, decision, decidedBy, distance, candidates, quality } = detection;
  return {
    id,
    visit: null,
    track,
    person: detection.person,
    camera,
    cameraName: camera,
    firstAt: capturedAt,
    lastAt: capturedAt,
    detections: 1,
    bestDetection: id,
    picture,
    decision,
    decidedBy,
    distance,
    candidates,
    quality,
  };
}

const MOST = 500;

/** Its shots, the latest first; of a very long visit the latest 500. */
export async function shotsOf(entry: Entry, signal?: AbortSignal): Promise<readonly Schemas['Detection'][]> {
  const { visit, track, camera, id } = entry;
  if (visit === null && track === null) {
    return [await dataOf(api.GET('/api/v1/detections/{id}', { params: { path: { id } }, ...(signal && { signal }) }))];
  }
  const of = visit === null ? { ...(track !== null && { track }), camera: [camera] } : { visit };
  const query = { ...of, limit: MOST, state: 'classified' as const };
  const { items } = await dataOf(api.GET('/api/v1/detections', { params: { query }, ...(signal && { signal }) }));
  return visit === null ? items.filter(({ person }) => person === null) : items;
}
