// The sightings of the log that are nearest to a face: one pass over the templates in range, of which the nearest are kept.

import { distanceOf, squaredBetween } from '../distance.ts';
import type { EmbedderInfo } from '../model-port.ts';
import type { DetectionStore, ScanFilter, ScannedTemplate } from '../store-port.ts';

export interface SightingHit {
  readonly id: string;
  readonly distance: number;
}

export interface SightingSearch {
  readonly embedder: Pick<EmbedderInfo, 'id' | 'metric' | 'threshold'>;
  readonly probe: Float32Array;
  readonly filter: ScanFilter;
}

export interface SightingHits {
  /** Nearest first, each nearer than the model's threshold. */
  readonly hits: readonly SightingHit[];
  /** How many templates were compared. */
  readonly looked: number;
  /** Whether that was all of them: else the older ones were left out. */
  readonly complete: boolean;
  /** How many were near enough, of which `hits` are the nearest. */
  readonly near: number;
}

export async function searchSightings(
  { detections }: { readonly detections: Pick<DetectionStore, 'scanTemplates'> },
  { embedder, probe, filter }: SightingSearch,
  { limit, budgetMs, signal }: { readonly limit: number; readonly budgetMs: number; readonly signal?: AbortSignal },
): Promise<SightingHits> {
  const until = performance.now() + budgetMs;
  const distanceTo = distanceFrom(embedder, probe);
  let kept: SightingHit[] = [];
  let furthest = embedder.threshold;
  let [looked, near] = [0, 0];

  function nearest(): SightingHit[] {
    return kept.toSorted((a, b) => a.distance - b.distance).slice(0, limit);
  }

  function take({ id, vector }: ScannedTemplate): void {
    const distance = distanceTo(vector);
    if (distance >= embedder.threshold) return;
    near += 1;
    if (distance >= furthest) return;
    kept.push({ id, distance });
    // Now and then, as sorting each time would be most of the work.
    if (kept.length < 2 * limit) return;
    kept = nearest();
    furthest = kept.at(-1)?.distance ?? furthest;
  }

  for await (const templates of detections.scanTemplates(embedder.id, filter)) {
    signal?.throwIfAborted();
    for (const template of templates) take(template);
    looked += templates.length;
    if (performance.now() > until) return { hits: nearest(), looked, near, complete: false };
  }
  return { hits: nearest(), looked, near, complete: true };
}

function distanceFrom({ metric }: SightingSearch['embedder'], probe: Float32Array): (vector: Float32Array) => number {
  return metric === 'euclidean'
    ? (vector) => Math.sqrt(squaredBetween(probe, vector))
    : (vector) => distanceOf(metric, probe, vector);
}
