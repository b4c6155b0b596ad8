// Strangers grouped again: unknown persons who are one become one, one who is two becomes two, and one who turns out to be known is
// her. Never touches whom a human decided. Every change is an entry of the history.

import { everything } from '../queries.ts';
import { isKithError } from '../errors.ts';
import { squaredBetween, unitLength, weightedMean } from '../distance.ts';
import type { Probe } from '../gallery-port.ts';
import type { Regrouped, Actor } from '../identity-port.ts';
import type { LoggedShot } from '../store-port.ts';
import type { ReconsiderPorts } from './decide-again.ts';

/** Two groups of shots of one person are two persons when they are further apart than this many thresholds. The threshold is for a
 * probe against the middle of several photos; two single shots of one person are up to 1.4 times as far apart. */
const APART = 1.5;
const MOST_SHOTS = 200;

interface Stranger {
  readonly id: string;
  readonly createdAt: number;
  readonly probes: readonly Probe[];
}

export async function regroup(ports: ReconsiderPorts, actor: Actor): Promise<Regrouped> {
  const { store, gallery, visitGapMs, model } = ports;
  const entries: number[] = [];
  let merged = 0;
  let split = 0;
  let moved = 0;
  await gallery.sync();
  for await (const { id } of strangers(ports)) {
    const groups = await groupsOf(ports, id);
    const [, ...others] = groups;
    if (others.length === 0) continue;
    const entry = await store.identity.assign(
      others.map((shots) => ({
        detectionIds: shots.map((shot) => shot.id),
        personId: null,
        referenceIds: [bestOf(shots).id],
      })),
      { actor, action: 'regroup', model, visitGapMs },
    );
    if (!entry) continue;
    split += others.length;
    moved += entry.detections;
    entries.push(entry.seq);
  }
  await gallery.sync();
  for await (const stranger of strangers(ports)) {
    const into = await whoIs(ports, stranger);
    if (into === undefined) continue;
    const done = await mergeInto(ports, stranger.id, into, actor);
    if (done === null) continue;
    merged++;
    moved += done.detections;
    entries.push(done.seq);
    await gallery.sync();
  }
  return { merged, split, moved, entries };
}

/** Unknown persons who are this person. */
export async function strangersOf(ports: ReconsiderPorts, personId: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const stranger of strangers(ports)) {
    if (stranger.id !== personId && (await whoIs(ports, stranger)) === personId) found.push(stranger.id);
  }
  return found;
}

/** All unknown persons in the gallery. */
async function* strangers({ store, gallery }: ReconsiderPorts): AsyncGenerator<Stranger> {
  // Read before the first one is changed, which would move the pages.
  for (const { id, createdAt } of await everything((page) => store.persons.list({ kind: 'unknown' }, page))) {
    const probes = gallery.templatesOf(id).map(({ vector }) => ({ vector, weight: 1 }));
    if (probes.length > 0) yield { id, createdAt, probes };
    await new Promise(setImmediate);
  }
}

/** The other person that she is by all her references together; the younger of two strangers is the older one. */
async function whoIs(ports: ReconsiderPorts, { id, createdAt, probes }: Stranger): Promise<string | undefined> {
  const { store, find } = ports;
  const { match } = find(probes, new Set([id]));
  const { decision, nearest } = match;
  if ((decision !== 'known' && decision !== 'unknown') || !nearest) return undefined;
  const shots = await shotsOf(ports, id);
  if (shots.some((shot) => shot.decidedBy === 'human' || shot.notPersonIds.includes(nearest.personId)))
    return undefined;
  if (decision === 'known') return nearest.personId;
  const other = await store.persons.get(nearest.personId);
  if (!other || other.createdAt > createdAt || (other.createdAt === createdAt && other.id > id)) return undefined;
  return other.id;
}

/** Null when a human, or another worker, was faster. */
export async function mergeInto(ports: ReconsiderPorts, from: string, into: string, actor: Actor) {
  try {
    const { entry } = await ports.store.identity.merge(from, into, { actor, visitGapMs: ports.visitGapMs });
    return entry;
  } catch (error) {
    if (isKithError(error) && (error.code === 'conflict' || error.code === 'not_found')) return null;
    throw error;
  }
}

function shotsOf({ store, model }: ReconsiderPorts, personId: string): Promise<readonly LoggedShot[]> {
  return store.detections.withTemplates(model, { personId }, 0, MOST_SHOTS);
}

/** Her shots in groups that are one person each: average linkage over tracks, the largest group first. One group where a human has
 * decided anything, and where there is too little to tell. */
async function groupsOf(ports: ReconsiderPorts, personId: string): Promise<readonly LoggedShot[][]> {
  const shots = await shotsOf(ports, personId);
  if (shots.length < 2 || shots.some(({ decidedBy }) => decidedBy === 'human')) return [[...shots]];
  const tracks = new Map<string, LoggedShot[]>();
  for (const shot of shots) {
    const key = shot.trackId === null ? shot.id : JSON.stringify([shot.cameraId, shot.trackId]);
    const track = tracks.get(key);
    if (track) track.push(shot);
    else tracks.set(key, [shot]);
  }
  return linked([...tracks.values()], (APART * ports.threshold()) ** 2);
}

/** Joins the two nearest groups, by their means, until none are nearer than `limit` (squared); the largest group first. A distance is
 * computed once for each pair of groups that ever stand beside each other: 200 tracks take milliseconds. */
function linked(tracks: readonly LoggedShot[][], limit: number): readonly LoggedShot[][] {
  const groups = new Map(tracks.map((shots, i) => [i, { shots, mean: meanOf(shots) }]));
  const squared = new Map<number, Map<number, number>>();
  const measure = (i: number, j: number): void => {
    const [a, b] = [groups.get(i), groups.get(j)];
    if (a && b) (squared.get(i) ?? squared.set(i, new Map()).get(i))?.set(j, squaredBetween(a.mean, b.mean));
  };
  for (const i of groups.keys()) for (const j of groups.keys()) if (j < i) measure(i, j);
  for (let next = groups.size; ; next++) {
    let best: readonly [number, number] | undefined;
    let least = limit;
    for (const [i, row] of squared) {
      for (const [j, distance] of row) if (distance < least) [best, least] = [[i, j], distance];
    }
    if (!best) break;
    const shots = best.flatMap((i) => groups.get(i)?.shots ?? []);
    for (const i of best) {
      groups.delete(i);
      squared.delete(i);
      for (const row of squared.values()) row.delete(i);
    }
    groups.set(next, { shots, mean: meanOf(shots) });
    for (const j of groups.keys()) if (j < next) measure(next, j);
  }
  return [...groups.values()].map(({ shots }) => shots).toSorted((a, b) => b.length - a.length);
}

/** Of the unit-length templates, each counting for its quality. */
function meanOf(shots: readonly LoggedShot[]): Float32Array {
  const probes = shots.map(({ vector, quality }) => ({ vector: unitLength(vector), weight: quality }));
  return weightedMean(probes, shots[0]?.vector.length ?? 0);
}

function bestOf(shots: readonly LoggedShot[]): LoggedShot {
  return shots.reduce((one, other) => (other.quality > one.quality ? other : one));
}
