// Several workers on one PostgreSQL share the log: nothing is classified twice, no stranger becomes two persons.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fakeEngine, openBench, sighting } from './journal-kit.ts';
import { startPostgres } from './postgres.ts';

test('two workers on one PostgreSQL', { timeout: 120_000 }, async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-two-workers-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const databaseUrl = await postgres.createDatabase();
  const settled: string[] = [];
  const open = () =>
    openBench({
      dataDir,
      databaseUrl,
      engine: fakeEngine({ ms: () => Math.random() * 10 }),
      concurrency: 4,
      onSettled: ({ id }) => void settled.push(id),
    });
  const one = await open();
  const two = await open();
  const both = [one, two];

  const all = 120;
  for (let i = 0; i < all; i++) {
    const seen = sighting(`d${i}`, { cameraId: `camera ${i % 4}`, capturedAt: 1000 + i });
    await both[i % 2]?.post(`stranger ${i % 5}:0.2:${i}`, seen);
  }
  while ((await one.store.detections.counts()).pending > 0) await sleep(20);
  await Promise.all(both.map(({ worker }) => worker.idle()));

  assert.equal((await one.store.detections.counts()).classified, all);
  assert.equal(new Set(settled).size, all);
  assert.equal(settled.length, all);
  assert.ok(one.worker.stats.classified > 0 && two.worker.stats.classified > 0, 'both had their share');
  assert.deepEqual(await one.store.persons.counts(), { known: 0, unknown: 5 });
  const visits = (await one.store.visits.list({}, { limit: 500 })).items;
  assert.equal(
    visits.reduce((sum, visit) => sum + visit.detections, 0),
    all,
  );
  const rows = (await one.store.detections.list({}, { limit: 500 })).items;
  for (let stranger = 0; stranger < 5; stranger++) {
    const persons = rows.filter(({ id }) => Number(id.slice(1)) % 5 === stranger).map(({ personId }) => personId);
    assert.equal(new Set(persons).size, 1);
  }

  // What one of them enrols the other one finds without being asked.
  const berta = await one.store.persons.add('Berta');
  const vector = new Float32Array(32).fill(0.4);
  await one.store.references.add({ personId: berta.id, picture: 'ab'.repeat(32), quality: 1 }, [
    { model: 'fake@1', vector },
  ]);
  const begin = performance.now();
  while (two.gallery.search(vector)[0]?.personId !== berta.id) {
    assert.ok(performance.now() - begin < 5000, 'not found within five seconds');
    await sleep(5);
  }
  await Promise.all(both.map((bench) => bench.close()));
});
