// The decision, and nothing else: who is meant, given the nearest persons. This is the rule of MobiDev's Big Brother:
// Euclidean distance to every reference of every person, the nearest wins, under the threshold she is meant (0.6 for dlib).

import type { Candidate, Match, PersonKind } from '../domain.ts';

/** `candidates`: nearest first, as the gallery's search answers them. */
export function decide(
  candidates: readonly Candidate[],
  kindOf: (personId: string) => PersonKind | undefined,
  threshold: number,
): Match {
  const nearest = candidates[0] ?? null;
  const runnerUp = candidates[1] ?? null;
  const meant = nearest !== null && nearest.distance < threshold ? kindOf(nearest.personId) : undefined;
  return {
    decision: meant ?? 'new',
    nearest,
    runnerUp,
    margin: nearest !== null && runnerUp !== null ? runnerUp.distance - nearest.distance : null,
    threshold,
  };
}
