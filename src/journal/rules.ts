// When a shot is too poor to make somebody new of, and when it is worth keeping as a further reference of a stranger. Few
// numbers, all here. They do not touch the decision who is meant, which is the gallery's.

import type { Match, PersonKind, Quality, QualityReason } from '../domain.ts';
import { whyUnusable } from '../usable.ts';

/** A reference has to be better than what merely makes a person. */
const REFERENCE_TOTAL = 0.3;
const REFERENCES_MOST = 5;
/** Nearer than this share of the threshold (0.25 of dlib's 0.6) a further reference says nothing new. */
const REFERENCE_NEW_SHARE = 0.42;

const CAUSES: Readonly<Record<QualityReason, string>> = {
  size: 'it is too small',
  sharpness: 'it is too blurred',
  light: 'it is too dark, too bright or lit from one side',
  contrast: 'it has too little contrast',
  pose: 'it is turned too far away',
  occlusion: 'too much of it is covered',
};

/** A sentence why this face makes no new person, or undefined when it may. */
export function tooPoor(quality: Quality): string | undefined {
  const reason = whyUnusable(quality);
  if (reason === null) return undefined;
  return `Nobody is near enough to this face, and ${CAUSES[reason]} to be found again: no new person was made.`;
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
