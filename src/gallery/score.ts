// How far a probe is from a person. Chosen by measurement (docs/decision.md): unit-length templates, squared distance to the centroid
// of her references, corrected by the neighbourhood of the probe, because a poor picture is near to everybody.

import type { DistancePrior, EmbedderInfo } from '../domain.ts';

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

/** `squared`: squared distances to the persons' centroids, nearest first, at least `NEIGHBOURS + 1` of them where the gallery has so
 * many. Answers the corrected distance of person `index`: the root of its own square minus a share of what the mean of its
 * `NEIGHBOURS` nearest others lies above the usual. The order of the persons stays the same. */
export function correctedDistance(squared: readonly number[], index: number, usual: Neighbourhood): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; count < NEIGHBOURS; i++) {
    if (i === index) continue;
    sum += squared[i] ?? usual.missing;
    count++;
  }
  const correction = NEIGHBOURS_COUNT_FOR * (sum / NEIGHBOURS - usual.neighbourhood);
  return Math.sqrt(Math.max(0, (squared[index] ?? usual.missing) - correction));
}
