// The enrolment gate and the import as people use them: the real program, real faces, and a kill in the middle.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { samplePhotos } from '../src/demo.ts';
import { openCodec } from '../src/engine.ts';
import { CLI, environment, portraits, run, temporaryFolder } from './program.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const codec = openCodec();

before(async () => {
  folder = await temporaryFolder();
});

after(async () => folder.remove());

test('each photo is told why it is refused or warned about', async () => {
  const data = join(folder.path, 'gate');
  const [ada = new Uint8Array(), grace = new Uint8Array()] = await portraits();
  const raster = await codec.decode(ada);
  const longer = Math.max(raster.width, raster.height);
  const toned = (factor: number) =>
    codec.encodeJpeg({ ...raster, data: Uint8Array.from(raster.data, (value) => value * factor) });
  const photos: Readonly<Record<string, Uint8Array>> = {
    good: ada,
    // The same shot, smaller, is told from another one by its template only.
    smaller: await codec.encodeJpeg(raster, { maxSide: Math.round(longer * 0.7) }),
    tiny: await codec.encodeJpeg(raster, { maxSide: Math.round(longer * 0.08) }),
    black: await toned(0.07),
    group: await readFile(join(samplePhotos(), 'sample1.jpg')),
    other: grace,
  };
  const files: string[] = [];
  for (const [name, bytes] of Object.entries(photos)) {
    files.push(join(folder.path, `${name}.jpg`));
    await writeFile(join(folder.path, `${name}.jpg`), bytes);
  }
  const answer = await run(data, ['person', 'add', 'Ada', ...files, '--json']);
  assert.equal(answer.status, 1, answer.stderr);
  const said = JSON.parse(answer.stdout).photos.map((photo: { verdict: string; findings: { code: string }[] }) =>
    [photo.verdict, photo.findings[0]?.code ?? ''].join(' ').trim(),
  );
  assert.equal(said[0], 'accepted');
  assert.equal(said[1], 'refused duplicate');
  assert.match(said[2], /^refused (too_small|no_face)$/);
  assert.match(said[3], /^refused (dark|no_face)$/);
  assert.equal(said[4], 'refused several_faces');
  assert.equal(said[5], 'warned unlike_her_others', 'nobody else is known yet whom it could be');
  const others = await run(data, ['person', 'add', 'Grace', join(folder.path, 'good.jpg')]);
  assert.equal(others.status, 3);
  assert.match(others.stdout, /refused: This photo is enrolled for Ada already/);
  assert.match(others.stdout, /Grace was not added/);
});

test('an import that is killed goes on where it was', async () => {
  const data = join(folder.path, 'killed');
  const people = join(folder.path, 'people');
  await mkdir(join(people, 'Broken'), { recursive: true });
  for (let i = 0; i < 150; i++) await writeFile(join(people, 'Broken', `${i}.jpg`), `no picture ${i}`);
  for (const [i, bytes] of (await portraits()).entries()) await writeFile(join(people, `Person_${i}.jpg`), bytes);
  const child = spawn(process.execPath, [CLI, 'person', 'import', people], {
    env: environment(data),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // The first line of progress says that the first photo is on record.
  for await (const text of child.stderr.setEncoding('utf8')) if (String(text).includes('1/153')) break;
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const again = await run(data, ['person', 'import', people, '--json']);
  assert.equal(again.status, 1, again.stderr);
  const report = JSON.parse(again.stdout);
  assert.ok(report.lookedAtNow < 153, 'what was on record was looked at again');
  assert.deepEqual([report.accepted, report.refusedBy], [3, { unreadable: 150 }]);
  const list = JSON.parse((await run(data, ['person', 'list', '--json'])).stdout);
  assert.deepEqual(
    list.items.map(({ name, references }: { name: string; references: number }) => `${name} ${references}`),
    ['Person 0 1', 'Person 1 1', 'Person 2 1'],
  );
});
