// Which faces are good enough for recognition: one limit for the journal, the cameras' figures and the doctor.

import type { Quality, QualityReason } from './domain.ts';

/** Below these a face is not found again reliably: a person made from it would only be the first of many. Measured with 60 LFW
 * pairs, one photo made smaller or blurred: of the faces with a total under 0.15 38 % were not within dlib's 0.6 of the other
 * photo, of 0.15 to 0.2 10 %, above 0.2 2 %. */
export const USABLE = { total: 0.15, pose: 0.3, sharpness: 0.15 } as const;

/** What is to blame where a face is not good enough; null where it is. */
export function whyUnusable(quality: Quality): QualityReason | null {
  if (quality.pose < USABLE.pose) return 'pose';
  if (quality.sharpness < USABLE.sharpness) return 'sharpness';
  return quality.total < USABLE.total ? quality.reason : null;
}
