// A database that an earlier Kith made opens with everything in place.

import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { openLog } from '../log.ts';
import type { Store } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { GAP_MS, HUMAN, MODEL, picture, template } from './test-data.test-suite.ts';
import { firstSchema } from './migration-1.ts';
import { migrate } from './migrations.ts';
import { vectorToBytes } from './vectors.ts';

/** `backend` over an empty database, which `reopen` opens as the program does. */
export async function testMigration(backend: Backend, reopen: () => Promise<Store>): Promise<void> {
  await migrate(backend, openLog({ level: 'silent' }), [{ name: 'first schema', up: firstSchema }]);
  const vector = vectorToBytes(template(1).vector);
  await backend.write(async (db) => {
    const run = (query: ReturnType<typeof sql>): Promise<unknown> => query.execute(db);
    for (const [id, kind, name] of [
      ['p1', 'known', 'Ada'],
      ['p2', 'unknown', 'Unknown 1'],
    ]) {
      const key = (name ?? '').toLowerCase();
      await run(sql`insert into persons (id, kind, name, name_key, sort_key, created_at, last_seen_at)
        values (${id}, ${kind}, ${name}, ${key}, ${key}, 1, 1000)`);
    }
    await run(sql`update counters set value = 1 where name = 'unknown person'`);
    await run(sql`insert into person_references (id, person_id, picture, source, detection_id, quality, created_at)
      values ('r1', 'p1', ${picture('photo')}, 'enrolled', null, 0.5, 1),
        ('r2', 'p2', ${picture('d2')}, 'sighting', 'd2', 0.5, 1)`);
    for (const [reference, person] of [
      ['r1', 'p1'],
      ['r2', 'p2'],
    ]) {
      await run(sql`insert into reference_templates (reference_id, person_id, model, vector)
        values (${reference}, ${person}, ${MODEL}, ${vector})`);
    }
    await run(sql`insert into visits (id, person_id, camera_id, first_at, last_at, detections, best_detection_id, best_quality)
      values ('v1', 'p1', 'door', 1000, 1000, 1, 'd1', 0.5), ('v2', 'p2', 'door', 1100, 1100, 1, 'd2', 0.5)`);
    const columns = sql`id, camera_id, captured_at, picture, received_at, state, classified_at, person_id, person_kind,
      decision, distance, quality, model, visit_id`;
    await run(sql`insert into detections (${columns}) values
      ('d1', 'door', 1000, ${picture('d1')}, 1001, 'classified', 1002, 'p1', 'known', 'known', 0.25, 0.5, ${MODEL}, 'v1'),
      ('d2', 'door', 1100, ${picture('d2')}, 1101, 'classified', 1102, 'p2', 'unknown', 'new', null, 0.5, ${MODEL}, 'v2'),
      ('d3', 'door', 1200, ${picture('d3')}, 1201, 'pending', null, null, null, null, null, null, null, null)`);
    await run(sql`insert into cameras (id, name, created_at, last_seen_at) values ('door', 'Door', 1, 1100)`);
    for (const id of ['d1', 'd2']) {
      await run(sql`insert into detection_templates (detection_id, model, vector) values (${id}, ${MODEL}, ${vector})`);
    }
  });
  await backend.close();

  const store = await reopen();
  try {
    const ada = await store.persons.get('p1');
    assert.deepEqual([ada?.name, ada?.references, ada?.ignored, ada?.attributes], ['Ada', 1, false, {}]);
    assert.deepEqual((await store.references.ofPerson('p1'))[0]?.warnings, []);
    assert.equal((await store.references.entries(MODEL)).entries.length, 2);
    const rows = (await store.detections.list({}, { limit: 9 })).items;
    assert.deepEqual(
      rows.map((row) => [row.id, row.personName, row.decision, row.decidedBy, row.visitId]),
      [
        ['d3', null, null, null, null],
        ['d2', 'Unknown 1', 'new', 'system', 'v2'],
        ['d1', 'Ada', 'known', 'system', 'v1'],
      ],
    );
    assert.deepEqual(await store.detections.counts(), { pending: 1, classified: 2, rejected: 0, failed: 0 });
    const shots = await store.detections.withTemplates(MODEL, {}, 0, 9);
    assert.deepEqual(
      shots.map((shot) => [shot.id, shot.vector]),
      [
        ['d1', template(1).vector],
        ['d2', template(1).vector],
      ],
    );
    const scanned: unknown[] = [];
    for await (const piece of store.detections.scanTemplates(MODEL, { cameraIds: ['door'], from: 1000 })) {
      scanned.push(...piece.map((one) => [one.id, one.capturedAt]));
    }
    assert.deepEqual(scanned, [
      ['d2', 1100],
      ['d1', 1000],
    ]);
    assert.deepEqual(
      (await store.strangers.counts(null, 1100)).map((one) => [
        one.id,
        one.sightings,
        one.lastAt,
        one.weight.toFixed(6),
      ]),
      [['p2', 1, 1100, '1.000000']],
    );
    const { settings, version, runsHere, fixed, said, report, ...door } = (await store.cameras.list())[0] ?? {};
    assert.deepEqual(door, { id: 'door', name: 'Door', createdAt: 1, lastSeenAt: 1100 });
    assert.deepEqual([settings, version, runsHere, fixed, said, report], [null, 0, true, null, null, null]);
    // And it can be worked with.
    await store.detections.putTemplates([
      { detectionId: 'd1', template: { model: 'other@1', vector: Float32Array.of(1) } },
    ]);
    const options = { actor: HUMAN, visitGapMs: GAP_MS };
    const { entry } = await store.identity.merge('p2', 'p1', options);
    assert.deepEqual(
      (await store.visits.list({}, { limit: 9 })).items.map((visit) => visit.detections),
      [2],
    );
    await store.identity.undo(entry.seq, options);
    assert.deepEqual((await store.detections.get('d2'))?.personName, 'Unknown 1');
    assert.deepEqual((await store.persons.list({}, { limit: 9 })).items.length, 2);
  } finally {
    await store.close();
  }
}
