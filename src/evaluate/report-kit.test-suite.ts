// Synthetic people for the tests of the report: clusters of numbers, a rule without tricks, and a store that is a few lists.

import type { Candidate, Detection, Person, Reference, Visit } from '../domain.ts';
import type { ReportParts } from './report.ts';
import { createRandom } from './report-random.ts';
import type { ReportRule, Scorer, ScorerEntry } from './report-types.ts';

export const NOW = Date.parse('2026-11-20T12:00:00Z');
export const DAY = 86_400_000;

export interface Photo {
  readonly vector: Float32Array;
  readonly quality?: number;
  readonly warnings?: Reference['warnings'];
}

export interface Somebody {
  readonly name: string;
  readonly kind?: Person['kind'];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly photos: readonly Photo[];
}

/** The nearest photo of each person, Euclidean. */
export function plainScorer(entries: readonly ScorerEntry[]): Scorer {
  return {
    search(template, k, except) {
      const nearest = new Map<string, Candidate>();
      for (const { personId, referenceId, vector } of entries) {
        if (except?.has(personId) === true) continue;
        let squared = 0;
        for (const [i, value] of vector.entries()) squared += (value - (template[i] ?? 0)) ** 2;
        const distance = Math.sqrt(squared);
        if (distance < (nearest.get(personId)?.distance ?? Infinity)) {
          nearest.set(personId, { personId, referenceId, distance });
        }
      }
      return [...nearest.values()].toSorted((a, b) => a.distance - b.distance).slice(0, k);
    },
  };
}

function page<T>(items: readonly T[]): Promise<{ readonly items: readonly T[]; readonly next: null }> {
  return Promise.resolve({ items, next: null });
}

export function house(
  people: readonly Somebody[],
  options: {
    readonly threshold?: number;
    readonly target?: number | null;
    readonly visits?: readonly Partial<Visit>[];
    readonly detections?: readonly Partial<Detection>[];
    readonly margin?: number;
  } = {},
): ReportParts {
  const threshold = options.threshold ?? 0.6;
  const entries: ScorerEntry[] = [];
  const references = new Map<string, Reference[]>();
  const persons = people.map(({ name, kind = 'known', attributes = {}, photos }, i): Person => {
    const id = `p${i}`;
    references.set(
      id,
      photos.map(({ vector, quality = 0.8, warnings = [] }, j) => {
        entries.push({ personId: id, referenceId: `${id}r${j}`, vector });
        return {
          id: `${id}r${j}`,
          personId: id,
          picture: '',
          source: 'enrolled',
          detectionId: null,
          quality,
          warnings,
          createdAt: j,
        };
      }),
    );
    return {
      id,
      kind,
      name,
      createdAt: 0,
      lastSeenAt: null,
      references: photos.length,
      ignored: false,
      attributes,
      mergedInto: null,
      groups: [],
      notes: '',
      consent: { state: 'none', at: null, by: null, note: '' },
      version: 1,
      portrait: null,
    };
  });
  const byPerson = Map.groupBy(entries, ({ personId }) => personId);
  const rule: ReportRule = {
    gallery: { ...plainScorer(entries), templatesOf: (id) => byPerson.get(id) ?? [] },
    over: plainScorer,
    decide([nearest, second]) {
      if (!nearest || nearest.distance >= threshold) return 'new';
      if (options.margin !== undefined && second && second.distance - nearest.distance < options.margin)
        return 'ambiguous';
      return 'known';
    },
    threshold,
    source: 'chosen for this test',
    target: options.target ?? null,
    model: 'test@1',
  };
  return {
    rule,
    version: '0',
    clock: () => NOW,
    store: {
      persons: { list: () => page(persons) },
      references: { ofPerson: (id: string) => Promise.resolve(references.get(id) ?? []) },
      visits: { list: () => page((options.visits ?? []) as readonly Visit[]) },
      detections: {
        list: ({ decision }: { decision?: string }) =>
          page((options.detections ?? []).filter((row) => row.decision === decision) as readonly Detection[]),
        counts: () => Promise.resolve({ pending: 0, classified: 5, rejected: 1, failed: 0 }),
      },
    } as unknown as ReportParts['store'],
  };
}

/** Normal numbers by Box and Muller. */
export function createNormal(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** `count` people of `photos` photos each: far from each other by about `between`, their photos by about `within`. */
export function crowd(
  count: number,
  photos: number,
  { between = 1.6, within = 0.2, seed = 1, dimensions = 32 } = {},
): Somebody[] {
  const normal = createNormal(seed);
  const numbers = (scale: number) =>
    Float32Array.from({ length: dimensions }, () => (normal() * scale) / Math.sqrt(2 * dimensions));
  return Array.from({ length: count }, (_, i) => {
    const center = numbers(between);
    return {
      name: `Person ${i}`,
      photos: Array.from({ length: photos }, () => {
        const noise = numbers(within);
        return { vector: center.map((value, j) => value + (noise[j] ?? 0)) };
      }),
    };
  });
}
