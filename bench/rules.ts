// Which rule tells known people from strangers best, and how near strangers come with the one that was chosen: the two tables of
// docs/decision.md. Photos in one folder a person.
//
//   node bench/rules.ts --images ../shared/data/lfw/images --pairs ../shared/data/lfw/pairsDevTrain.txt \
//     --pairs ../shared/data/lfw/pairsDevTest.txt --tail ../shared/data/lfw/pairsDevTrain.txt

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { squaredBetween, unitLength, weightedMean } from '../src/distance.ts';
import { openEngine } from '../src/engine.ts';
import { lowQuantile, share } from '../src/evaluate/metrics.ts';
import { templatesOf } from '../src/evaluate/templates.ts';
import { createCentroids } from '../src/gallery/centroids.ts';
import { openLog } from '../src/log.ts';
import { draw, photosOf, type Photos, type Row } from './draw.ts';

const DRAWS = 8;
/** Galleries differ by who is in them, smaller ones so much that their mean says little. */
const TAIL_DRAWS = 60;
const TAIL_PERSONS = [50, 200];
const RATES = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003];

interface Found {
  readonly right: boolean;
  readonly distance: number;
}

/** Squared distances to the persons, ascending, with who they are. */
type Ranking = readonly (readonly [person: string, squared: number])[];

interface Rule {
  readonly name: string;
  readonly by: 'raw' | 'unit' | 'centroid';
  /** Share of the mean of so many nearest others that is taken away. */
  readonly minus?: readonly [share: number, others: number];
}

const RULES: readonly Rule[] = [
  { name: 'nearest photo, raw numbers (the textbook)', by: 'raw' },
  { name: 'nearest photo, unit length', by: 'unit' },
  { name: 'centroid, unit length', by: 'centroid' },
  { name: 'that, minus 0.3 of the nearest other', by: 'centroid', minus: [0.3, 1] },
  { name: 'that, minus 0.3 of the nearest three', by: 'centroid', minus: [0.3, 3] },
  { name: 'that, minus 0.5 of the nearest three', by: 'centroid', minus: [0.5, 3] },
  { name: 'that, minus 0.3 of the nearest ten', by: 'centroid', minus: [0.3, 10] },
];

const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    pairs: { type: 'string', multiple: true, default: [] },
    tail: { type: 'string', multiple: true, default: [] },
  },
});
if (!values.images) {
  process.stderr.write('usage: node bench/rules.ts --images DIR [--pairs FILE]... [--tail FILE]...\n');
  process.exit(2);
}
const images = values.images;
const photos = await photosOf(images, values.pairs);
const engine = await openEngine(readConfig(), openLog({ level: 'warn' }));
const { embedder } = engine;
const read = await templatesOf(
  engine,
  [...photos.values()].flat().map((file) => join(images, file)),
);
await engine.close();

const vectorOf = (file: string): Float32Array => {
  const probe = read.templates.get(join(images, file));
  if (!probe) throw new Error(`${file} was not read.`);
  return probe.vector;
};

function rankings(rows: readonly Row[], by: Rule['by']): (row: Row) => Ranking {
  const people = new Map<string, Float32Array[]>();
  for (const { role, person, file } of rows) {
    if (role !== 'enroll') continue;
    const vector = by === 'raw' ? vectorOf(file) : unitLength(vectorOf(file));
    people.set(person, [...(people.get(person) ?? []), vector]);
  }
  if (by === 'centroid') {
    for (const [person, vectors] of people) {
      const probes = vectors.map((vector) => ({ vector, weight: 1 }));
      people.set(person, [weightedMean(probes, embedder.dimensions)]);
    }
  }
  return ({ file }) => {
    const probe = by === 'raw' ? vectorOf(file) : unitLength(vectorOf(file));
    return [...people]
      .map(([person, vectors]) => [person, Math.min(...vectors.map((one) => squaredBetween(one, probe)))] as const)
      .toSorted((a, b) => a[1] - b[1]);
  };
}

function judge({ person }: Row, ranking: Ranking, minus: Rule['minus']): Found {
  const [[nearest, squared] = ['', Infinity], ...others] = ranking;
  if (!minus) return { right: nearest === person, distance: squared };
  const [part, count] = minus;
  const near = others.slice(0, count);
  const mean = near.reduce((sum, [, one]) => sum + one, 0) / near.length;
  return { right: nearest === person, distance: squared - part * mean };
}

const sums = new Map(RULES.map(({ name }) => [name, { rank1: 0, '0.01': 0, '0.001': 0 }]));
for (let seed = 1; seed <= DRAWS; seed++) {
  const rows = draw(photos, { least: 4, references: 3 }, new Set(), seed);
  const probes = rows.filter(({ role }) => role !== 'enroll');
  for (const by of ['raw', 'unit', 'centroid'] as const) {
    const rank = rankings(rows, by);
    const ranked = probes.map((row) => [row, rank(row)] as const);
    for (const { name, minus } of RULES.filter((rule) => rule.by === by)) {
      const found = (role: Row['role']) =>
        ranked.filter(([row]) => row.role === role).map(([row, ranking]) => judge(row, ranking, minus));
      const known = found('known');
      const strangers = found('unknown').map(({ distance }) => distance);
      const at = (rate: number) => {
        const threshold = lowQuantile(strangers, rate);
        return share(known, ({ right, distance }) => right && distance < threshold);
      };
      const sum = sums.get(name);
      if (!sum) continue;
      sum.rank1 += share(known, ({ right }) => right) / DRAWS;
      sum['0.01'] += at(0.01) / DRAWS;
      sum['0.001'] += at(0.001) / DRAWS;
    }
  }
}
process.stdout.write(`${embedder.id}: known people named, means of ${DRAWS} draws\n`);
process.stdout.write(`${'rule'.padEnd(44)} rank 1  at 1 %  at 0.1 % of strangers named\n`);
for (const [name, sum] of sums) {
  process.stdout.write(
    `${name.padEnd(44)} ${[sum.rank1, sum['0.01'], sum['0.001']].map((v) => v.toFixed(3)).join('   ')}\n`,
  );
}

const tailPhotos: Photos = values.tail.length > 0 ? await photosOf(images, values.tail) : photos;
const tails: number[][] = [];
for (const persons of TAIL_PERSONS) {
  for (let seed = 1; seed <= TAIL_DRAWS; seed++) {
    const rows = draw(tailPhotos, { persons, least: 2, references: 3 }, new Set(), seed);
    const people = createCentroids(embedder);
    for (const { role, person, file } of rows) {
      if (role === 'enroll') people.put({ referenceId: file, personId: person, kind: 'known', vector: vectorOf(file) });
    }
    const distances = rows
      .filter(({ role }) => role === 'unknown')
      .map(({ file }) => people.search(vectorOf(file), 1)[0]?.distance ?? Infinity);
    tails.push(RATES.map((rate) => lowQuantile(distances, rate)));
  }
}
process.stdout.write(`strangers nearer than this, by the gallery's rule, ${TAIL_PERSONS.join(', ')} persons:\n`);
for (const [i, rate] of RATES.entries()) {
  const mean = tails.reduce((sum, tail) => sum + (tail[i] ?? 0), 0) / tails.length;
  process.stdout.write(`  ${String(rate).padEnd(7)} ${mean.toFixed(3)}\n`);
}
