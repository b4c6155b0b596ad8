// The shots of one track decide together: what the newest of them is, and what becomes of the earlier ones.

import type { Match, PersonKind } from '../domain.ts';
import type { Probe } from '../gallery-port.ts';
import type { TrackShot } from '../store-port.ts';

/** The pipeline's: what a search finds right now. */
export type Find = (
  probe: Float32Array | readonly Probe[],
  except?: ReadonlySet<string>,
) => { readonly match: Match; readonly galleryVersion: number };

export interface Meant {
  readonly id: string;
  readonly kind: PersonKind;
}

export interface TrackDecision {
  /** Nobody: a new person, or none, by how good the shot is. */
  readonly meant: Meant | 'ambiguous' | 'nobody';
  readonly match: Match;
  readonly galleryVersion: number;
  /** Earlier shots that are the same person's by now. */
  readonly alsoIds: readonly string[];
}

/** The latest shots of a track say enough. */
export const SHOTS_TOGETHER = 20;
/** A person once recognised in a track stays it until the shots together are so much further away than the threshold: else a name
 * would come and go with every shot. */
const STAYS = 0.03;

/** `probe` is the newest shot (weight: its quality), `earlier` the classified shots of its track, oldest first. */
export function decideTrack(find: Find, probe: Probe, earlier: readonly TrackShot[]): TrackDecision {
  const except = new Set(earlier.flatMap(({ notPersonIds }) => notPersonIds));
  const probes = [probe, ...earlier.map(({ vector, quality }) => ({ vector, weight: quality }))];
  const byHuman = earlier.findLast(({ decidedBy, personId }) => decidedBy === 'human' && personId !== null);
  if (byHuman) return answer(personOf(byHuman), find(probes, except));

  // Strangers made from this very track would only find themselves.
  const made = new Set(earlier.flatMap(({ decision, personId }) => (decision === 'new' && personId ? [personId] : [])));
  const found = find(probes, new Set([...except, ...made]));
  const { match } = found;
  const before = personBefore(earlier, except);
  if (match.decision === 'known' || match.decision === 'unknown') {
    return answer(match.nearest && { id: match.nearest.personId, kind: match.decision }, found);
  }
  if (match.decision === 'ambiguous') {
    const isOneOfThem = [match.nearest, match.runnerUp].some((candidate) => candidate?.personId === before?.id);
    return isOneOfThem ? answer(before, found) : { meant: 'ambiguous', ...found, alsoIds: [] };
  }
  const isStillNear =
    match.nearest?.personId === before?.id && (match.nearest?.distance ?? Infinity) < match.threshold + STAYS;
  if (before && (made.has(before.id) || isStillNear)) return answer(before, made.has(before.id) ? plain() : found);
  // Whoever it was taken for at first: together they say that it is somebody else.
  return { meant: 'nobody', ...found, alsoIds: changing(null) };

  function plain(): ReturnType<Find> {
    return find(probes, except);
  }

  function answer(meant: Meant | null | undefined, finding: ReturnType<Find>): TrackDecision {
    return meant ? { meant, ...finding, alsoIds: changing(meant.id) } : { meant: 'nobody', ...finding, alsoIds: [] };
  }

  function changing(personId: string | null): string[] {
    return earlier
      .filter((shot) => shot.decidedBy === 'system' && shot.personId !== personId)
      .filter(({ notPersonIds }) => personId === null || !notPersonIds.includes(personId))
      .map(({ id }) => id);
  }
}

/** The person most of the shots are of; equally many: the one seen last. */
function personBefore(shots: readonly TrackShot[], except: ReadonlySet<string>): Meant | undefined {
  const counts = new Map<string, number>();
  for (const { personId } of shots) {
    if (personId !== null && !except.has(personId)) counts.set(personId, (counts.get(personId) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return personOf(shots.findLast(({ personId }) => personId !== null && counts.get(personId) === most));
}

function personOf(shot: TrackShot | undefined): Meant | undefined {
  return shot?.personId && shot.personKind ? { id: shot.personId, kind: shot.personKind } : undefined;
}
