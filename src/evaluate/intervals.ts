// How far a measured share can be trusted: 95 % confidence intervals of proportions. Pure functions.

/** A share that was measured, with the interval in which the true one lies in 95 of 100 such measurements. */
export interface Proportion {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How many of how many; weighted counts are rounded. */
  readonly events: number;
  readonly trials: number;
}

/** The 0.975 quantile of the normal distribution. */
const Z = 1.959_963_984_540_054;
const ONE_SIDED = 0.05;

/** The score interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
 * American Statistical Association 22 (1927), 209–212; without continuity correction, as R. G. Newcombe (Statistics in Medicine
 * 17, 1998, 857–872, method 3) and A. Agresti and B. A. Coull (The American Statistician 52, 1998) recommend it. */
export function wilson(events: number, trials: number): { readonly low: number; readonly high: number } {
  if (!(trials > 0)) return { low: 0, high: 1 };
  const share = clamp(events / trials);
  const z2 = Z * Z;
  const middle = share + z2 / (2 * trials);
  const half = Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return { low: clamp((middle - half) / scale), high: clamp((middle + half) / scale) };
}

/** The largest rate that explains no event in so many trials at 95 %: the exact (Clopper-Pearson) one-sided bound 1 − 0.05^(1/n), of
 * which the "rule of three", 3/n, is the approximation (J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything
 * all right?", JAMA 249 (1983), 1743–1745; ISO/IEC 19795-1 uses it for error rates of biometric systems). */
export function boundOfNone(trials: number): number {
  return trials > 0 ? 1 - ONE_SIDED ** (1 / trials) : 1;
}

/** Wilson's interval; where nothing or everything happened, the exact one-sided bound. `independent`: how many of the trials
 * count as independent of each other, all where it is not given. Null when nothing was tried. */
export function proportion(events: number, trials: number, independent = trials): Proportion | null {
  if (!(trials > 0)) return null;
  const value = clamp(events / trials);
  const counted = Math.min(trials, Math.max(1, independent));
  const shown = { value, events: Math.round(events), trials: Math.round(trials) };
  if (value === 0) return { ...shown, low: 0, high: boundOfNone(counted) };
  if (value === 1) return { ...shown, low: 1 - boundOfNone(counted), high: 1 };
  return { ...shown, ...wilson(value * counted, counted) };
}

/** What was seen of one person: her photos fail together, so they are not independent trials. */
export interface Cluster {
  readonly events: number;
  readonly trials: number;
}

/** The proportion over clusters. The trials are divided by the design effect, the variance of the share with whole clusters drawn
 * over the one with single trials drawn (L. Kish, Survey Sampling, 1965, chapter 5; linearised ratio estimator), which is at least
 * one. `most` bounds the number of independent trials from above; without events it alone counts. */
export function clusteredProportion(clusters: readonly Cluster[], most: number): Proportion | null {
  const used = clusters.filter(({ trials }) => trials > 0);
  let events = 0;
  let trials = 0;
  for (const cluster of used) {
    events += cluster.events;
    trials += cluster.trials;
  }
  if (trials === 0) return null;
  const share = clamp(events / trials);
  if (share === 0 || share === 1 || used.length < 2) return proportion(events, trials, most);
  let squares = 0;
  for (const cluster of used) squares += (cluster.events - share * cluster.trials) ** 2;
  const variance = (used.length / (used.length - 1)) * (squares / (trials * trials));
  const designEffect = Math.max(1, variance / ((share * (1 - share)) / trials));
  return proportion(events, trials, Math.min(most, trials / designEffect));
}

export function overlap(a: Proportion, b: Proportion): boolean {
  return a.low <= b.high && b.low <= a.high;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
