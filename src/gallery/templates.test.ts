// The search against brute force in double precision, through additions, replacements and removals.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate } from '../domain.ts';
import type { Metric } from '../model-port.ts';
import type { GalleryEntry } from '../gallery-port.ts';
import { isKithError } from '../errors.ts';
import { createTemplates } from './templates.ts';

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function vectorOf(random: () => number, dimensions: number, scale = 1): Float32Array {
  return Float32Array.from({ length: dimensions }, () => (random() + random() + random() - 1.5) * scale);
}

function bruteForce(entries: Iterable<GalleryEntry>, query: Float32Array, k: number, metric: Metric): Candidate[] {
  const unit = (vector: Float32Array): Float32Array => {
    if (metric === 'euclidean') return vector;
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / length);
  };
  const target = unit(query);
  const nearest = new Map<string, Candidate>();
  for (const { personId, referenceId, vector } of entries) {
    const squared = unit(vector).reduce((sum, value, i) => sum + (value - (target[i] ?? 0)) ** 2, 0);
    const candidate = { personId, referenceId, distance: metric === 'cosine' ? squared / 2 : Math.sqrt(squared) };
    const before = nearest.get(personId);
    if (!before || candidate.distance < before.distance) nearest.set(personId, candidate);
  }
  return [...nearest.values()].toSorted((a, b) => a.distance - b.distance).slice(0, k);
}

function assertSame(found: readonly Candidate[], expected: readonly Candidate[]): void {
  assert.deepEqual(
    found.map(({ personId, referenceId }) => [personId, referenceId]),
    expected.map(({ personId, referenceId }) => [personId, referenceId]),
  );
  for (const [i, candidate] of found.entries()) {
    assert.ok(Math.abs(candidate.distance - (expected[i]?.distance ?? NaN)) < 1e-6);
  }
}

for (const { dimensions, metric, simd } of [
  { dimensions: 128, metric: 'euclidean', simd: true },
  { dimensions: 128, metric: 'euclidean', simd: false },
  { dimensions: 512, metric: 'cosine', simd: true },
  { dimensions: 7, metric: 'euclidean', simd: true },
  { dimensions: 2048, metric: 'cosine', simd: true },
] as const) {
  test(`many random operations, ${dimensions} numbers, ${metric}, ${simd ? 'SIMD' : 'no SIMD'}: every search is exact`, () => {
    const random = seeded(dimensions);
    const pick = (count: number): number => Math.floor(random() * count);
    const templates = createTemplates(dimensions, metric, { simd });
    const model = new Map<string, GalleryEntry>();
    for (let step = 0; step < (dimensions > 1000 ? 200 : 1000); step++) {
      const action = random();
      if (action < 0.6) {
        const personId = `person ${pick(120)}`;
        // The numbers grow with time, so that the codes have to be made anew on the way.
        const vector = vectorOf(random, dimensions, 0.1 + step / 500);
        const entry = { referenceId: `reference ${pick(600)}`, personId, kind: 'known' as const, vector };
        model.set(entry.referenceId, entry);
        templates.put(entry);
      } else if (action < 0.8) {
        const gone = [...model.keys()][pick(model.size)];
        if (gone !== undefined) {
          model.delete(gone);
          templates.remove(gone);
        }
      } else if (action < 0.82) {
        const personId = `person ${pick(120)}`;
        for (const entry of model.values()) if (entry.personId === personId) model.delete(entry.referenceId);
        for (const id of templates.referencesOf(personId)) templates.remove(id);
      } else {
        // Near to somebody half of the time, far outside of everything sometimes.
        const somebody = [...model.values()][pick(model.size)]?.vector ?? vectorOf(random, dimensions);
        const noise = vectorOf(random, dimensions, action < 0.9 ? 0.05 : action < 0.99 ? 1 : 50);
        const query = somebody.map((value, i) => value + (noise[i] ?? 0));
        const k = 1 + pick(5);
        assertSame(templates.search(query, k), bruteForce(model.values(), query, k, metric));
      }
      assert.equal(templates.count, model.size);
    }
    assert.equal(templates.persons, new Set([...model.values()].map(({ personId }) => personId)).size);

    const rebuilt = createTemplates(dimensions, metric, { simd });
    for (const entry of [...model.values()].toReversed()) rebuilt.put(entry);
    for (let i = 0; i < 20; i++) {
      const query = vectorOf(random, dimensions);
      assert.deepEqual(templates.search(query, 10), rebuilt.search(query, 10));
    }
  });
}

test('30,000 templates over several pages: exact, and exact again after most of them were removed', () => {
  const random = seeded(7);
  const templates = createTemplates(128, 'euclidean');
  const model = new Map<string, GalleryEntry>();
  for (let i = 0; i < 30_000; i++) {
    const entry = {
      referenceId: `r${i}`,
      personId: `p${i % 9000}`,
      kind: 'unknown' as const,
      vector: vectorOf(random, 128, 0.2),
    };
    model.set(entry.referenceId, entry);
    templates.put(entry);
  }
  const compare = (): void => {
    for (let i = 0; i < 5; i++) {
      const query = vectorOf(random, 128, 0.2);
      assertSame(templates.search(query, 3), bruteForce(model.values(), query, 3, 'euclidean'));
    }
  };
  compare();
  const before = templates.bytes;
  for (let i = 0; i < 30_000; i++) {
    if (i % 5 === 0) continue;
    templates.remove(`r${i}`);
    model.delete(`r${i}`);
  }
  assert.equal(templates.count, 6000);
  assert.ok(templates.bytes < before);
  compare();
});

test('equal distances are answered in the order of the ids, whatever the order of enrolment', () => {
  const vector = Float32Array.from({ length: 128 }, (_, i) => i / 100);
  const ids = ['c', 'a', 'e', 'b', 'd'];
  for (const order of [ids, ids.toReversed(), ids.toSorted()]) {
    const templates = createTemplates(128, 'euclidean');
    for (const id of order) {
      templates.put({ referenceId: `${id}2`, personId: id, kind: 'known', vector });
      templates.put({ referenceId: `${id}1`, personId: id, kind: 'known', vector });
    }
    assert.deepEqual(
      templates.search(vector, 3).map(({ referenceId, distance }) => [referenceId, distance]),
      [
        ['a1', 0],
        ['b1', 0],
        ['c1', 0],
      ],
    );
  }
});

const refused = (error: unknown): boolean => isKithError(error) && error.code === 'invalid';

test('a vector that cannot be compared is refused and changes nothing', () => {
  const templates = createTemplates(4, 'cosine');
  templates.put({ referenceId: 'r', personId: 'p', kind: 'known', vector: Float32Array.of(2, 0, 0, 0) });
  for (const bad of [
    [1, 2, 3],
    [1, 2, 3, 4, 5],
    [0, 0, 0, 0],
    [1, NaN, 0, 0],
    [1, Infinity, 0, 0],
  ]) {
    const vector = Float32Array.from(bad);
    assert.throws(() => templates.search(vector, 1), refused);
    assert.throws(() => templates.put({ referenceId: 'r', personId: 'p', kind: 'known', vector }), refused);
  }
  assert.deepEqual(templates.search(Float32Array.of(1, 0, 0, 0), 2), [
    { personId: 'p', referenceId: 'r', distance: 0 },
  ]);
  assert.equal(templates.search(Float32Array.of(-1, 0, 0, 0), 1)[0]?.distance, 2);
});

test('an empty gallery finds nobody', () => {
  assert.deepEqual(createTemplates(128, 'euclidean').search(new Float32Array(128).fill(1), 2), []);
});
