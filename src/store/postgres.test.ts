// The PostgreSQL store: what every store must do, and what only several processes on one server must do. Each handle that a
// test opens stands for a process.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { Store } from '../store-port.ts';
import { openLog } from '../log.ts';
import { RULE } from '../rule.test-kit.ts';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { startPostgres, type TestPostgres } from '../../test/postgres.ts';
import { askFor, DOOR } from './action-data.test-suite.ts';
import { NOON, planner, told, type UseBackend } from './alert-data.test-suite.ts';
import { testAlertFates } from './conformance-alert-fates.test-suite.ts';
import { testAlerts } from './conformance-alerts.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { Backend } from './backend.ts';
import { testChannels } from './conformance-channels.test-suite.ts';
import { testChatUsers } from './conformance-chat.test-suite.ts';
import { testPostgresBackups } from './backup-postgres.test-suite.ts';
import { testDeliveries } from './conformance-deliveries.test-suite.ts';
import { testErasure } from './conformance-erasure.test-suite.ts';
import { testStore } from './conformance.test-suite.ts';
import { testMigration } from './migration.test-suite.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import { openStore } from './open.ts';
import { openPostgres } from './postgres.ts';
import { createStore } from './store.ts';
import { classified, fillLog, GAP_MS, HUMAN, picture, settleOne, sighting } from './test-data.test-suite.ts';

const log = openLog({ level: 'silent' });
const LET_IN = () => ({ grant: true, evidence: [] });
const open = (databaseUrl: string): Promise<Store> => openStore({ dataDir: '/nowhere', databaseUrl, log });

