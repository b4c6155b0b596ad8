// How sure a name is, in the words that people get to see: panel, chat and door use the same. Imports nothing.

export type Certainty = 'certain' | 'likely';

/** Of the threshold: below it a stranger is taken for somebody far more rarely than the threshold allows. */
const CERTAIN = 0.8;

/** `distance` to the person meant and `threshold` in force, both the gallery's. */
export function certaintyOf(distance: number, threshold: number): Certainty {
  return distance <= CERTAIN * threshold ? 'certain' : 'likely';
}
