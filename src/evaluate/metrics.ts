// The figures of the verification and identification protocols, from distances alone. Pure functions.

/** One comparison: its distance (Infinity where a picture had no face) and whether both are the same person. */
export interface Comparison {
  readonly distance: number;
  readonly same: boolean;
}

export interface CrossValidated {
  /** Mean over the folds, 0..1. */
  readonly accuracy: number;
  /** Standard deviation over the folds. */
  readonly sd: number;
  /** Mean of the thresholds that the folds chose. */
  readonly threshold: number;
}

/** LFW's protocol: for each fold the threshold comes from the other folds. `folds[i]` is the fold of comparison i. */
export function crossValidate(comparisons: readonly Comparison[], folds: readonly number[]): CrossValidated {
  const names = [...new Set(folds)];
  const results = names.map((fold) => {
    const threshold = bestThreshold(comparisons.filter((_, i) => folds[i] !== fold));
    const held = comparisons.filter((_, i) => folds[i] === fold);
    return { threshold, accuracy: accuracyAt(held, threshold) };
  });
  const accuracy = mean(results.map((result) => result.accuracy));
  const variance = mean(results.map((result) => (result.accuracy - accuracy) ** 2));
  return { accuracy, sd: Math.sqrt(variance), threshold: mean(results.map((result) => result.threshold)) };
}

/** Splits same and different pairs evenly into `count` folds, in the order of the file. */
export function evenFolds(comparisons: readonly Comparison[], count: number): number[] {
  const totals = { same: 0, different: 0 };
  for (const { same } of comparisons) totals[same ? 'same' : 'different'] += 1;
  const seen = { same: 0, different: 0 };
  return comparisons.map(({ same }) => {
    const kind = same ? 'same' : 'different';
    const fold = Math.floor((seen[kind] * count) / totals[kind]);
    seen[kind] += 1;
    return fold;
  });
}

/** The threshold (distance below it: same person) with the highest accuracy; the middle of the gap it lies in. */
export function bestThreshold(comparisons: readonly Comparison[]): number {
  const sorted = comparisons.toSorted((a, b) => a.distance - b.distance);
  let right = sorted.filter(({ same }) => !same).length;
  let best = right;
  let threshold = 0;
  for (const [i, { distance, same }] of sorted.entries()) {
    right += same ? 1 : -1;
    const next = sorted[i + 1]?.distance ?? distance;
    if (right > best && next > distance) {
      best = right;
      threshold = Number.isFinite(next) ? (distance + next) / 2 : distance;
    }
  }
  return threshold;
}

export function accuracyAt(comparisons: readonly Comparison[], threshold: number): number {
  return share(comparisons, ({ distance, same }) => distance < threshold === same);
}

/** TAR at a FAR: the share of same pairs under the largest threshold at which at most `far` of the different ones are. */
export function tarAtFar(comparisons: readonly Comparison[], far: number): number {
  const different = comparisons.filter(({ same }) => !same).map(({ distance }) => distance);
  const threshold = lowQuantile(different, far);
  return share(
    comparisons.filter(({ same }) => same),
    ({ distance }) => distance < threshold,
  );
}

/** The largest threshold under which (strictly) at most `rate` of the distances lie. */
export function lowQuantile(distances: readonly number[], rate: number): number {
  const sorted = distances.toSorted((a, b) => a - b);
  return sorted[Math.floor(rate * sorted.length)] ?? Infinity;
}

export function share<T>(items: readonly T[], test: (item: T) => boolean): number {
  if (items.length === 0) return 0;
  let count = 0;
  for (const item of items) if (test(item)) count += 1;
  return count / items.length;
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
