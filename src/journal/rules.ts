// When a shot is too poor to make somebody new of, and when it is worth keeping as a further reference of a stranger. Few
// numbers, all here. They do not touch the decision who is meant, which is the gallery's.

import type { Match, PersonKind, Quality } from '../domain.ts';

/** Below these a face is not found again reliably: a person made from it would only be the first of many. */
const NEW_PERSON_TOTAL = 0.1;
const NEW_PERSON_SIZE = 0.1;
const NEW_PERSON_POSE = 0.25;
const NEW_PERSON_SHARPNESS = 0.1;

/** A reference has to be better than what merely makes a person. */
const REFERENCE_TOTAL = 0.3;
const REFERENCES_MOST = 5;
/** Nearer than this share of the threshold (0.25 of dlib's 0.6) a further reference says nothing new. */
const REFERENCE_NEW_SHARE = 0.42;

/** A sentence why this face makes no new person, or undefined when it may. */
export function tooPoor(quality: Quality): string | undefined {
  const cause =
    quality.size < NEW_PERSON_SIZE
      ? 'it is too small'
      : quality.pose < NEW_PERSON_POSE
        ? 'it is turned too far away'
        : quality.sharpness < NEW_PERSON_SHARPNESS
          ? 'it is too blurred'
          : quality.total < NEW_PERSON_TOTAL
            ? `its quality is too low (${quality.reason})`
            : undefined;
  if (cause === undefined) return undefined;
  return `Nobody in the gallery is near this face, and ${cause} to be found again: no new person was made.`;
}

/** Known persons are enrolled by people: they never get a reference by themselves. */
export function worthKeeping(shot: {
  readonly kind: PersonKind;
  readonly personId: string;
  readonly references: number;
  readonly match: Match;
  readonly quality: Quality;
}): boolean {
  const { kind, personId, references, match, quality } = shot;
  if (kind !== 'unknown' || references >= REFERENCES_MOST || quality.total < REFERENCE_TOTAL) return false;
  // A person known by her track only may be far away from all her references: too uncertain to learn from.
  if (match.nearest === null || match.nearest.personId !== personId) return false;
  const { distance } = match.nearest;
  return distance < match.threshold && distance >= REFERENCE_NEW_SHARE * match.threshold;
}
