// Galleries as the settings want them, and for the protocols: where configuration, gallery/ and evaluate/ meet.

import type { Config } from './config.ts';
import type { EmbedderInfo } from './model-port.ts';
import type { GalleryIn } from './evaluate/identification.ts';
import { calibrate, measureOwn, type CalibrationWish } from './gallery/calibration.ts';
import { decide } from './gallery/decide.ts';
import { createCentroids } from './gallery/centroids.ts';
import { createReferences } from './gallery/references.ts';

/** A threshold alone asks for the fixed decision: it means nothing in the other one. */
export function decisionOf({ decision, threshold, falseNamesIn }: Config): CalibrationWish {
  return { mode: decision ?? (threshold === undefined ? 'calibrated' : 'fixed'), threshold, falseNamesIn };
}

/** Galleries for the identification protocol: the program's own, and the textbook's. */
export function galleriesOf(embedder: EmbedderInfo, wish: CalibrationWish): GalleryIn {
  return async (entries) => {
    const centroids = createCentroids(embedder);
    const references = createReferences(embedder);
    for (const [i, { personId, vector }] of entries.entries()) {
      const entry = { referenceId: `${i}`, personId, kind: 'known', vector } as const;
      centroids.put(entry);
      references.put(entry);
    }
    const calibration = calibrate(wish, embedder, await measureOwn(centroids));
    // A model of which nothing is known has its author's rule while few are enrolled.
    const people = calibration.mode === 'fixed' ? references : centroids;
    return {
      calibration,
      search: (shots) => people.search(shots, 2),
      decide: (candidates) => decide(candidates, (id) => people.kindOf(id), calibration),
      textbook: { threshold: embedder.threshold, search: (shots) => references.search(shots, 1)[0] },
    };
  };
}
