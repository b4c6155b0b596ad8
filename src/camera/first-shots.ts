// How long it takes from a face's appearance until its first shot is acknowledged: what a door waits for.

import type { Figures } from './figures.ts';
import type { Look } from './follow.ts';

export interface FirstShots {
  looked(look: Look): void;
  readonly delivered: (sighting: { readonly trackId: string | null }) => void;
}

/** Tracks that are remembered; more do not have shots under way at a time unless the back end is away. */
const MOST = 500;

export function createFirstShots(
  figures: Pick<Figures, 'shotAcknowledged'>,
  clock: () => number = Date.now,
): FirstShots {
  /** When the face appeared; null once its first shot has arrived. */
  const appeared = new Map<string, number | null>();
  return {
    looked({ shots, tracks, capturedAt }) {
      for (const { trackId } of shots) {
        if (appeared.has(trackId)) continue;
        appeared.set(trackId, tracks.find(({ id }) => id === trackId)?.firstAt ?? capturedAt);
        for (const oldest of appeared.keys()) if (appeared.size > MOST) appeared.delete(oldest);
      }
    },
    delivered({ trackId }) {
      const at = trackId === null ? null : (appeared.get(trackId) ?? null);
      if (trackId === null || at === null) return;
      appeared.set(trackId, null);
      figures.shotAcknowledged({ appearedAt: at, at: clock() });
    },
  };
}