describe('PostgreSQL', () => {
  let server: TestPostgres;
  let schema: string;
  before(async () => {
    server = await startPostgres();
    schema = await server.createDatabase();
    await (await open(schema)).close();
  });
  after(() => server.stop());

  testStore(async () => {
    await server.reset(schema);
    return open(schema);
  });

  const house: UseBackend = async (work) => {
    await server.reset(schema);
    const backend = await openPostgres({ url: schema, log });
    const store = createStore(backend);
    try {
      await work(store, backend);
    } finally {
      await store.close();
    }
  };
  testAlerts(house);
  testAlertFates(house);
  testChannels(house);
  testDeliveries(house);
  testChatUsers(house);

  const backends = new WeakMap<Store, Backend>();
  testErasure(
    async (work) => {
      const url = await server.createDatabase();
      await (await open(url)).close();
      const backend = await openPostgres({ url, log });
      const store = createStore(backend);
      backends.set(store, backend);
      await work(store);
      await store.close();
    },
    async (store) => {
      const backend = backends.get(store);
      assert.ok(backend);
      const lines: string[] = [];
      for (const { name } of await backend.read((db) => db.introspection.getTables())) {
        const query = sql<{ row: string }>`select t::text as row from ${sql.table(name)} as t`;
        const { rows } = await backend.read((db) => query.execute(db));
        for (const { row } of rows) lines.push(row);
      }
      return lines.join('\n');
    },
  );

  testPostgresBackups((like) => server.createDatabase(like));

  /** Opens several stores at once on one new database: they migrate it together. */
  async function withStores(
    count: number,
    work: (stores: readonly Store[], url: string) => Promise<void>,
  ): Promise<void> {
    const url = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: count }, () => open(url)));
    try {
      await work(stores, url);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  }

  it('gives every row to one of several workers', () =>
    withStores(4, async (stores) => {
      const [first] = stores;
      const ids = Array.from({ length: 200 }, (_, i) => `s${i}`);
      await Promise.all(ids.map(async (id) => first?.detections.add(sighting(id), picture(id), 1)));
      const claimed = await Promise.all(
        stores.flatMap((store, i) => [0, 1, 2].map((k) => store.detections.claim(`w${i}-${k}`, 20, 60_000, 1000))),
      );
      const taken = claimed.flat().map((row) => row.id);
      assert.equal(taken.length, 200);
      assert.equal(new Set(taken).size, 200);
    }));

  it('lets only one of two workers make a stranger, and numbers no change twice', () =>
    withStores(2, async (stores) => {
      const [one, two] = stores;
      assert.ok(one && two);
      for (const id of ['s1', 's2']) await one.detections.add(sighting(id), picture(id), 1);
      await one.detections.claim('w1', 1, 60_000, 0);
      await two.detections.claim('w2', 1, 60_000, 0);
      const settled = await Promise.all([
        one.detections.settle('w1', 's1', classified(null, 0), 1),
        two.detections.settle('w2', 's2', classified(null, 0), 1),
      ]);
      assert.deepEqual(settled.map(({ result }) => result).toSorted(), ['done', 'stale']);
      assert.deepEqual(await two.persons.counts(), { known: 0, unknown: 1 });
    }));

  it('lets one of two processes open a door for a visit, and one of them do it', () =>
    withStores(2, async (stores) => {
      const [one, two] = stores;
      assert.ok(one && two);
      const door = await one.actions.add(DOOR, 1);
      const ann = await one.persons.add('Ann');
      for (let visit = 0; visit < 10; visit += 1) {
        const at = visit * 100_000;
        const runs: string[] = [];
        for (const id of [`${visit}-a`, `${visit}-b`]) {
          await settleOne(one, sighting(id, at), ann.id);
          runs.push(await askFor(one, door, id));
        }
        // Both hear of both.
        const decided = await Promise.all(
          runs.flatMap((id) => stores.map((store) => store.actions.decide(id, LET_IN, at))),
        );
        const states = decided.flatMap((run) => (run ? [run.state] : []));
        assert.deepEqual(states.toSorted(), ['granted', 'refused']);
        const granted = decided.find((run) => run?.state === 'granted')?.id ?? '';
        const started = await Promise.all(stores.map((store, i) => store.actions.start(granted, `p${i}`, at)));
        assert.deepEqual(started.filter(Boolean), [true]);
      }
    }));

  it('tells once of a visit whose shots two workers settle at the same time', () =>
    withStores(2, async (stores) => {
      const [one, two] = stores;
      assert.ok(one && two);
      const alerts = planner(await one.rules.add(RULE, NOON));
      const ann = await one.persons.add('Ann');
      const ids = Array.from({ length: 20 }, (_, i) => `s${i}`);
      for (const id of ids) await one.detections.add(sighting(id, NOON), picture(id), NOON);
      const outcome = classified(ann.id, await one.changes.last(), { alerts });
      for (const [i, store] of [one, two].entries()) await store.detections.claim(`w${i}`, 10, 60_000, NOON);
      await Promise.all(
        ids.map((id, i) => (i < 10 ? one : two).detections.settle(i < 10 ? 'w0' : 'w1', id, outcome, NOON)),
      );
      assert.equal((await one.detections.counts()).classified, 20);
      assert.equal((await told(two)).length, 1);
    }));

  it('shows changes in the order of their numbers to those who follow', () =>
    withStores(3, async (stores) => {
      const [reader, ...writers] = stores;
      assert.ok(reader);
      const seen: number[] = [];
      let writing = true;
      const following = (async () => {
        for (let done = false; !done;) {
          done = !writing;
          const changes = await reader.changes.since(seen.at(-1) ?? 0, 500);
          seen.push(...changes.map((change) => change.seq));
        }
      })();
      await Promise.all(
        writers.flatMap((store, i) => Array.from({ length: 60 }, (_, k) => store.persons.add(`Person ${i} ${k}`))),
      );
      writing = false;
      await following;
      // A change that became visible behind the reader's back would be missing.
      assert.equal(seen.length, 120);
    }));

  it('refuses the same name from two processes at once', () =>
    withStores(2, async (stores) => {
      const results = await Promise.allSettled(stores.map((store) => store.persons.add('Ann')));
      assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      const rejected = results.find((result) => result.status === 'rejected');
      assert.ok(fails('conflict')(rejected?.reason));
    }));

  it('hears of commits of another process, also after the connection broke', () =>
    withStores(2, async (stores, url) => {
      const [one, two] = stores;
      assert.ok(one && two);
      const heard = async (act: () => Promise<unknown>): Promise<void> => {
        const called = Promise.withResolvers<void>();
        const stop = two.changes.onCommit(() => called.resolve());
        await act();
        await called.promise;
        stop();
      };
      await heard(() => one.persons.add('Ann'));
      // Ends every connection to the database, as a restart of the server does; coming back calls the listeners.
      await heard(() => endConnections(url));
      await heard(async () => {
        await addPatiently(one, 'Bob');
      });
      assert.equal((await two.persons.counts()).known, 2);
    }));

  it('refuses what no database can keep as wrong, not as a fault of its own', async () => {
    const store = await open(await server.createDatabase());
    await assert.rejects(store.persons.list({ query: 'a\0' }, { limit: 1 }), fails('invalid', /NUL/));
    await store.close();
  });

  it('says that the disk of the server is full, and goes on when there is room', async () => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    const backend = await openPostgres({ url, log });
    await backend.write(async (db) => {
      const body = `begin raise exception 'could not extend file' using errcode = 'disk_full'; end`;
      await sql.raw(`create function full_disk() returns trigger language plpgsql as $$ ${body} $$`).execute(db);
      await sql.raw('create trigger full_disk before insert on persons execute function full_disk()').execute(db);
    });
    const store = createStore(backend);
    try {
      await assert.rejects(store.persons.add('Ann'), (error) => {
        return (
          fails('unavailable', /disk of PostgreSQL .* is full/)(error) && (error as { status: number }).status === 507
        );
      });
      await backend.write((db) => sql.raw('drop trigger full_disk on persons').execute(db));
      assert.equal((await store.persons.add('Ann')).name, 'Ann');
    } finally {
      await store.close();
    }
  });

  it('says where no server answers, without the password', async () => {
    const url = 'postgres://kith:hunter2@127.0.0.1:1/faces';
    await assert.rejects(open(url), (error) => {
      return fails('unavailable', /127\.0\.0\.1:1\/faces.*DATABASE_URL/)(error) && !String(error).includes('hunter2');
    });
    const missing = server.url.replace(/\/postgres$/, '/missing');
    await assert.rejects(open(missing), fails('unavailable', /does not let Kith in .*"missing" does not exist/));
    await assert.rejects(open('postgres://kith:hunter2@[broken'), (error) => {
      return fails('invalid', /cannot be read/)(error) && !String(error).includes('hunter2');
    });
  });

  it('opens a database that an earlier Kith made', async () => {
    const url = await server.createDatabase();
    await testMigration(await openPostgres({ url, log }), () => open(url));
  });

  it('lets changes of identity from several processes come one after the other', () =>
    withStores(2, async (stores) => {
      const [one, two] = stores;
      assert.ok(one && two);
      const ids: string[] = [];
      for (let i = 0; i < 8; i += 1) ids.push((await settleOne(one, sighting(`s${i}`, i * 9000), null)).personId ?? '');
      const options = { actor: HUMAN, visitGapMs: GAP_MS };
      // All into the first, from both sides and some of them twice: each happens once.
      const merges = ids
        .slice(1)
        .flatMap((id) => [one, two].map((store) => store.identity.merge(id, ids[0] ?? '', options)));
      const results = await Promise.allSettled(merges);
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 7);
      for (const result of results) if (result.status === 'rejected') assert.ok(fails('conflict')(result.reason));
      assert.equal((await two.visits.list({ personId: ids[0] ?? '' }, { limit: 20 })).items.length, 8);
      const entries = (await two.identity.list({}, { limit: 20 })).items;
      const undone = await Promise.allSettled(
        entries.flatMap(({ seq }) => [one, two].map((store) => store.identity.undo(seq, options))),
      );
      assert.equal(undone.filter((result) => result.status === 'fulfilled').length, 7);
      assert.deepEqual(await one.persons.counts(), { known: 0, unknown: 8 });
    }));

  it('merges ten thousand detections and takes it back', async () => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    const backend = await openPostgres({ url, log });
    await fillLog(backend, 10_000);
    const store = createStore(backend);
    try {
      const options = { actor: HUMAN, visitGapMs: GAP_MS };
      const { entry } = await store.identity.merge('from', 'into', options);
      assert.equal(entry.detections, 10_000);
      assert.equal((await store.visits.list({ personId: 'into' }, { limit: 1 })).items[0]?.detections, 10);
      await store.identity.undo(entry.seq, options);
      assert.equal((await store.visits.list({ personId: 'into' }, { limit: 1 })).items.length, 1);
    } finally {
      await store.close();
    }
  });

  it('refuses a database of a newer version', async () => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    const backend = await openPostgres({ url, log });
    await backend.write((db) =>
      db
        .insertInto('kith_schema')
        .values({ version: SCHEMA_VERSION + 1, name: 'x', applied_at: 1 })
        .execute(),
    );
    await backend.close();
    await assert.rejects(open(url), fails('unavailable', /made by a newer Kith \(schema \d+/));
  });
});

async function endConnections(url: string): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await client.end();
}

/** The pool may hand out one connection or two that it does not know to be broken yet. */
async function addPatiently(store: Store, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await store.persons.add(name);
      return;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}
