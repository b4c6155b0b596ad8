import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isKithError } from '../errors.ts';
import { compileModels, embedderInfo, type CompileProgress } from './compile.ts';
import { openNetwork } from './session.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-compile-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('models are compiled once, with progress, and come out of the cache afterwards', async () => {
  const cacheDir = join(folder, 'once', 'models');
  const names = ['liveness', 'emotion'] as const;
  const first: CompileProgress[] = [];
  const files = await compileModels(names, { cacheDir, onProgress: (step) => first.push(step) });
  assert.deepEqual(
    first.map(({ done, total, name, compiled }) => [done, total, name, compiled]),
    [
      [1, 2, 'liveness', true],
      [2, 2, 'emotion', true],
    ],
  );
  const second: boolean[] = [];
  assert.deepEqual(await compileModels(names, { cacheDir, onProgress: (step) => second.push(step.compiled) }), files);
  assert.deepEqual(second, [false, false]);
  assert.equal((await readdir(cacheDir)).length, 2);
});

for (const [what, damage] of [
  ['half written', (file: string) => truncate(file, 1000)],
  ['empty', (file: string) => writeFile(file, '')],
  ['changed by one bit', flipBit],
] as const) {
  test(`a file of the cache that is ${what} is noticed and compiled anew`, async () => {
    const cacheDir = join(folder, what);
    const { liveness } = await compileModels(['liveness'], { cacheDir });
    const whole = await readFile(liveness);
    await damage(liveness);
    const damaged: string[] = [];
    const again = await compileModels(['liveness'], { cacheDir, onDamage: (file) => damaged.push(file) });
    assert.deepEqual(damaged, [liveness]);
    assert.deepEqual(await readFile(again.liveness), whole);
    const network = await openNetwork(again.liveness);
    await network.close();
  });
}

async function flipBit(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

test('several at once end with one whole file', async () => {
  const cacheDir = join(folder, 'together');
  const answers = await Promise.all([1, 2, 3].map(() => compileModels(['liveness'], { cacheDir })));
  assert.equal(new Set(answers.map(({ liveness }) => liveness)).size, 1);
  assert.equal((await readdir(cacheDir)).length, 1);
});

test('a cache that cannot be written is said to be', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, 'in the way');
  await assert.rejects(compileModels(['liveness'], { cacheDir: join(file, 'models') }), (error) => {
    assert.ok(isKithError(error) && error.code === 'unavailable');
    assert.match(error.message, /The model cache .*a-file.models cannot be used/);
    return true;
  });
});

test('the mark of the default embedder is lasting', async () => {
  const { prior, ...info } = await embedderInfo('dlib-resnet-v1');
  assert.match(info.id, /^dlib-resnet-v1@[0-9a-f]{8}$/);
  const rates = prior?.tail.map(([rate]) => rate) ?? [];
  assert.deepEqual(
    rates,
    rates.toSorted((a, b) => b - a),
    'what is known of strangers comes by rate, largest first',
  );
  assert.ok(rates.length > 2);
  assert.deepEqual(info, { id: info.id, dimensions: 128, metric: 'euclidean', threshold: 0.6 });
  await assert.rejects(embedderInfo('liveness'), /makes no templates/);
});
