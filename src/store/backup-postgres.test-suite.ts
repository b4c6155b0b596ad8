// Backup and restore beside a real PostgreSQL: the database goes its own way (a copy by the server stands for pg_dump), the pictures by
// ours, and what comes back fits together.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { countsOf } from '../daily-backup.ts';
import { openLog } from '../log.ts';
import type { Store } from '../store-port.ts';
import { picturePath } from './backup-pictures.ts';
import { openBackups } from './backups.ts';
import { fails } from './conformance-people.test-suite.ts';
import { openStore } from './open.ts';
import { openPictureStore } from './pictures.ts';
import { restore } from './restore.ts';
import { settleOne, sighting, template } from './test-data.test-suite.ts';

const log = openLog({ level: 'silent' });

function site(dataDir: string, databaseUrl: string) {
  return Promise.all([
    openStore({ dataDir, databaseUrl, log }),
    openPictureStore(join(dataDir, 'pictures'), { shared: true }),
  ]);
}

/** All that can be looked at, as it reads: each picture that the database names. */
async function seen(dataDir: string, databaseUrl: string): Promise<ReadonlySet<string>> {
  const [store, pictures] = await site(dataDir, databaseUrl);
  const read = async (id: string): Promise<string> => Buffer.from(await pictures.get(id)).toString();
  try {
    const { items } = await store.detections.list({}, { limit: 10 });
    const texts = await Promise.all(items.map(async (one) => `${one.personName} ${await read(one.picture)}`));
    const { items: people } = await store.persons.list({}, { limit: 10 });
    for (const { id } of people) {
      for (const reference of await store.references.ofPerson(id)) texts.push(await read(reference.picture));
    }
    return new Set(texts);
  } finally {
    await store.close();
  }
}

async function post(store: Store, folder: string, text: string, personId: string): Promise<void> {
  const pictures = await openPictureStore(join(folder, 'pictures'), { shared: true });
  const picture = await pictures.put(Buffer.from(text));
  await store.detections.add(sighting(text), picture, 1);
  await settleOne(store, sighting(text), personId);
}

/** `create` makes an empty database, or a copy of one that nobody is connected to. */
export function testPostgresBackups(create: (like?: string) => Promise<string>): void {
  it('is backed up and put back with its pictures, on another machine and over what is there', async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'kith-postgres-backup-'));
    t.after(() => rm(root, { recursive: true, force: true }));
    const [data, elsewhere, other] = ['data', 'elsewhere', 'other'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    const url = await create();
    const [store, pictures] = await site(data, url);
    const { id: ada } = await store.persons.add('Ada');
    const photo = await pictures.put(Buffer.from('her photo'));
    await store.references.add({ personId: ada, picture: photo, quality: 1 }, [template(1)]);
    for (const text of ['first', 'second']) await post(store, data, text, ada);
    const backups = openBackups({
      dataDir: data,
      folder: elsewhere,
      version: '1',
      log,
      postgres: () => countsOf(store),
    });
    const made = await backups.make();
    await backups.close();
    assert.deepEqual(
      [made.store, made.databaseBytes, made.pictures, made.persons, made.detections, made.schema],
      ['postgres', 0, 3, 1, 2, await store.upkeep.schemaVersion()],
    );
    await store.close();
    const dump = await create(url);
    const whole = new Set(['Ada first', 'Ada second', 'her photo']);
    assert.deepEqual(await seen(data, url), whole);

    const from = join(elsewhere, made.id);
    const into = (dataDir: string, kind: 'postgres' | 'sqlite' = 'postgres') =>
      restore({ from, dataDir, store: kind, now: Date.UTC(2026, 0, 31, 12) });
    await assert.rejects(into(other, 'sqlite'), fails('invalid', /of a Kith with PostgreSQL.*DATABASE_URL/));
    const { aside, manifest } = await into(other);
    assert.deepEqual([aside, manifest.database], [null, null]);
    assert.deepEqual(await seen(other, dump), whole);

    // Here life went on, and a file was lost.
    const [again, later] = await site(data, url);
    await post(again, data, 'third', ada);
    await later.remove(photo);
    await again.close();
    const back = await into(data);
    assert.equal(back.aside, join(data, 'before-restore-20260131-120000'));
    assert.deepEqual(await seen(data, dump), whole);
    await assert.rejects(seen(data, url), fails('not_found', /picture/), 'of the third only the database knows');

    // A picture with other bytes stops it before anything is touched. (A new file, as this one has several names.)
    const damaged = picturePath(join(from, 'pictures'), photo);
    await rm(damaged);
    await writeFile(damaged, 'other bytes');
    await assert.rejects(into(other), fails('invalid', /damaged.*other bytes/));
    assert.deepEqual(await seen(other, dump), whole);
  });
}
