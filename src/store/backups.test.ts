// Backups while the store works, a death in the middle of one, and the way back.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { isKithError } from '../errors.ts';
import { openLog } from '../log.ts';
import type { Store } from '../store-port.ts';
import { openBackups, type Backups, type BackupsOptions } from './backups.ts';
import { openStore } from './open.ts';
import { openPictureStore } from './pictures.ts';
import { UNDER_WAY } from './restore-marker.ts';
import { restore } from './restore.ts';
import { sighting } from './test-data.test-suite.ts';

const log = openLog({ level: 'silent' });

interface Site {
  readonly data: string;
  readonly elsewhere: string;
  readonly store: Store;
  readonly backups: Backups;
  readonly post: (text: string) => Promise<string>;
}

/** A data folder with a store that is open. */
async function openSite(t: TestContext, more: Partial<BackupsOptions> = {}): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'kith-backup-'));
  const data = join(root, 'data');
  const store = await openStore({ dataDir: data, log });
  const pictures = await openPictureStore(join(data, 'pictures'));
  const backups = openBackups({ dataDir: data, version: '1', log, postgres: null, ...more });
  t.after(async () => {
    await backups.close();
    await store.close();
    await rm(root, { recursive: true, force: true });
  });
  return {
    data,
    elsewhere: join(root, 'elsewhere'),
    store,
    backups,
    async post(text) {
      const id = await pictures.put(Buffer.from(text));
      await store.detections.add(sighting(text), id, 1);
      return id;
    },
  };
}

/** Without waiting for the disk. */
async function postQuickly(store: Store, data: string, text: string): Promise<void> {
  const id = createHash('sha256').update(text).digest('hex');
  const folder = join(data, 'pictures', id.slice(0, 2), id.slice(2, 4));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, id), text);
  await store.detections.add(sighting(text), id, 1);
}

const fails = (code: string, text: RegExp) => (error: unknown) =>
  isKithError(error) && error.code === code && text.test(error.message);

test('a backup is of one moment, while the store goes on', async (t) => {
  const { backups, store, post, data } = await openSite(t);
  for (let i = 0; i < 50; i++) await post(`before ${i}`);
  const ada = await store.persons.add('Ada');
  const writing = { now: true };
  const writer = (async () => {
    for (let i = 0; writing.now; i++) await post(`during ${i}`);
  })();
  const steps = new Set<string>();
  const info = await backups.make(({ step }) => void steps.add(step));
  writing.now = false;
  await writer;
  assert.deepEqual([...steps], ['database', 'pictures']);
  assert.ok(info.detections >= 50 && info.detections < (await store.detections.counts()).pending + 1);
  assert.equal(info.pictures, info.detections);
  assert.equal(info.linked, info.pictures);
  assert.equal(info.persons, 1);
  assert.deepEqual(backups.list(), [info]);
  assert.equal(backups.making, null);
  // What happens afterwards is not in it; what is erased from Kith still is.
  await store.persons.remove(ada.id);
  await store.close();
  const back = await restore({ from: join(backups.folder, info.id), dataDir: data, store: 'sqlite', now: 0 });
  assert.equal(back.aside, join(data, 'before-restore-19700101-000000'));
  const again = await openStore({ dataDir: data, log });
  t.after(() => again.close());
  assert.equal((await again.persons.get(ada.id))?.name, 'Ada');
  assert.equal((await again.detections.counts()).pending, info.detections);
  const { items } = await again.detections.list({}, { limit: 500 });
  assert.equal(items.length, Math.min(500, info.detections));
  for (const { id, picture } of items) {
    const path = join(data, 'pictures', picture.slice(0, 2), picture.slice(2, 4), picture);
    assert.equal(await readFile(path, 'utf8'), id);
  }
});

test('one that is killed in the middle is not listed, and its remains go with the next one', async (t) => {
  const { backups, store, data } = await openSite(t);
  await Promise.all(Array.from({ length: 400 }, (_, i) => postQuickly(store, data, `shot ${i}`)));
  await store.close();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'backup-child.test-suite.ts'), data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const left = await readdir(backups.folder);
  assert.equal(left.filter((name) => name.startsWith('.making-')).length, 1, left.join());
  assert.deepEqual(await readdir(join(backups.folder, left[0] ?? '')), ['kith.db', 'pictures']);
  assert.deepEqual(backups.list(), []);
  const info = await backups.make();
  assert.deepEqual(await readdir(backups.folder), [info.id]);
  assert.equal(info.pictures, 400);
});

