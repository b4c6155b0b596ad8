// Arithmetic of templates of one model: how far apart two are, their length, their mean.

import type { Metric } from './model-port.ts';
import type { Probe } from './gallery-port.ts';

/** Euclidean distance, or 1 − cos for cosine models. */
export function distanceOf(metric: Metric, a: Float32Array, b: Float32Array): number {
  let squared = 0;
  let dot = 0;
  let normA = 0;
  let normB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    squared += (x - y) ** 2;
    dot += x * y;
    normA += x * x;
    normB += y * y;
  }
  return metric === 'euclidean' ? Math.sqrt(squared) : 1 - dot / Math.sqrt(normA * normB);
}

/** A copy of unit length. The caller has made sure that the vector is finite and not zero. */
export function unitLength(vector: Float32Array): Float32Array {
  let squared = 0;
  for (let i = 0; i < vector.length; i++) squared += (vector[i] ?? 0) ** 2;
  const factor = 1 / Math.sqrt(squared);
  return vector.map((value) => value * factor);
}

/** Squared Euclidean distance. */
export function squaredBetween(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/** The mean of the vectors, each counting for its weight. Where no weight is above zero all count alike. */
export function weightedMean(probes: readonly Probe[], dimensions: number): Float32Array {
  const total = probes.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
  const mean = new Float32Array(dimensions);
  for (const { vector, weight } of probes) {
    const share = total > 0 ? Math.max(0, weight) / total : 1 / probes.length;
    if (share === 0) continue;
    for (let i = 0; i < dimensions; i++) mean[i] = (mean[i] ?? 0) + (vector[i] ?? 0) * share;
  }
  return mean;
}
