// All templates in memory and the exact search for the nearest persons: a scan over int8 codes (codes.ts) leaves the few rows
// that can matter, whose distances are then computed from the float32 numbers. Rows are dense: the last one moves into a gap.

import type { Candidate, PersonKind } from '../domain.ts';
import type { Metric } from '../model-port.ts';
import type { GalleryEntry } from '../gallery-port.ts';
import { KithError } from '../errors.ts';
import { createCodes } from './codes.ts';

export interface Templates {
  readonly count: number;
  readonly persons: number;
  /** Bytes of the numbers and codes. */
  readonly bytes: number;
  /** Adds or replaces; the vector is copied. Throws KithError `invalid` on a vector that cannot be compared. */
  put(entry: GalleryEntry): void;
  remove(referenceId: string): void;
  kindOf(personId: string): PersonKind | undefined;
  referencesOf(personId: string): readonly string[];
  /** Her numbers as they are compared; no copy. */
  vectorOf(referenceId: string): Float32Array | undefined;
  personIds(): Iterable<string>;
  /** The nearest reference of each of the `k` nearest persons. Equal distances: smaller id first. */
  search(template: Float32Array, k: number): readonly Candidate[];
}

interface Owner {
  readonly id: string;
  kind: PersonKind;
  readonly references: Set<string>;
}

interface Found {
  owner: Owner;
  reference: string;
  squared: number;
}

/** Growing by pages never copies what is there and never needs twice the memory. */
const ROWS_PER_PAGE = 8192;

export function createTemplates(dimensions: number, metric: Metric, options: { simd?: boolean } = {}): Templates {
  const pages: Float32Array[] = [];
  const references: string[] = [];
  const owners: Owner[] = [];
  const rowOf = new Map<string, number>();
  const people = new Map<string, Owner>();
  const codes = options.simd === false ? undefined : createCodes(dimensions, vectorOf);

  function vectorOf(row: number): Float32Array {
    const page = pages[Math.floor(row / ROWS_PER_PAGE)];
    if (page === undefined) throw new RangeError(`No row ${row}`);
    const at = (row % ROWS_PER_PAGE) * dimensions;
    return page.subarray(at, at + dimensions);
  }

  /** For cosine a copy of unit length: then half the squared distance is 1 − cos. */
  function comparable(vector: Float32Array, what: string): Float32Array {
    const squared = checkVector(vector, dimensions, what);
    if (metric === 'euclidean') return vector;
    const length = Math.sqrt(squared);
    return vector.map((value) => value / length);
  }

  function removeRow(row: number): void {
    const last = references.length - 1;
    const reference = references[row];
    const owner = owners[row];
    const movedReference = references[last];
    const movedOwner = owners[last];
    if (reference === undefined || owner === undefined || movedReference === undefined || movedOwner === undefined)
      return;
    rowOf.delete(reference);
    owner.references.delete(reference);
    if (owner.references.size === 0) people.delete(owner.id);
    if (row !== last) {
      vectorOf(row).set(vectorOf(last));
      codes?.copy(last, row);
      references[row] = movedReference;
      owners[row] = movedOwner;
      rowOf.set(movedReference, row);
    }
    references.pop();
    owners.pop();
    codes?.truncate(last);
    if (last % ROWS_PER_PAGE === 0) pages.length = last / ROWS_PER_PAGE;
  }

  return {
    get count() {
      return references.length;
    },
    get persons() {
      return people.size;
    },
    get bytes() {
      return pages.length * ROWS_PER_PAGE * dimensions * 4 + (codes?.bytes ?? 0);
    },
    put({ referenceId, personId, kind, vector }) {
      const copy = comparable(vector, `template of reference ${referenceId}`);
      const old = rowOf.get(referenceId);
      if (old !== undefined) removeRow(old);
      const owner = people.get(personId) ?? { id: personId, kind, references: new Set<string>() };
      owner.kind = kind;
      const row = references.length;
      if (row % ROWS_PER_PAGE === 0) pages.push(new Float32Array(ROWS_PER_PAGE * dimensions));
      vectorOf(row).set(copy);
      codes?.set(row, copy);
      people.set(personId, owner);
      owner.references.add(referenceId);
      references.push(referenceId);
      owners.push(owner);
      rowOf.set(referenceId, row);
    },
    remove(referenceId) {
      const row = rowOf.get(referenceId);
      if (row !== undefined) removeRow(row);
    },
    kindOf: (personId) => people.get(personId)?.kind,
    referencesOf: (personId) => [...(people.get(personId)?.references ?? [])],
    vectorOf(referenceId) {
      const row = rowOf.get(referenceId);
      return row === undefined ? undefined : vectorOf(row);
    },
    personIds: () => people.keys(),
    search(template, k) {
      const query = comparable(template, 'template');
      const wanted = Math.max(1, Math.floor(k));
      const best: Found[] = [];
      const visit = (row: number): number => {
        const limit = best.length < wanted ? Infinity : (best.at(-1)?.squared ?? Infinity);
        const page = pages[Math.floor(row / ROWS_PER_PAGE)];
        const owner = owners[row];
        const reference = references[row];
        if (page === undefined || owner === undefined || reference === undefined) return Math.sqrt(limit);
        const squared = squaredDistance(query, page, (row % ROWS_PER_PAGE) * dimensions, dimensions, limit);
        if (squared <= limit) take(best, { owner, reference, squared }, wanted);
        return best.length < wanted ? Infinity : Math.sqrt(best.at(-1)?.squared ?? Infinity);
      };
      if (codes) codes.scan(query, visit);
      else for (let row = 0; row < references.length; row++) visit(row);
      return best.map(({ owner, reference, squared }) => ({
        personId: owner.id,
        referenceId: reference,
        distance: metric === 'cosine' ? squared / 2 : Math.sqrt(squared),
      }));
    },
  };
}

