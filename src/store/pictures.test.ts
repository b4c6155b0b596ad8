// The picture files: whole or absent, named for their content, nothing left over.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fails } from './conformance-people.test-suite.ts';
import { openPictureStore } from './pictures.ts';

const BYTES = Buffer.from('a picture, more or less');
const ID = createHash('sha256').update(BYTES).digest('hex');

describe('pictures', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kith-pictures-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const file = (): string => join(dir, ID.slice(0, 2), ID.slice(2, 4), ID);

  it('are kept under their hash and found again by another opener', async () => {
    const store = await openPictureStore(dir);
    assert.equal(await store.has(ID), false);
    assert.equal(await store.put(BYTES), ID);
    assert.equal(await store.put(Uint8Array.from(BYTES)), ID);
    const other = await openPictureStore(dir);
    assert.deepEqual(Buffer.from(await other.get(ID)), BYTES);
    assert.equal(await other.has(ID), true);
    await other.remove(ID);
    await other.remove(ID);
    assert.equal(await store.has(ID), false);
    await assert.rejects(store.get(ID), fails('not_found'));
    assert.equal(await store.put(BYTES), ID);
    assert.equal(await store.has(ID), true);
  });

  it('may come many times at once, from two openers', async () => {
    const stores = [await openPictureStore(dir), await openPictureStore(dir, { shared: true })];
    const ids = await Promise.all(Array.from({ length: 20 }, async (_, i) => stores[i % 2]?.put(BYTES)));
    assert.deepEqual(new Set(ids), new Set([ID]));
    assert.deepEqual(await readFile(file()), BYTES);
    assert.deepEqual(await readdir(join(dir, 'tmp')), []);
  });

  it('are not reached by anything but their id', async () => {
    await writeFile(join(dir, 'secret'), 'x');
    const store = await openPictureStore(join(dir, 'pictures'));
    for (const id of [
      '../secret',
      `..${'/..'.repeat(21)}`,
      '',
      ID.toUpperCase(),
      `${ID}/`,
      `${ID}\n`,
      'a'.repeat(63),
    ]) {
      await assert.rejects(store.get(id), fails('not_found'), id);
      assert.equal(await store.has(id), false);
      await assert.rejects(store.remove(id), fails('not_found'), id);
    }
    assert.equal((await stat(join(dir, 'secret'))).size, 1);
  });

  it('leave nothing behind when the disk is full, and can be put later', async () => {
    let full = true;
    const store = await openPictureStore(dir, {
      async writeFile(path, bytes) {
        if (!full) return writeFile(path, bytes);
        await writeFile(path, bytes.subarray(0, 5));
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
    });
    await assert.rejects(store.put(BYTES), (error) => {
      return fails('unavailable', /disk of .* is full/)(error) && (error as { status: number }).status === 507;
    });
    assert.equal(await store.has(ID), false);
    assert.deepEqual(await readdir(join(dir, 'tmp')), []);
    full = false;
    assert.equal(await store.put(BYTES), ID);
    assert.deepEqual(Buffer.from(await store.get(ID)), BYTES);
  });

  it('that were half written by a dead process are removed at the start, but not those of a living neighbour', async () => {
    await mkdir(join(dir, 'tmp'), { recursive: true });
    await writeFile(join(dir, 'tmp', 'new'), 'half');
    await writeFile(join(dir, 'tmp', 'old'), 'half');
    await utimes(join(dir, 'tmp', 'old'), 1, 1);
    await openPictureStore(dir, { shared: true });
    assert.deepEqual(await readdir(join(dir, 'tmp')), ['new']);
    await openPictureStore(dir);
    assert.deepEqual(await readdir(join(dir, 'tmp')), []);
  });

  it('that were cut short by a broken disk are written anew', async () => {
    const store = await openPictureStore(dir);
    await store.put(BYTES);
    await writeFile(file(), 'a pic');
    await store.put(BYTES);
    assert.deepEqual(Buffer.from(await store.get(ID)), BYTES);
  });

  it('say so when their folder cannot be made', async () => {
    await writeFile(join(dir, 'file'), 'x');
    await assert.rejects(openPictureStore(join(dir, 'file', 'pictures')), fails('unavailable', /cannot be kept in/));
  });
});
