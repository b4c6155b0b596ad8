// Logged shots decided anew with the gallery of now: whole tracks together, what a human said left alone.

import type { Gallery } from '../gallery-port.ts';
import type { DetectionFilter } from '../queries.ts';
import type { LoggedShot, Store } from '../store-port.ts';
import type { Assignment } from '../identity-port.ts';
import { USABLE } from '../usable.ts';
import { SHOTS_TOGETHER, type Find } from './track.ts';

export interface DecideAgainPorts {
  readonly store: Pick<Store, 'detections' | 'identity' | 'persons'>;
  readonly gallery: Pick<Gallery, 'sync' | 'templatesOf'>;
  readonly find: Find;
  readonly model: string;
}

export interface ReconsiderPorts extends DecideAgainPorts {
  readonly visitGapMs: number;
  /** The one in force. */
  readonly threshold: () => number;
}

const PAGE = 200;

/** What is not a stranger's, by track, one after the other. Strangers are decided as a whole (regroup.ts): each of their shots is
 * nearest to itself. */
export async function* tracksOf(
  { store, model }: DecideAgainPorts,
  filter: DetectionFilter & { readonly ids?: readonly string[] },
): AsyncGenerator<readonly LoggedShot[]> {
  const seen = new Set<string>();
  for (let after = 0; ;) {
    const shots = await store.detections.withTemplates(model, { ...filter, decidedBy: 'system' }, after, PAGE);
    for (const shot of shots) {
      after = shot.seq;
      if (shot.personKind === 'unknown') continue;
      if (shot.trackId === null) {
        yield [shot];
        continue;
      }
      const track = JSON.stringify([shot.cameraId, shot.trackId]);
      if (seen.has(track)) continue;
      seen.add(track);
      const together = await store.detections.shotsOfTrack(shot.cameraId, shot.trackId, model, SHOTS_TOGETHER);
      yield together.some(({ id }) => id === shot.id) ? together : [...together, shot];
    }
    if (shots.length < PAGE) return;
    // Somebody else's turn.
    await new Promise(setImmediate);
  }
}

/** What has to change so that the shots of one track are who they are by now; null where nothing has. */
export function decideAgain(find: Find, shots: readonly LoggedShot[]): Assignment | null {
  const open = shots.filter(({ decidedBy, personKind }) => decidedBy === 'system' && personKind !== 'unknown');
  if (open.length === 0) return null;
  const except = new Set(shots.flatMap(({ notPersonIds }) => notPersonIds));
  const { match } = find(
    shots.map(({ vector, quality }) => ({ vector, weight: quality })),
    except,
  );
  const said = shots.findLast(({ decidedBy, personId }) => decidedBy === 'human' && personId !== null);
  const { nearest, decision } = match;
  // A track whose other shots are a stranger's stays that stranger's.
  const stranger = shots.find(({ personKind }) => personKind === 'unknown');
  const best = open.reduce((one, other) => (other.quality > one.quality ? other : one));
  const detectionIds = (personId: string | null): string[] =>
    open
      .filter((shot) => shot.personId !== personId && !shot.notPersonIds.includes(personId ?? ''))
      .map(({ id }) => id);
  const to = (personId: string): Assignment | null => {
    const ids = detectionIds(personId);
    return ids.length > 0 ? { detectionIds: ids, personId, match } : null;
  };

  if (said?.personId) return to(said.personId);
  if ((decision === 'known' || decision === 'unknown') && nearest) return to(nearest.personId);
  if (stranger?.personId && !except.has(stranger.personId)) return to(stranger.personId);
  if (decision === 'new' && best.quality >= USABLE.total) {
    return { detectionIds: open.map(({ id }) => id), personId: null, match, referenceIds: [best.id] };
  }
  const why = decision === 'ambiguous' ? 'ambiguous' : 'unidentified';
  const changed = open.filter((shot) => shot.personId !== null || shot.decision !== why);
  if (changed.length === 0) return null;
  return { detectionIds: changed.map(({ id }) => id), personId: 'nobody', decision: why, match };
}
