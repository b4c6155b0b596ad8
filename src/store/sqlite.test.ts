// The SQLite store: what every store must do, and what only a file on this machine must do.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { openLog } from '../log.ts';
import type { Store } from '../store-port.ts';
import type { UseBackend } from './alert-data.test-suite.ts';
import { testAlertFates } from './conformance-alert-fates.test-suite.ts';
import { testAlerts } from './conformance-alerts.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import { testChannels } from './conformance-channels.test-suite.ts';
import { testChatUsers } from './conformance-chat.test-suite.ts';
import { testDeliveries } from './conformance-deliveries.test-suite.ts';
import { testErasure } from './conformance-erasure.test-suite.ts';
import { testStore } from './conformance.test-suite.ts';
import { testMigration } from './migration.test-suite.ts';
import { migrate, SCHEMA_VERSION } from './migrations.ts';
import { openStore } from './open.ts';
import { openSqlite } from './sqlite.ts';
import { createStore } from './store.ts';
import { fillLog, GAP_MS, HUMAN, MODEL, picture, sighting } from './test-data.test-suite.ts';

const log = openLog({ level: 'silent' });
const home = await mkdtemp(join(tmpdir(), 'kith-sqlite-'));
after(() => rm(home, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(home, `data-${(folders += 1)}`);

const house: UseBackend = async (work) => {
  const backend = await openSqlite({ dataDir: newFolder(), log });
  await migrate(backend, log);
  const store = createStore(backend);
  try {
    await work(store, backend);
  } finally {
    await store.close();
  }
};

describe('SQLite', () => {
  testStore(() => openStore({ dataDir: newFolder(), log }));

  testAlerts(house);
  testAlertFates(house);
  testChannels(house);
  testDeliveries(house);
  testChatUsers(house);

  const dataDirs = new WeakMap<Store, string>();
  testErasure(
    async (work) => {
      const dataDir = newFolder();
      const store = await openStore({ dataDir, log });
      dataDirs.set(store, dataDir);
      await work(store);
      await store.close();
    },
    // The files as they are: also what lies about in them.
    async (store) => {
      const files = ['kith.db', 'kith.db-wal'].map((name) => join(dataDirs.get(store) ?? '', name));
      return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
    },
  );

  it('keeps a second opener out of the folder', async () => {
    const dataDir = newFolder();
    const store = await openStore({ dataDir, log });
    await assert.rejects(openStore({ dataDir, log }), fails('conflict', new RegExp(`${dataDir} is in use.*KITH_DATA`)));
    await store.close();
    await (await openStore({ dataDir, log })).close();
  });

  it('is free again after kill -9, with every acknowledged detection', async () => {
    const dataDir = newFolder();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-child.test-suite.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const acknowledged: string[] = [];
    for await (const id of createInterface({ input: child.stdout })) {
      acknowledged.push(id);
      if (acknowledged.length === 1) {
        await assert.rejects(openStore({ dataDir, log }), fails('conflict', /is in use/));
      }
      if (acknowledged.length === 300) child.kill('SIGKILL');
    }
    assert.deepEqual((await exited)[1], 'SIGKILL');
    assert.ok(acknowledged.length >= 300);
    const store = await openStore({ dataDir, log });
    try {
      for (const id of acknowledged) assert.equal((await store.detections.get(id))?.state, 'pending', id);
    } finally {
      await store.close();
    }
  });

  it('has every change of identity as a whole or not at all after kill -9', async () => {
    const dataDir = newFolder();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'merge-child.test-suite.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      if (said.length === 25) child.kill('SIGKILL');
    }
    await exited;
    const store = await openStore({ dataDir, log });
    try {
      const [last] = (await store.identity.list({}, { limit: 1 })).items;
      const [word, seq = 0, from = '', into = ''] = said.at(-1)?.split(' ') ?? [];
      // At most one change is further than what was acknowledged.
      assert.ok(last && last.seq - Number(seq) <= (word === 'undo' ? 1 : 0));
      if (last.seq === Number(seq)) assert.deepEqual([from, into].toSorted(), last.personIds.toSorted());
      const rows = (await store.detections.list({}, { limit: 100 })).items;
      const counts = new Map<string | null, number>();
      for (const row of rows) counts.set(row.personId, (counts.get(row.personId) ?? 0) + 1);
      const merged = last.undoneAt === null;
      assert.deepEqual(
        [...counts.values()].toSorted((a, b) => a - b),
        merged ? [20, 20, 40] : [20, 20, 20, 20],
      );
      assert.equal((await store.persons.counts()).unknown, merged ? 3 : 4);
      assert.equal((await store.references.entries(MODEL)).entries.length, 4);
      const visits = (await store.visits.list({}, { limit: 500 })).items;
      assert.equal(
        visits.reduce((sum, visit) => sum + visit.detections, 0),
        80,
      );
      // Whatever was cut off can be taken back, or taken up again.
      if (merged) await store.identity.undo(last.seq, { actor: HUMAN, visitGapMs: GAP_MS });
      assert.equal((await store.persons.counts()).unknown, 4);
    } finally {
      await store.close();
    }
  });

  it('opens a database that an earlier Kith made', async () => {
    const dataDir = newFolder();
    await testMigration(await openSqlite({ dataDir, log }), () => openStore({ dataDir, log }));
  });

  it('merges ten thousand detections and takes it back', async () => {
    const dataDir = newFolder();
    const backend = await openSqlite({ dataDir, log });
    await migrate(backend, log);
    await fillLog(backend, 10_000);
    const store = createStore(backend);
    const options = { actor: HUMAN, visitGapMs: GAP_MS };
    const { entry } = await store.identity.merge('from', 'into', options);
    assert.equal(entry.detections, 10_000);
    const visits = await store.visits.list({ personId: 'into' }, { limit: 1 });
    assert.equal(visits.items[0]?.detections, 10);
    await store.identity.undo(entry.seq, options);
    assert.equal((await store.detections.list({ personId: 'from' }, { limit: 1 })).items[0]?.id, 'd10000');
    assert.equal((await store.visits.list({ personId: 'into' }, { limit: 9 })).items.length, 1);
    await store.close();
  });

  it('says that the disk is full, loses nothing and goes on when there is room', async () => {
    const dataDir = newFolder();
    const open = async (maxPages?: number): ReturnType<typeof openStore> => {
      const backend = await openSqlite({ dataDir, log, ...(maxPages !== undefined && { maxPages }) });
      await migrate(backend, log);
      return createStore(backend);
    };
    const small = await open(320);
    const kept: string[] = [];
    let full: unknown;
    for (let i = 0; full === undefined && i < 100; i += 1) {
      const ids = Array.from({ length: 50 }, (_, k) => `s${i}-${k}`);
      const results = await Promise.allSettled(ids.map((id) => small.detections.add(sighting(id), picture(id), 1)));
      for (const [k, result] of results.entries()) {
        if (result.status === 'fulfilled') kept.push(ids[k] ?? '');
        else full ??= result.reason;
      }
    }
    assert.ok(fails('unavailable', /disk of .* is full/)(full), String(full));
    assert.equal((full as { status: number }).status, 507);
    assert.ok(kept.length > 50);
    assert.equal((await small.detections.counts()).pending, kept.length);
    await small.close();
    const roomy = await open();
    for (const id of kept) assert.ok(await roomy.detections.get(id), id);
    assert.equal((await roomy.detections.add(sighting('again'), picture('again'), 1)).created, true);
    await roomy.close();
  });

  it('refuses a database of a newer version', async () => {
    const dataDir = newFolder();
    const backend = await openSqlite({ dataDir, log });
    await migrate(backend, log);
    await backend.write((db) =>
      db
        .insertInto('kith_schema')
        .values({ version: SCHEMA_VERSION + 1, name: 'x', applied_at: 1 })
        .execute(),
    );
    await backend.close();
    await assert.rejects(
      openStore({ dataDir, log }),
      fails('unavailable', /made by a newer Kith \(schema \d+, this program knows \d+\)/),
    );
  });

  it('undoes a migration that fails halfway', async () => {
    const backend = await openSqlite({ dataDir: newFolder(), log });
    const steps = [
      { name: 'one', up: async () => undefined },
      {
        name: 'two',
        up: async (db: Parameters<Parameters<typeof backend.write>[0]>[0]) => {
          await db.schema.createTable('half').addColumn('id', 'text').execute();
          throw new Error('broken step');
        },
      },
    ];
    await assert.rejects(migrate(backend, log, steps), /broken step/);
    const tables = await backend.read((db) => db.introspection.getTables());
    assert.deepEqual(
      tables.map((table) => table.name).filter((name) => !name.startsWith('sqlite_')),
      [],
    );
    await backend.close();
  });

  it('says that a damaged file is damaged, and that a folder cannot be made', async () => {
    const dataDir = newFolder();
    await (await openStore({ dataDir, log })).close();
    await writeFile(join(dataDir, 'kith.db'), 'this is no database, whatever its name says. '.repeat(100));
    await assert.rejects(openStore({ dataDir, log }), fails('unavailable', /is damaged/));
    const inside = join(dataDir, 'kith.db', 'deeper');
    await assert.rejects(openStore({ dataDir: inside, log }), fails('unavailable', /KITH_DATA/));
  });

  it('names the kind of a database that it does not know, and nothing else of the URL', async () => {
    const databaseUrl = 'mysql://user:hunter2@host/db';
    await assert.rejects(
      openStore({ dataDir: newFolder(), databaseUrl, log }),
      (error) => fails('invalid', /"mysql"/)(error) && !String(error).includes('hunter2'),
    );
  });
});
