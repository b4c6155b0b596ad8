// Writes open-set identification protocols (CSV rows role,person,file) for photos that lie in one folder a person, as LFW's do:
// who is enrolled, who is a known probe, who is a stranger, drawn with a fixed seed.
//
//   node bench/protocols.ts --images ../shared/data/lfw/images --out /tmp/protocols \
//     --pairs ../shared/data/lfw/pairsDevTrain.txt --pairs ../shared/data/lfw/pairsDevTest.txt
//
// With `--strangers FILE` only persons of that pairs file are strangers: for rates on people that a calibration has never seen.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seeded } from './random.ts';

interface Protocol {
  readonly name: string;
  /** Enrolled persons; all who have enough photos where it is undefined. */
  readonly persons?: number;
  /** Photos that somebody needs to be enrolled, and photos that are enrolled of her at most; one is always left as a probe. */
  readonly least: number;
  readonly references: number;
}

const PROTOCOLS: readonly Protocol[] = [
  { name: 'three-references', least: 4, references: 3 },
  { name: 'persons-50', persons: 50, least: 2, references: 3 },
  { name: 'persons-200', persons: 200, least: 2, references: 3 },
  { name: 'persons-1000', persons: 1000, least: 2, references: 3 },
];

type Photos = ReadonlyMap<string, readonly string[]>;

async function personsOf(pairs: readonly string[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const file of pairs) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [one, , other, last] = line.trim().split(/\s+/);
      if (one && other) names.add(one);
      if (other && last) names.add(other);
    }
  }
  return names;
}

/** The persons of the pairs files with their photos in the folder; everybody in the folder without pairs files. */
async function photosOf(images: string, pairs: readonly string[]): Promise<Photos> {
  const names = await personsOf(pairs);
  const photos = new Map<string, string[]>();
  for (const entry of await readdir(images, { withFileTypes: true })) {
    if (!entry.isDirectory() || (pairs.length > 0 && !names.has(entry.name))) continue;
    photos.set(
      entry.name,
      (await readdir(join(images, entry.name))).toSorted().map((file) => `${entry.name}/${file}`),
    );
  }
  return photos;
}

function protocolOf(
  photos: Photos,
  { persons, least, references }: Protocol,
  strangers: ReadonlySet<string>,
  seed: number,
): string {
  const random = seeded(seed);
  const able = shuffled(
    [...photos.keys()].filter((name) => (photos.get(name)?.length ?? 0) >= least).toSorted(),
    random,
  );
  const enrolled = new Set(able.slice(0, persons ?? able.length));
  const rows = ['role,person,file'];
  for (const name of enrolled) {
    const own = shuffled(photos.get(name) ?? [], random);
    const count = Math.min(references, own.length - 1);
    for (const [i, file] of own.entries()) rows.push(`${i < count ? 'enroll' : 'known'},${name},${file}`);
  }
  for (const [name, files] of photos) {
    if (enrolled.has(name) || (strangers.size > 0 && !strangers.has(name))) continue;
    for (const file of files) rows.push(`unknown,${name},${file}`);
  }
  return `${rows.join('\n')}\n`;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [all[i], all[j]];
    if (a !== undefined && b !== undefined) [all[i], all[j]] = [b, a];
  }
  return all;
}

const { values } = parseArgs({
  options: {
    images: { type: 'string' },
    out: { type: 'string' },
    pairs: { type: 'string', multiple: true, default: [] },
    strangers: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
  },
});
if (!values.images || !values.out) {
  process.stderr.write('usage: node bench/protocols.ts --images DIR --out DIR [--pairs FILE...] [--seed N]\n');
  process.exit(2);
}
const photos = await photosOf(values.images, values.pairs);
const strangers = await personsOf(values.strangers);
await mkdir(values.out, { recursive: true });
for (const protocol of PROTOCOLS) {
  const file = join(values.out, `${protocol.name}.csv`);
  const text = protocolOf(photos, protocol, strangers, Number(values.seed));
  await writeFile(file, text);
  process.stdout.write(`${file}  ${text.split('\n').length - 2} rows\n`);
}