/** Answers the squared length. KithError `invalid` on a vector that cannot be compared; `what` names it. */
export function checkVector(vector: Float32Array, dimensions: number, what: string): number {
  if (vector.length !== dimensions) {
    throw new KithError(
      'invalid',
      `The ${what} has ${vector.length} numbers, but this gallery's model makes ${dimensions}.`,
    );
  }
  let squared = 0;
  for (let i = 0; i < dimensions; i++) squared += (vector[i] ?? 0) ** 2;
  if (!Number.isFinite(squared)) throw new KithError('invalid', `The ${what} contains a number that is not finite.`);
  if (squared === 0) throw new KithError('invalid', `The ${what} is all zeros: the model did not see a face.`);
  return squared;
}

/** Keeps `best` sorted, one entry to a person, at most `wanted`. */
function take(best: Found[], found: Found, wanted: number): void {
  const same = best.findIndex(({ owner }) => owner === found.owner);
  const own = best[same];
  if (own !== undefined) {
    if (order(own, found) <= 0) return;
    best.splice(same, 1);
  }
  const at = best.findIndex((other) => order(found, other) < 0);
  best.splice(at === -1 ? best.length : at, 0, found);
  if (best.length > wanted) best.pop();
}

function order(a: Found, b: Found): number {
  if (a.squared !== b.squared) return a.squared - b.squared;
  if (a.owner !== b.owner) return a.owner.id < b.owner.id ? -1 : 1;
  return a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0;
}

/** Stops early, with a number above `limit`, once the row cannot matter. */
function squaredDistance(
  query: Float32Array,
  page: Float32Array,
  at: number,
  dimensions: number,
  limit: number,
): number {
  let sum = 0;
  let i = 0;
  while (i < dimensions) {
    const stop = Math.min(dimensions, i + 32);
    for (; i < stop; i++) {
      const difference = (query[i] ?? 0) - (page[at + i] ?? 0);
      sum += difference * difference;
    }
    if (sum > limit) return sum;
  }
  return sum;
}
