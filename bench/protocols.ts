// Writes open-set identification protocols (CSV rows role,person,file) for photos that lie in one folder a person, as LFW's do.
//
//   node bench/protocols.ts --images ../shared/data/lfw/images --out /tmp/protocols \
//     --pairs ../shared/data/lfw/pairsDevTrain.txt --pairs ../shared/data/lfw/pairsDevTest.txt
//
// With `--strangers FILE` only persons of that pairs file are strangers: for rates on people that a calibration has never seen.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { draw, personsOf, photosOf, type Wish } from './draw.ts';

const PROTOCOLS: Readonly<Record<string, Wish>> = {
  'three-references': { least: 4, references: 3 },
  'persons-50': { persons: 50, least: 2, references: 3 },
  'persons-200': { persons: 200, least: 2, references: 3 },
  'persons-1000': { persons: 1000, least: 2, references: 3 },
};

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
  process.stderr.write(
    'usage: node bench/protocols.ts --images DIR --out DIR [--pairs FILE]... [--strangers FILE]... [--seed N]\n',
  );
  process.exit(2);
}
const photos = await photosOf(values.images, values.pairs);
const strangers = await personsOf(values.strangers);
await mkdir(values.out, { recursive: true });
for (const [name, wish] of Object.entries(PROTOCOLS)) {
  const file = join(values.out, `${name}.csv`);
  const rows = draw(photos, wish, strangers, Number(values.seed));
  const lines = ['role,person,file', ...rows.map(({ role, person, file: photo }) => `${role},${person},${photo}`)];
  await writeFile(file, `${lines.join('\n')}\n`);
  process.stdout.write(`${file}  ${rows.length} rows\n`);
}
