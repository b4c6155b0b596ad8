// What an alert tells of, in words and with a picture, by the log as it is now.

import i18next from 'i18next';
import { api, dataOf, type Schemas } from '../api/client.ts';
import { fullTime } from './when.tsx';

/** Detections by id. */
export type Shots = ReadonlyMap<string, Schemas['Detection']>;

/** As many as the API answers at once. */
const MOST_SHOTS = 100;
const MOST_NAMES = 3;

/** Those that are still there. */
export async function readShots(ids: readonly string[], signal?: AbortSignal): Promise<Shots> {
  const id = [...new Set(ids)].slice(0, MOST_SHOTS);
  if (id.length === 0) return new Map();
  const params = { query: { id } };
  const { items } = await dataOf(api.GET('/api/v1/detections', { params, ...(signal && { signal }) }));
  return new Map(items.map((shot) => [shot.id, shot]));
}

export function pictureOf(detectionId: string): string {
  return `/api/v1/detections/${encodeURIComponent(detectionId)}/picture`;
}

export interface AlertAbout {
  readonly event: Schemas['Alert']['event'];
  readonly cameraId: string | null;
  readonly personId: string | null;
  readonly since: string | null;
  /** Ids of its sightings. */
  readonly detections: readonly string[];
  /** How many different people they are of, by the time of the alert. */
  readonly people?: number;
}

export function aboutOf({ event, cameraId, personId, since, sightings }: Schemas['Alert']): AlertAbout {
  const people = new Set(sightings.map((one) => one.personId ?? one.visitId ?? one.detectionId)).size;
  return { event, cameraId, personId, since, people, detections: sightings.map(({ detectionId }) => detectionId) };
}

/** "Unknown 17 at Door", "Nobody was seen since …", "Door has been silent since …". */
export function titleOf(
  { event, cameraId, personId, since, detections, people = 0 }: AlertAbout,
  shots: Shots,
  cameras: ReadonlyMap<string, string>,
  persons: ReadonlyMap<string, string> = new Map(),
): string {
  const camera = cameraId === null ? null : (cameras.get(cameraId) ?? cameraId);
  const time = since === null ? '' : i18next.t('alerts.since', { time: fullTime(since) });
  if (event === 'offline') return i18next.t('alerts.silent', { camera: camera ?? i18next.t('alerts.aCamera'), time });
  if (event === 'absent') {
    const where = camera === null ? '' : i18next.t('alerts.where', { camera });
    if (personId === null) return i18next.t('alerts.nobodySeen', { where, time });
    return i18next.t('alerts.notSeen', { name: persons.get(personId) ?? i18next.t('parts.somebody'), where, time });
  }
  const seen = detections.flatMap((id) => shots.get(id) ?? []);
  const places = [...new Set(seen.map((shot) => cameras.get(shot.camera) ?? shot.camera))];
  return i18next.t('alerts.seenAt', {
    // Where only some were read, the others are counted.
    who: namesText(seen.map(whoOf), seen.length < detections.length ? people : 0),
    camera: places.length > 0 ? namesText(places) : (camera ?? ''),
  });
}

/** "Ada", "Unknown 17", "Ada or Bob?", "Not identified". */
export function whoOf({ person, decision, candidates }: Schemas['Detection']): string {
  if (person !== null) return person.name;
  const [a, b] = candidates ?? [];
  if (decision === 'ambiguous' && a && b) return i18next.t('parts.aOrB', { a: a.person.name, b: b.person.name });
  return i18next.t('parts.somebody');
}

function namesText(names: readonly string[], atLeast = 0): string {
  const different = [...new Set(names)];
  if (different.length === 0) return i18next.t('parts.somebody');
  const count = Math.max(different.length, atLeast);
  const isLong = count > MOST_NAMES;
  const shown = isLong ? different.slice(0, MOST_NAMES - 1) : different;
  const more = isLong ? [i18next.t('alerts.others', { count: count - shown.length })] : [];
  return new Intl.ListFormat(i18next.language, { type: 'conjunction' }).format([...shown, ...more]);
}
