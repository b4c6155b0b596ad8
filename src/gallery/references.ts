// The fixed gallery: every reference for itself, raw numbers, the nearest one decides (the textbook's rule).

import { unitLength, weightedMean } from '../distance.ts';
import type { EmbedderInfo } from '../model-port.ts';
import { probesOf, type People } from './people.ts';
import { checkVector, createTemplates } from './templates.ts';

export function createReferences(embedder: EmbedderInfo, options: { simd?: boolean } = {}): People {
  const { dimensions, metric } = embedder;
  const rows = createTemplates(dimensions, metric, options);

  function vectorsOf(personId: string) {
    return rows.referencesOf(personId).flatMap((referenceId) => {
      const vector = rows.vectorOf(referenceId);
      return vector ? [{ referenceId, vector: unitLength(vector) }] : [];
    });
  }

  return {
    get templates() {
      return rows.count;
    },
    get persons() {
      return rows.persons;
    },
    get known() {
      const ids = [...rows.personIds()].filter((id) => rows.kindOf(id) === 'known');
      return { persons: ids.length, templates: ids.reduce((sum, id) => sum + rows.referencesOf(id).length, 0) };
    },
    get bytes() {
      return rows.bytes;
    },
    put: (entry) => rows.put(entry),
    remove: (referenceId) => rows.remove(referenceId),
    kindOf: (personId) => rows.kindOf(personId),
    templatesOf: vectorsOf,
    ids: () => rows.personIds(),
    search(probe, k, except) {
      const probes = probesOf(probe);
      for (const { vector } of probes) checkVector(vector, dimensions, 'template');
      const found = rows.search(weightedMean(probes, dimensions), k + (except?.size ?? 0));
      return found.filter(({ personId }) => !except?.has(personId)).slice(0, k);
    },
  };
}
