// How far a probe is from a person. Chosen by measurement (docs/decision.md): unit-length templates, squared distance to the centroid
// of her references, corrected by the neighbourhood of the probe, because a poor picture is near to everybody.

import type { DistancePrior, EmbedderInfo } from '../model-port.ts';

/** So much of what the neighbours are nearer than usual is taken away again. */
const NEIGHBOURS_COUNT_FOR = 0.3;
/** How many other persons make the neighbourhood. */
export const NEIGHBOURS = 3;

export type Neighbourhood = Pick<DistancePrior, 'neighbourhood' | 'missing'>;

/** Without a prior every neighbour counts as usual: the model's own threshold, as a squared distance of unit-length vectors. */
export function neighbourhoodOf({ prior, metric, threshold }: EmbedderInfo): Neighbourhood {
  if (prior) return prior;
  const squared = metric === 'cosine' ? 2 * threshold : threshold ** 2;
  return { neighbourhood: squared, missing: squared };
}

/** `squared`: squared distance to the person's centroid; `others`: those to the nearest other persons, nearest first. Answers the
 * corrected distance: the root of the square minus a share of what the mean of the `NEIGHBOURS` nearest others lies above the usual. */
export function correctedDistance(squared: number, others: readonly number[], usual: Neighbourhood): number {
  let sum = 0;
  for (let i = 0; i < NEIGHBOURS; i++) sum += others[i] ?? usual.missing;
  const correction = NEIGHBOURS_COUNT_FOR * (sum / NEIGHBOURS - usual.neighbourhood);
  return Math.sqrt(Math.max(0, squared - correction));
}
