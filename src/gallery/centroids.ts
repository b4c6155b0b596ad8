// The calibrated gallery: one row a person, the mean of her references' unit-length templates. A search costs the number of persons,
// not of references.

import { squaredBetween, unitLength, weightedMean } from '../distance.ts';
import type { PersonKind } from '../domain.ts';
import type { EmbedderInfo } from '../model-port.ts';
import type { GalleryEntry } from '../gallery-port.ts';
import { probesOf, type People } from './people.ts';
import { correctedDistance, NEIGHBOURS, neighbourhoodOf } from './score.ts';
import { checkVector, createTemplates } from './templates.ts';

interface Owner {
  kind: PersonKind;
  readonly ids: string[];
  /** The references' unit-length vectors one after the other: a Map of small arrays would take twice the memory. */
  vectors: Float32Array;
}

/** A mean so short that its direction says nothing: references that cancel each other out. */
const NO_DIRECTION = 1e-3;
/** Squared distance between centroids under which an unknown person and another are probably one. */
const ONE_STRANGER = 0.12;
/** So many more persons are looked at, in case some of the neighbours are the same person. */
const SPARE = 4;

export function createCentroids(embedder: EmbedderInfo, options: { simd?: boolean } = {}): People {
  const { dimensions } = embedder;
  const usual = neighbourhoodOf(embedder);
  const rows = createTemplates(dimensions, 'euclidean', options);
  const owners = new Map<string, Owner>();
  const ownerOf = new Map<string, string>();
  const known = { persons: 0, templates: 0 };
  const NOWHERE = new Float32Array(dimensions);

  function count(kind: PersonKind, persons: number, templates: number): void {
    if (kind !== 'known') return;
    known.persons += persons;
    known.templates += templates;
  }

  function vectorOf({ vectors }: Owner, index: number): Float32Array {
    return vectors.subarray(index * dimensions, (index + 1) * dimensions);
  }

  function setVector(owner: Owner, referenceId: string, vector: Float32Array): void {
    let index = owner.ids.indexOf(referenceId);
    if (index === -1) {
      index = owner.ids.length;
      owner.ids.push(referenceId);
      const grown = new Float32Array((index + 1) * dimensions);
      grown.set(owner.vectors);
      owner.vectors = grown;
    }
    owner.vectors.set(unitLength(vector), index * dimensions);
  }

  function dropVector(owner: Owner, referenceId: string): void {
    const index = owner.ids.indexOf(referenceId);
    if (index === -1) return;
    owner.ids.splice(index, 1);
    const from = (index + 1) * dimensions;
    owner.vectors.copyWithin(index * dimensions, from);
    owner.vectors = owner.vectors.slice(0, owner.ids.length * dimensions);
  }

  function setCentroid(personId: string, owner: Owner): void {
    const probes = owner.ids.map((_, index) => ({ vector: vectorOf(owner, index), weight: 1 }));
    const mean = weightedMean(probes, dimensions);
    const isNowhere = squaredBetween(mean, NOWHERE) < NO_DIRECTION ** 2;
    rows.put({ referenceId: personId, personId, kind: owner.kind, vector: isNowhere ? vectorOf(owner, 0) : mean });
  }

  function remove(referenceId: string): void {
    const personId = ownerOf.get(referenceId);
    const owner = personId === undefined ? undefined : owners.get(personId);
    if (personId === undefined || !owner) return;
    ownerOf.delete(referenceId);
    dropVector(owner, referenceId);
    count(owner.kind, 0, -1);
    if (owner.ids.length > 0) {
      setCentroid(personId, owner);
      return;
    }
    owners.delete(personId);
    rows.remove(personId);
    count(owner.kind, -1, 0);
  }

  function setKind(owner: Owner, kind: PersonKind): void {
    if (owner.kind === kind) return;
    count(owner.kind, -1, -owner.ids.length);
    owner.kind = kind;
    count(kind, 1, owner.ids.length);
  }

  function nearestReference(personId: string, probe: Float32Array): string {
    const owner = owners.get(personId);
    let nearest = '';
    let least = Infinity;
    for (const [i, id] of (owner?.ids ?? []).entries()) {
      const squared = owner ? squaredBetween(vectorOf(owner, i), probe) : Infinity;
      if (squared < least) [nearest, least] = [id, squared];
    }
    return nearest;
  }

  /** A stranger who was not recognised once is two persons for a while: they must not keep her away from each other. */
  function mayBeOne(a: string, b: string): boolean {
    if (owners.get(a)?.kind === 'known' && owners.get(b)?.kind === 'known') return false;
    const [one, other] = [rows.vectorOf(a), rows.vectorOf(b)];
    return one !== undefined && other !== undefined && squaredBetween(one, other) < ONE_STRANGER;
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
        owner = { kind, ids: [], vectors: new Float32Array() };
        owners.set(personId, owner);
        count(kind, 1, 0);
      }
      setKind(owner, kind);
      if (before !== personId) count(kind, 0, 1);
      setVector(owner, referenceId, vector);
      ownerOf.set(referenceId, personId);
      setCentroid(personId, owner);
    },
    remove,
    kindOf: (personId) => owners.get(personId)?.kind,
    templatesOf(personId) {
      const owner = owners.get(personId);
      return owner ? owner.ids.map((referenceId, i) => ({ referenceId, vector: vectorOf(owner, i).slice() })) : [];
    },
    ids: () => owners.keys(),
    search(probe, k, except) {
      const probes = probesOf(probe).map(({ vector, weight }) => {
        checkVector(vector, dimensions, 'template');
        return { vector: unitLength(vector), weight };
      });
      const middle = weightedMean(probes, dimensions);
      // Mean squared distance of the shots to a centroid = squared distance of their mean + their spread around it (1 − ‖mean‖²): shots
      // that disagree are not taken for a good one.
      const spread = Math.max(0, 1 - squaredBetween(middle, NOWHERE));
      const wanted = Math.max(1, Math.floor(k));
      const found = rows
        .search(middle, wanted + NEIGHBOURS + SPARE + (except?.size ?? 0))
        .filter(({ personId }) => !except?.has(personId))
        .map(({ personId, distance }) => ({ personId, squared: distance ** 2 + spread }));
      return found
        .slice(0, wanted)
        .map(({ personId, squared }) => {
          const others = found.filter((other) => other.personId !== personId && !mayBeOne(personId, other.personId));
          return {
            personId,
            referenceId: nearestReference(personId, middle),
            distance: correctedDistance(
              squared,
              others.map((other) => other.squared),
              usual,
            ),
          };
        })
        .toSorted((a, b) => a.distance - b.distance);
    },
  };
}
