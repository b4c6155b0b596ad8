import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sighting } from '../domain.ts';
import { openSpool, type Spool } from './spool.ts';
import { temporaryFolder } from './test-kit.ts';

const never = new AbortController().signal;

function sighting(capturedAt = 1_000): Sighting {
  return { id: randomUUID(), cameraId: 'door', trackId: 't-1', capturedAt, box: [1, 2, 3, 4], points: null };
}

async function idsOf(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  for (let left = spool.counts.waiting; left > 0; left--) {
    const shot = await spool.take(never);
    if (shot) ids.push(shot.sighting.id);
  }
  return ids;
}

test('a shot comes out as it went in, in order, also after a restart and with a clock that was set back', async (t) => {
  const folder = temporaryFolder(t);
  const first = await openSpool({ folder });
  const early = sighting(5_000);
  await first.add(early, Uint8Array.of(255, 216, 10, 0, 7));
  const second = await openSpool({ folder });
  const late = sighting(10);
  await second.add(late, Uint8Array.of(1));
  const shot = await second.take(never);
  assert.deepEqual(shot?.sighting, early);
  assert.deepEqual([...(shot?.jpeg ?? [])], [255, 216, 10, 0, 7]);
  assert.equal((await second.take(never))?.sighting.id, late.id);
});

test('what was delivered is gone for good, what was given back is the oldest again', async (t) => {
  const folder = temporaryFolder(t);
  const spool = await openSpool({ folder });
  const [a, b] = [sighting(), sighting()];
  await spool.add(a, Uint8Array.of(1));
  await spool.add(b, Uint8Array.of(2));
  await spool.take(never);
  await spool.take(never);
  spool.giveBack(a.id);
  assert.equal((await spool.take(never))?.sighting.id, a.id);
  await spool.delivered(a.id);
  assert.deepEqual(await idsOf(await openSpool({ folder })), [b.id]);
});

test('take waits for a shot and ends with the signal', async (t) => {
  const spool = await openSpool({ folder: temporaryFolder(t) });
  const taking = spool.take(never);
  const shot = sighting();
  await spool.add(shot, Uint8Array.of(1));
  assert.equal((await taking)?.sighting.id, shot.id);
  const stop = new AbortController();
  const stopped = spool.take(stop.signal);
  stop.abort();
  assert.equal(await stopped, null);
});

test('bounded by number and by bytes: the oldest go, but never one that is on its way', async (t) => {
  const told: number[] = [];
  const spool = await openSpool({ folder: temporaryFolder(t), maxShots: 3, onDropped: (total) => told.push(total) });
  const shots = Array.from({ length: 5 }, () => sighting());
  const [first, ...others] = shots;
  assert.ok(first);
  await spool.add(first, Uint8Array.of(1));
  await spool.take(never);
  for (const shot of others) await spool.add(shot, Uint8Array.of(1));
  assert.deepEqual(told, [1, 2]);
  assert.equal(spool.counts.dropped, 2);
  spool.giveBack(first.id);
  assert.deepEqual(await idsOf(spool), [first.id, shots[3]?.id, shots[4]?.id]);

  const small = await openSpool({ folder: temporaryFolder(t), maxBytes: 10_000 });
  for (let i = 0; i < 9; i++) await small.add(sighting(), new Uint8Array(3_000));
  assert.equal(small.counts.waiting, 3);
  assert.ok(small.counts.bytes <= 10_000);
});

test('what the back end does not want is set aside, at most a hundred', async (t) => {
  const folder = temporaryFolder(t);
  const spool = await openSpool({ folder });
  for (let i = 0; i < 105; i++) {
    const shot = sighting();
    await spool.add(shot, Uint8Array.of(1));
    await spool.refuse(shot.id);
  }
  assert.equal(spool.counts.waiting, 0);
  assert.equal((await readdir(join(folder, 'refused'))).length, 100);
});

test('a damaged file is set aside and does not hold up the next', async (t) => {
  const folder = temporaryFolder(t);
  const spool = await openSpool({ folder });
  const [bad, good] = [sighting(), sighting()];
  await spool.add(bad, Uint8Array.of(1));
  await spool.add(good, Uint8Array.of(2));
  const file = (await readdir(folder)).find((name) => name.includes(bad.id));
  await truncate(join(folder, file ?? ''), 10);
  await writeFile(join(folder, 'half.tmp'), 'half');
  const again = await openSpool({ folder });
  assert.equal((await again.take(never))?.sighting.id, good.id);
  assert.equal(again.counts.waiting, 1);
  assert.ok(!(await readdir(folder)).includes('half.tmp'));
});

test('a folder that cannot be made says so', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  await writeFile(file, '');
  await assert.rejects(openSpool({ folder: join(file, 'spool') }), { code: 'unavailable', message: /spool folder/ });
});

test('kill -9 while writing loses nothing that was promised', async (t) => {
  const folder = temporaryFolder(t);
  const writer = join(folder, 'writer.mjs');
  const spoolFolder = join(folder, 'spool');
  await writeFile(
    writer,
    `import { openSpool } from ${JSON.stringify(new URL('spool.ts', import.meta.url).href)};
     import { randomUUID } from 'node:crypto';
     const spool = await openSpool({ folder: ${JSON.stringify(spoolFolder)} });
     while (true) {
       const id = randomUUID();
       await spool.add({ id, cameraId: 'c', trackId: null, capturedAt: 1, box: null, points: null }, new Uint8Array(50_000));
       process.send(id);
     }`,
  );
  const child = fork(writer, { stdio: 'ignore' });
  const promised: string[] = [];
  child.on('message', (id) => {
    promised.push(id as string);
    if (promised.length === 15) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  const spool = await openSpool({ folder: spoolFolder });
  const found = new Set(await idsOf(spool));
  assert.ok(promised.length >= 15);
  assert.deepEqual(
    promised.filter((id) => !found.has(id)),
    [],
  );
  assert.ok((await readdir(spoolFolder)).every((name) => !name.endsWith('.tmp')));
});
