// The decision, and nothing else: who is meant, given the nearest persons and the calibration in force.
//
// fixed: the rule of MobiDev's Big Brother and of the textbook, Euclidean distance to every reference of every person, the nearest
// wins, under the threshold she is meant (0.6 for dlib). calibrated: the threshold comes from calibration.ts, and two persons who are
// about equally near are a question for a human.

import type { Calibration } from '../gallery-port.ts';
import type { Candidate, Match, PersonKind } from '../domain.ts';

/** Two known persons whose distances differ by less are a question. Nearly all known faces are further from the next person. */
const TIE = 0.03;

/** `candidates`: nearest first, as the gallery's search answers them. */
export function decide(
  candidates: readonly Candidate[],
  kindOf: (personId: string) => PersonKind | undefined,
  { mode, threshold, strangerThreshold }: Pick<Calibration, 'mode' | 'threshold' | 'strangerThreshold'>,
): Match {
  const [nearest = null, runnerUp = null] = candidates;
  const margin = nearest !== null && runnerUp !== null ? runnerUp.distance - nearest.distance : null;
  const nobody = { decision: 'new', nearest, runnerUp, margin, threshold } as const;
  if (nearest === null) return nobody;
  const kind = kindOf(nearest.personId);
  if (kind === undefined || nearest.distance >= threshold) return strangerAmong() ?? nobody;
  const isTie = mode === 'calibrated' && runnerUp !== null && runnerUp.distance < threshold && (margin ?? 0) < TIE;
  const other = isTie ? kindOf(runnerUp.personId) : undefined;
  if (other === 'known') {
    // A stranger as near as a known person is that person, kept apart before she was enrolled: the grouping will make them one.
    return kind === 'known'
      ? { ...nobody, decision: 'ambiguous' }
      : { decision: 'known', nearest: runnerUp, runnerUp: nearest, margin: -(margin ?? 0), threshold };
  }
  return { ...nobody, decision: kind };

  /** Nobody can be named; perhaps it is a stranger who was seen before. */
  function strangerAmong(): Match | undefined {
    const seen = [nearest, runnerUp].find(
      (candidate) =>
        candidate !== null && candidate.distance < strangerThreshold && kindOf(candidate.personId) === 'unknown',
    );
    if (!seen) return undefined;
    const other = seen === nearest ? runnerUp : nearest;
    const difference = other === null ? null : other.distance - seen.distance;
    return { decision: 'unknown', nearest: seen, runnerUp: other, margin: difference, threshold: strangerThreshold };
  }
}
