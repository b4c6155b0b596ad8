// How sure a name is, in the words that people get to see: panel, chat and door use the same. Imports nothing.

export type Certainty = 'certain' | 'likely';

/** Of the threshold: below it a stranger is taken for somebody far more rarely than the threshold allows. */
const CERTAIN = 0.8;

/** `distance` to the person meant and `threshold` in force, both the gallery's. */
export function certaintyOf(distance: number, threshold: number): Certainty {
  return distance <= CERTAIN * threshold ? 'certain' : 'likely';
}

/** What was decided about a face, as a word; `ambiguous`: between two people, "A or B?". */
export type DecisionWord =
  | 'pending'
  | 'rejected'
  | 'failed'
  | 'said'
  | Certainty
  | 'new'
  | 'seenBefore'
  | 'ambiguous'
  | 'tooPoor';

/** `threshold` null: not known here. */
export function decisionWord(
  {
    state,
    decision,
    decidedBy,
    distance,
  }: {
    readonly state: 'pending' | 'classified' | 'rejected' | 'failed';
    readonly decision: 'known' | 'unknown' | 'new' | 'ambiguous' | 'unidentified' | null;
    readonly decidedBy: 'system' | 'human' | null;
    readonly distance: number | null;
  },
  threshold: number | null,
): DecisionWord {
  if (state !== 'classified') return state;
  if (decidedBy === 'human' && (decision === 'known' || decision === 'unknown' || decision === 'new')) return 'said';
  if (decision === 'known') {
    return distance === null || threshold === null ? 'likely' : certaintyOf(distance, threshold);
  }
  if (decision === 'new') return 'new';
  if (decision === 'unknown') return 'seenBefore';
  return decision === 'ambiguous' ? 'ambiguous' : 'tooPoor';
}
