// The command line as scripts use it: one JSON document on stdout, one line for an error, the exit status.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ADMIN_KEY, portraits, run, runAlone, startProgram, temporaryFolder } from './program.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let photos: string[];

before(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
  photos = [];
  for (const [i, bytes] of (await portraits()).entries()) {
    const file = join(folder.path, `portrait-${i}.jpg`);
    await writeFile(file, bytes);
    photos.push(file);
  }
});

after(async () => folder.remove());

test('detect and compare answer JSON and say yes or no by their status', async () => {
  const [one = '', two = ''] = photos;
  const detected = await runAlone(data, ['detect', one, '--json']);
  assert.equal(detected.status, 0, detected.stderr);
  const { faces } = JSON.parse(detected.stdout);
  assert.equal(faces.length, 1);
  assert.equal(faces[0].box.length, 4);
  assert.ok(faces[0].score > 0.5 && faces[0].landmarks.length === 5 && faces[0].quality.total > 0);

  const [same, different] = await Promise.all([
    run(data, ['compare', one, one, '--json']),
    run(data, ['compare', '--json', one, two]),
  ]);
  assert.deepEqual([same.status, JSON.parse(same.stdout).same, JSON.parse(same.stdout).distance], [0, true, 0]);
  assert.deepEqual([different.status, JSON.parse(different.stdout).same], [1, false]);
});

test('people are enrolled, found, listed and removed, whether Kith runs on the folder or not', async () => {
  const [ada = '', grace = ''] = photos;
  const added = await runAlone(data, ['person', 'add', 'Ada', ada, '--json']);
  assert.equal(added.status, 0, added.stderr);
  const known = await run(data, ['identify', ada, '--json']);
  assert.equal(known.status, 0, known.stderr);
  assert.equal(JSON.parse(known.stdout).faces[0].person.name, 'Ada');

  const program = await startProgram(data, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY });
  try {
    const stranger = await run(data, ['identify', grace, '--json']);
    assert.equal(stranger.status, 1);
    assert.equal(JSON.parse(stranger.stdout).faces[0].person, null);
    const tree = join(folder.path, 'people', 'Grace_Hopper');
    await mkdir(tree, { recursive: true });
    await writeFile(join(tree, 'broken.jpg'), 'no picture');
    const imported = await run(data, ['person', 'import', join(folder.path, 'people'), '--json']);
    assert.equal(imported.status, 1, 'a refused photo goes unsaid');
    assert.match(JSON.parse(imported.stdout).refused[0].file, /broken\.jpg$/);
    const good = await run(data, ['person', 'add', 'Grace Hopper', grace]);
    assert.equal(good.status, 0, good.stderr);
    const found = await program.call('GET', '/persons?kind=known');
    assert.deepEqual(
      found.json.items.map(({ name }) => name),
      ['Ada', 'Grace Hopper'],
    );
    const named = await run(data, ['identify', grace, '--json']);
    assert.equal(JSON.parse(named.stdout).faces[0].person.name, 'Grace Hopper');
    const link = await run(data, ['link', '--json']);
    assert.match(JSON.parse(link.stdout).url, /\/open\//);
  } finally {
    await program.stop();
  }

  assert.equal((await runAlone(data, ['person', 'rm', 'Ada'])).status, 0);
  const left = await run(data, ['person', 'list', '--json']);
  assert.deepEqual(
    JSON.parse(left.stdout).items.map((person: { name: string }) => person.name),
    ['Grace Hopper'],
  );
});

test('what cannot be done is one line that says what and why, with its own status', async () => {
  const text = join(folder.path, 'text.jpg');
  await writeFile(text, 'this is no picture');
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const port = String((taken.address() as AddressInfo).port);
  const elsewhere = join(folder.path, 'other');
  try {
    // What would keep running is a process of its own, so that it is seen to end.
    const MODES = new Set(['start', 'worker', 'camera']);
    const cases: readonly [args: string[], status: number, says: RegExp, more?: NodeJS.ProcessEnv][] = [
      [['detect', join(folder.path, 'missing.jpg')], 3, /missing\.jpg cannot be read/],
      [['detect', text], 3, /text\.jpg: /],
      [['detect'], 2, /missing required argument/],
      [['detekt'], 2, /unknown command/],
      [['person', 'rm', 'nobody'], 1, /no person/],
      [['start'], 2, /KITH_PORT/, { KITH_PORT: 'eighty' }],
      [['start', '--no-demo'], 1, new RegExp(`port ${port} is in use`), { KITH_PORT: port }],
      [['start', '--no-demo'], 3, /KITH_ADMIN_KEY/, { KITH_ADMIN_KEY: 'short' }],
      [['worker'], 2, /PostgreSQL/],
      [['camera'], 2, /camera\.json/],
    ];
    for (const [args, status, says, more] of cases) {
      const result = await (MODES.has(args[0] ?? '') ? runAlone : run)(elsewhere, args, more);
      assert.equal(result.status, status, `${args.join(' ')}: ${result.stderr}`);
      assert.match(result.stderr, /^kith: /);
      assert.match(result.stderr, says);
      assert.doesNotMatch(result.stderr, /\n +at /, 'a stack trace is no message');
    }
  } finally {
    taken.close();
  }
});
