// The calibrated gallery: one row a person, the mean of her references' unit-length templates. A search costs the number of persons,
// not of references.

import { squaredBetween, unitLength } from '../distance.ts';
import type { EmbedderInfo, GalleryEntry, PersonKind } from '../domain.ts';
import { probesOf, weightedMean, type People } from './people.ts';
import { correctedDistance, NEIGHBOURS, neighbourhoodOf } from './score.ts';
import { checkVector, createTemplates } from './templates.ts';

interface Owner {
  kind: PersonKind;
  readonly references: Map<string, Float32Array>;
}

/** A mean so short that its direction says nothing: references that cancel each other out. */
const NO_DIRECTION = 1e-3;

export function createCentroids(embedder: EmbedderInfo, options: { simd?: boolean } = {}): People {
  const { dimensions } = embedder;
  const usual = neighbourhoodOf(embedder);
  const rows = createTemplates(dimensions, 'euclidean', options);
  const owners = new Map<string, Owner>();
  const ownerOf = new Map<string, string>();
  const known = { persons: 0, templates: 0 };

  function count(kind: PersonKind, persons: number, templates: number): void {
    if (kind !== 'known') return;
    known.persons += persons;
    known.templates += templates;
  }

  function setCentroid(personId: string, { kind, references }: Owner): void {
    const vectors = [...references.values()];
    const mean = weightedMean(
      vectors.map((vector) => ({ vector, weight: 1 })),
      dimensions,
    );
    const isNowhere = Math.hypot(...mean) < NO_DIRECTION;
    const vector = isNowhere ? (vectors[0] ?? mean) : mean;
    rows.put({ referenceId: personId, personId, kind, vector });
  }

  function remove(referenceId: string): void {
    const personId = ownerOf.get(referenceId);
    const owner = personId === undefined ? undefined : owners.get(personId);
    if (personId === undefined || !owner) return;
    ownerOf.delete(referenceId);
    owner.references.delete(referenceId);
    count(owner.kind, 0, -1);
    if (owner.references.size > 0) {
      setCentroid(personId, owner);
      return;
    }
    owners.delete(personId);
    rows.remove(personId);
    count(owner.kind, -1, 0);
  }

  function setKind(owner: Owner, kind: PersonKind): void {
    if (owner.kind === kind) return;
    count(owner.kind, -1, -owner.references.size);
    owner.kind = kind;
    count(kind, 1, owner.references.size);
  }

  return {
    get templates() {
      return ownerOf.size;
    },
    get persons() {
      return owners.size;
    },
    get known() {
      return { ...known };
    },
    get bytes() {
      return rows.bytes + ownerOf.size * dimensions * 4;
    },
    put({ referenceId, personId, kind, vector }: GalleryEntry) {
      checkVector(vector, dimensions, `template of reference ${referenceId}`);
      const before = ownerOf.get(referenceId);
      if (before !== undefined && before !== personId) remove(referenceId);
      let owner = owners.get(personId);
      if (!owner) {
        owner = { kind, references: new Map() };
        owners.set(personId, owner);
        count(kind, 1, 0);
      }
      setKind(owner, kind);
      if (!owner.references.has(referenceId)) count(kind, 0, 1);
      owner.references.set(referenceId, unitLength(vector));
      ownerOf.set(referenceId, personId);
      setCentroid(personId, owner);
    },
    remove,
    kindOf: (personId) => owners.get(personId)?.kind,
    templatesOf: (personId) =>
      [...(owners.get(personId)?.references ?? [])].map(([referenceId, vector]) => ({ referenceId, vector })),
    ids: () => owners.keys(),
    search(probe, k, except) {
      const probes = probesOf(probe).map(({ vector, weight }) => {
        checkVector(vector, dimensions, 'template');
        return { vector: unitLength(vector), weight };
      });
      const middle = weightedMean(probes, dimensions);
      // Mean squared distance of the shots to a centroid = squared distance of their mean + their spread around it (1 − ‖mean‖²): shots
      // that disagree are not taken for a good one.
      const spread = Math.max(0, 1 - squaredBetween(middle, new Float32Array(dimensions)));
      const wanted = Math.max(1, Math.floor(k));
      const found = rows
        .search(middle, wanted + NEIGHBOURS + (except?.size ?? 0))
        .filter(({ personId }) => !except?.has(personId));
      const squared = found.map(({ distance }) => distance ** 2 + spread);
      return found.slice(0, wanted).map(({ personId }, i) => ({
        personId,
        referenceId: nearestReference(owners.get(personId), middle),
        distance: correctedDistance(squared, i, usual),
      }));
    },
  };
}

function nearestReference(owner: Owner | undefined, probe: Float32Array): string {
  let nearest = '';
  let least = Infinity;
  for (const [referenceId, vector] of owner?.references ?? []) {
    const squared = squaredBetween(vector, probe);
    if (squared < least) [nearest, least] = [referenceId, squared];
  }
  return nearest;
}