test('only one at a time; the newest stay; one can be removed', async (t) => {
  let now = Date.parse('2026-01-31T12:00:00Z');
  const { backups } = await openSite(t, { keep: () => 2, clock: () => now });
  const first = backups.make();
  await assert.rejects(backups.make(), fails('conflict', /being made already/));
  await first;
  await backups.make();
  now += 1000;
  await backups.make();
  const ids = backups.list().map(({ id }) => id);
  assert.deepEqual(ids, ['20260131-120001', '20260131-120000-2']);
  await backups.remove(ids[1] ?? '');
  assert.deepEqual(await readdir(backups.folder), [ids[0]]);
  for (const wrong of ['20260131-120000-2', '../data', '..']) {
    await assert.rejects(backups.remove(wrong), fails('not_found', /no backup/));
  }
});

test('a picture that was erased meanwhile does not keep the rest from being kept', async (t) => {
  const { backups, post, data } = await openSite(t);
  await post('kept');
  const gone = await post('gone');
  await unlink(join(data, 'pictures', gone.slice(0, 2), gone.slice(2, 4), gone));
  const info = await backups.make();
  assert.deepEqual([info.pictures, info.detections], [1, 2]);
});

test('it goes to another machine as a TAR', async (t) => {
  const { backups, post, elsewhere } = await openSite(t);
  await post('a shot');
  await post('x'.repeat(70_000));
  const { id } = await backups.make();
  const { name, bytes, stream } = backups.download(id);
  assert.equal(name, `kith-backup-${id}.tar`);
  const file = `${elsewhere}.tar`;
  await pipeline(Readable.from(stream), createWriteStream(file));
  assert.equal((await stat(file)).size, bytes);
  const unpacked = `${elsewhere}-unpacked`;
  const run = promisify(execFile);
  await run('mkdir', [unpacked]);
  await run('tar', ['-xf', file, '-C', unpacked]);
  const back = await restore({
    from: join(unpacked, `kith-backup-${id}`),
    dataDir: elsewhere,
    store: 'sqlite',
    now: 0,
  });
  assert.equal(back.aside, null);
  const store = await openStore({ dataDir: elsewhere, log });
  t.after(() => store.close());
  assert.equal((await store.detections.counts()).pending, 2);
});

test('a restore refuses what is not whole, and leaves everything as it is', async (t) => {
  const { backups, store, post, data } = await openSite(t);
  const picture = await post('a shot');
  const { id } = await backups.make();
  const from = join(backups.folder, id);
  const into = (more = {}) => restore({ from, dataDir: data, store: 'sqlite', now: 0, ...more });
  await assert.rejects(into(), fails('conflict', /in use by another Kith/));
  await store.close();
  const before = await readdir(data);
  await assert.rejects(into({ from: data }), fails('not_found', /no whole backup/));
  await assert.rejects(into({ store: 'postgres' }), fails('invalid', /DATABASE_URL/));

  const manifest = join(from, 'manifest.json');
  const text = await readFile(manifest, 'utf8');
  await writeFile(manifest, text.replace(/"schema": \d+/, '"schema": 999'));
  await assert.rejects(into(), fails('invalid', /newer Kith/));
  await writeFile(manifest, text.replace('"format": 1', '"format": 2'));
  await assert.rejects(into(), fails('invalid', /format 2/));
  await writeFile(manifest, '{}');
  await assert.rejects(into(), fails('invalid', /damaged/));
  await writeFile(manifest, text);

  const path = join(from, 'pictures', picture.slice(0, 2), picture.slice(2, 4), picture);
  await unlink(path);
  await assert.rejects(into(), fails('invalid', /1 of its 1 pictures are missing/));
  await writeFile(path, 'other bytes');
  await assert.rejects(into(), fails('invalid', /other bytes/));
  await writeFile(path, 'a shot');
  await appendFile(join(from, 'kith.db'), 'x');
  await assert.rejects(into(), fails('invalid', /database/));
  assert.deepEqual(backups.list(), []);
  assert.deepEqual(await readdir(data), before);
  assert.equal(createHash('sha256').update('a shot').digest('hex'), picture);
});

test('no Kith starts on a folder that is half old and half new', async (t) => {
  const { backups, store, post, data } = await openSite(t);
  await post('a shot');
  const { id } = await backups.make();
  await store.close();
  await writeFile(join(data, UNDER_WAY), '');
  await assert.rejects(openStore({ dataDir: data, log }), fails('conflict', /kith restore/));
  await restore({ from: join(backups.folder, id), dataDir: data, store: 'sqlite', now: 0 });
  const again = await openStore({ dataDir: data, log });
  await again.close();
});
