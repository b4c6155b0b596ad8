import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Calibration } from '../gallery-port.ts';
import type { DistancePrior, EmbedderInfo } from '../model-port.ts';
import { calibrate, distanceAt, measureOwn } from './calibration.ts';
import { createCentroids } from './centroids.ts';

const prior: DistancePrior = {
  neighbourhood: 0.18,
  missing: 0.3,
  tail: [
    [0.1, 0.4],
    [0.01, 0.35],
    [0.001, 0.3],
  ],
};
const wish = { mode: 'calibrated', falseNamesIn: 1000 } as const;
const embedder: EmbedderInfo = { id: 'm', dimensions: 32, metric: 'euclidean', threshold: 0.6, prior };
const none = { distances: [], persons: 0 };
const about = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-9, `${value}`);

test('between and beyond the measured rates the distance follows the logarithm of the rate', () => {
  about(distanceAt(prior, 0.01), 0.35);
  about(distanceAt(prior, Math.sqrt(0.01 * 0.001)), 0.325);
  about(distanceAt(prior, 0.0001), 0.25);
  about(distanceAt(prior, 1), 0.45);
});

test('a small gallery takes the prior; fewer false names mean a smaller threshold', () => {
  const calibration = calibrate(wish, embedder, none);
  about(calibration.threshold, 0.3);
  assert.deepEqual([calibration.source, calibration.mode, calibration.falseNamesIn], ['prior', 'calibrated', 1000]);
  assert.ok(calibrate({ ...wish, falseNamesIn: 10_000 }, embedder, none).threshold < calibration.threshold);
});

function alike(persons: number): Calibration {
  const distances = Array.from({ length: persons * 3 }, (_, i) => distanceAt(prior, (i + 1) / (persons * 3)) - 0.05);
  return calibrate(wish, embedder, { persons, distances: distances.toSorted((a, b) => a - b) });
}

test('people who look more alike than usual lower the threshold, the more of them the more', () => {
  const [few, many] = [alike(50), alike(2000)];
  assert.equal(many.source, 'own');
  assert.ok(few.shift < 0 && many.shift < few.shift && many.shift > -0.06, `${few.shift} ${many.shift}`);
  about(many.threshold, 0.3 + many.shift);
});

test('fixed stays fixed; a model of which nothing is known keeps its own threshold until the gallery can tell', () => {
  assert.equal(calibrate({ ...wish, mode: 'fixed' }, embedder, none).threshold, 0.6);
  assert.equal(calibrate({ ...wish, mode: 'fixed', threshold: 0.5 }, embedder, none).threshold, 0.5);
  const unknown = { threshold: 0.4 };
  assert.equal(calibrate(wish, unknown, none).mode, 'fixed');
  const distances = Array.from({ length: 300 }, (_, i) => 0.3 + i / 1000);
  const own = calibrate(wish, unknown, { persons: 100, distances });
  assert.deepEqual([own.mode, own.source], ['calibrated', 'own']);
  assert.ok(own.threshold > 0 && own.threshold < 0.31, `${own.threshold}`);
});

test('the own gallery is measured between different persons only, in order, and not at all when it is too small', async () => {
  const people = createCentroids(embedder);
  const add = (person: number, reference: number) => {
    const vector = Float32Array.from({ length: 32 }, (_, i) => Math.sin(person * 97 + i * (person + 3)));
    vector[reference] = (vector[reference] ?? 0) + 0.1;
    people.put({ referenceId: `${person}-${reference}`, personId: `p${person}`, kind: 'known', vector });
  };
  for (let person = 0; person < 19; person++) add(person, 0);
  assert.deepEqual((await measureOwn(people)).distances, []);
  for (let person = 0; person < 40; person++)
    for (let reference = 0; reference < 2; reference++) add(person, reference);
  const own = await measureOwn(people);
  assert.deepEqual([own.persons, own.distances.length], [40, 80]);
  assert.deepEqual(
    own.distances,
    own.distances.toSorted((a, b) => a - b),
  );
  // The two references of one person are nearly alike: were they compared, zero would be there.
  assert.ok((own.distances[0] ?? 0) > 0.05, `${own.distances[0]}`);
});
