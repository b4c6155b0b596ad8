import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EmbedderInfo } from '../model-port.ts';
import { createCentroids } from './centroids.ts';

const prior = { neighbourhood: 0.18, missing: 0.3, tail: [] } as const;
const embedder: EmbedderInfo = { id: 'm', dimensions: 4, metric: 'euclidean', threshold: 0.6, prior };
const entry = (referenceId: string, personId: string, ...numbers: number[]) =>
  ({ referenceId, personId, kind: 'known', vector: Float32Array.from(numbers) }) as const;

test('the distance is that to the centroid of unit-length references, corrected by the three nearest others', () => {
  const people = createCentroids(embedder);
  people.put(entry('a1', 'a', 2, 0, 0, 0));
  people.put(entry('a2', 'a', 0, 5, 0, 0));
  people.put(entry('b1', 'b', 0, 0, 1, 0));
  const [a, b] = people.search(Float32Array.of(3, 0, 0, 0), 2);
  // Centroid (½, ½, 0, 0): squared distance ½; neighbours: b at 2, two that are missing.
  const ofA = 0.5 - 0.3 * ((2 + 0.3 + 0.3) / 3 - 0.18);
  const ofB = 2 - 0.3 * ((0.5 + 0.3 + 0.3) / 3 - 0.18);
  assert.ok(Math.abs((a?.distance ?? 0) - Math.sqrt(ofA)) < 1e-6);
  assert.ok(Math.abs((b?.distance ?? 0) - Math.sqrt(ofB)) < 1e-6);
  assert.deepEqual([a?.personId, a?.referenceId, b?.personId], ['a', 'a1', 'b']);
});

test('a person follows her references: added, replaced, moved to somebody else, removed', () => {
  const people = createCentroids(embedder);
  people.put(entry('r1', 'a', 1, 0, 0, 0));
  people.put(entry('r2', 'a', 0, 1, 0, 0));
  people.put({ ...entry('r3', 'u', 0, 0, 0, 1), kind: 'unknown' });
  assert.deepEqual([people.persons, people.templates, people.known], [2, 3, { persons: 1, templates: 2 }]);
  people.put(entry('r2', 'b', 0, 1, 0, 0));
  assert.equal(people.search(Float32Array.of(0, 1, 0, 0), 1)[0]?.personId, 'b');
  assert.deepEqual(people.known, { persons: 2, templates: 2 });
  people.put({ ...entry('r3', 'u', 0, 0, 0, 1), kind: 'known' });
  assert.deepEqual(people.known, { persons: 3, templates: 3 });
  for (const id of ['r1', 'r2', 'r3', 'r3', 'nobody']) people.remove(id);
  assert.deepEqual([people.persons, people.templates, people.known], [0, 0, { persons: 0, templates: 0 }]);
  assert.deepEqual(people.search(Float32Array.of(1, 0, 0, 0), 2), []);
});

test('references that cancel each other out make a person that is found by the first of them', () => {
  const people = createCentroids(embedder);
  people.put(entry('r1', 'a', 1, 0, 0, 0));
  people.put(entry('r2', 'a', -1, 0, 0, 0));
  assert.equal(people.search(Float32Array.of(1, 0, 0, 0), 1)[0]?.personId, 'a');
});

test('shots of one face search together: a person they all are near to wins over one that a single shot is nearer to', () => {
  const people = createCentroids(embedder);
  people.put(entry('a', 'a', 1, 0.8, 0, 0));
  people.put(entry('b', 'b', 0, 0, 1, 0));
  const good = { vector: Float32Array.of(1, 0, 0, 0), weight: 0.9 };
  const bad = { vector: Float32Array.of(0.4, 0, 1, 0), weight: 0.1 };
  assert.equal(people.search([bad], 1)[0]?.personId, 'b');
  const [together] = people.search([good, bad], 1);
  assert.equal(together?.personId, 'a');
  const [alone] = people.search([good], 1);
  assert.ok((together?.distance ?? 0) > (alone?.distance ?? 0), 'disagreement does not look like certainty');
});

test('who is excepted is neither found nor a neighbour', () => {
  const people = createCentroids(embedder);
  people.put(entry('a', 'a', 1, 0, 0, 0));
  people.put(entry('twin', 'twin', 1, 0.01, 0, 0));
  const alone = createCentroids(embedder);
  alone.put(entry('twin', 'twin', 1, 0.01, 0, 0));
  const probe = Float32Array.of(1, 0, 0, 0);
  assert.deepEqual(people.search(probe, 2, new Set(['a'])), alone.search(probe, 2));
});

test('a stranger who became two persons by mistake does not keep herself away, twins who are enrolled do', () => {
  const probe = Float32Array.of(1, 0.4, 0, 0);
  const distanceTo = (kind: 'known' | 'unknown') => {
    const people = createCentroids(embedder);
    people.put({ ...entry('a', 'a', 1, 0, 0, 0), kind });
    people.put({ ...entry('b', 'b', 1, 0.1, 0, 0), kind });
    for (const [i, id] of ['x', 'y', 'z'].entries()) people.put(entry(id, id, 0.8, 0, 0.6, i / 10));
    return people.search(probe, 1)[0]?.distance ?? 0;
  };
  assert.ok(distanceTo('unknown') < distanceTo('known') - 0.05);
});
