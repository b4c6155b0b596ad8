import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sighting } from '../domain.ts';
import { openSpoolDisk, type SpoolDisk } from './spool-disk.ts';
import { openSpool, type Spool } from './spool.ts';
import { temporaryFolder } from './test-kit.ts';

const never = new AbortController().signal;

const NOON = Date.UTC(2026, 10, 24, 12);

function sighting(capturedAt = NOON, trackId = 't-1'): Sighting {
  return { id: randomUUID(), cameraId: 'door', trackId, capturedAt, box: [1, 2, 3, 4], points: null, zones: [] };
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
  const early = sighting(NOON + 5_000);
  await first.add(early, Uint8Array.of(255, 216, 10, 0, 7));
  const second = await openSpool({ folder });
  const late = sighting(NOON - 86_400_000);
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

test('a full spool gives up poor shots of the older half first, and never the only shot of a track while another has two', async (t) => {
  const spool = await openSpool({ folder: temporaryFolder(t), maxShots: 6 });
  const given: [track: string, score: number][] = [
    ['a', 0.9],
    ['a', 0.2],
    ['b', 0.1],
    ['c', 0.5],
    ['c', 0.6],
    ['d', 0.3],
  ];
  for (const [track, score] of given) await spool.add(sighting(NOON, track), Uint8Array.of(1), score);
  await spool.add(sighting(NOON, 'e'), Uint8Array.of(1), 0.4);
  await spool.add(sighting(NOON, 'f'), Uint8Array.of(1), 0.4);
  const tracks: (string | null)[] = [];
  while (tracks.length < 6) tracks.push((await spool.take(never))?.sighting.trackId ?? null);
  // First a's poorer shot, then c's, although b's only one is poorer still.
  assert.deepEqual(tracks, ['a', 'b', 'c', 'd', 'e', 'f']);
});

test('scores outlive a restart', async (t) => {
  const folder = temporaryFolder(t);
  const first = await openSpool({ folder });
  for (const [track, score] of [
    ['a', 0.9],
    ['b', 0.1],
    ['c', 0.5],
  ] as const) {
    await first.add(sighting(NOON, track), Uint8Array.of(1), score);
  }
  const second = await openSpool({ folder, maxShots: 3 });
  await second.add(sighting(NOON, 'd'), Uint8Array.of(1), 0.5);
  assert.equal((await second.take(never))?.sighting.trackId, 'a');
  assert.equal((await second.take(never))?.sighting.trackId, 'c');
});

/** A clock that a test sets: the wall may jump, the steady one only runs. */
function clockOf(start = NOON) {
  let [wall, steady] = [start, 5_000];
  return {
    clock: { wall: () => wall, steady: () => steady },
    run: (ms: number): void => {
      wall += ms;
      steady += ms;
    },
    set: (to: number): void => {
      wall = to;
    },
  };
}

test('shots that wait too long are given up, whatever the clock is set to', async (t) => {
  const told: string[] = [];
  const { clock, run, set } = clockOf();
  const onDropped = (total: number, why: string): unknown => told.push(`${total} ${why}`);
  const spool = await openSpool({ folder: temporaryFolder(t), maxAgeMs: 60_000, clock, onDropped });
  const [old, young] = [sighting(), sighting()];
  await spool.add(old, Uint8Array.of(1));
  set(NOON + 365 * 86_400_000);
  run(40_000);
  await spool.add(young, Uint8Array.of(1));
  assert.deepEqual(told, []);
  run(30_000);
  assert.equal((await spool.take(never))?.sighting.id, young.id);
  assert.deepEqual(told, ['1 old']);
});

test('a clock that is set while shots wait moves their times and not their order', async (t) => {
  const folder = temporaryFolder(t);
  const { clock, run, set } = clockOf(Date.UTC(1970, 0, 1, 0, 1));
  const spool = await openSpool({ folder, clock });
  const first = sighting(clock.wall());
  await spool.add(first, Uint8Array.of(1));
  run(10_000);
  await spool.add(sighting(clock.wall()), Uint8Array.of(1));
  run(10_000);
  set(NOON);
  const [one, two] = [await spool.take(never), await spool.take(never)];
  assert.equal(one?.sighting.id, first.id);
  assert.deepEqual([one.sighting.capturedAt, two?.sighting.capturedAt], [NOON - 20_000, NOON - 10_000]);
  // After a restart nobody knows any more by how much the clock was wrong: now, rather than 1970.
  assert.equal((await (await openSpool({ folder, clock })).take(never))?.sighting.capturedAt, NOON);
});

test('a disk that fails: shots wait in memory, that is said, and they become safe when it works again', async (t) => {
  const folder = temporaryFolder(t);
  let broken = true;
  const troubles: (string | null)[] = [];
  const spool = await openSpool({
    folder,
    onTrouble: (trouble) => troubles.push(trouble),
    async open(path) {
      const disk = await openSpoolDisk(path);
      const write: SpoolDisk['write'] = (file, content) =>
        broken
          ? Promise.reject(Object.assign(new Error('read-only file system'), { code: 'EROFS' }))
          : disk.write(file, content);
      return { ...disk, write };
    },
  });
  const [a, b] = [sighting(), sighting()];
  await spool.add(a, Uint8Array.of(7));
  assert.match(spool.trouble ?? '', /read-only.*memory/);
  assert.deepEqual([...((await spool.take(never))?.jpeg ?? [])], [7]);
  spool.giveBack(a.id);
  broken = false;
  await spool.add(b, Uint8Array.of(8));
  assert.equal(spool.trouble, null);
  assert.equal(troubles.length, 2);
  assert.deepEqual(new Set(await idsOf(await openSpool({ folder }))), new Set([a.id, b.id]));
});

test('on a full disk old and poor shots make room for the new one; without any it waits in memory, which is bounded', async (t) => {
  let room = 3;
  const open = async (path: string): Promise<SpoolDisk> => {
    const disk = await openSpoolDisk(path);
    return {
      ...disk,
      async write(file, content) {
        if (room === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        room--;
        await disk.write(file, content);
      },
      async remove(file) {
        room++;
        await disk.remove(file);
      },
    };
  };
  const spool = await openSpool({ folder: temporaryFolder(t), open });
  for (const score of [0.9, 0.1, 0.8]) await spool.add(sighting(NOON, `${score}`), Uint8Array.of(1), score);
  await spool.add(sighting(NOON, 'new'), Uint8Array.of(1));
  assert.deepEqual([spool.counts.waiting, spool.counts.dropped, spool.trouble], [3, 1, null]);
  room = -1;
  const none = await openSpool({
    folder: temporaryFolder(t),
    open: async (path) => ({
      ...(await open(path)),
      write: () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
    }),
  });
  for (let i = 0; i < 12; i++) await none.add(sighting(NOON, `${i}`), new Uint8Array(3_000_000));
  assert.ok(none.counts.bytes <= 20_000_000);
  assert.equal(none.counts.waiting + none.counts.dropped, 12);
});

test('what was written before the clock was set is not given up as old', async (t) => {
  const folder = temporaryFolder(t);
  const shot = sighting(5_000);
  await (await openSpool({ folder })).add(shot, Uint8Array.of(7));
  for (const file of await readdir(folder)) await utimes(join(folder, file), 5, 5);
  assert.deepEqual(await idsOf(await openSpool({ folder })), [shot.id]);
});

const readOnly = (): Promise<never> => Promise.reject(new Error('read-only file system'));

test('a disk that became read-only and gives one file no more: the others are delivered', async (t) => {
  const folder = temporaryFolder(t);
  const first = await openSpool({ folder });
  const [bad, good] = [sighting(), sighting()];
  await first.add(bad, Uint8Array.of(7));
  await first.add(good, Uint8Array.of(8));
  const spool = await openSpool({
    folder,
    async open(path) {
      const disk = await openSpoolDisk(path);
      const read: SpoolDisk['read'] = async (file) => (file.includes(bad.id) ? null : disk.read(file));
      return { ...disk, read, write: readOnly, remove: readOnly, setAside: readOnly };
    },
  });
  assert.equal((await spool.take(never))?.sighting.id, good.id);
  assert.match(spool.trouble ?? '', /read-only/);
  await spool.delivered(good.id);
  assert.equal(spool.counts.waiting, 0);
});

test('a folder that does not give its list: the spool works in memory and says so', async (t) => {
  const spool = await openSpool({
    folder: temporaryFolder(t),
    open: async (path) => ({
      ...(await openSpoolDisk(path)),
      leftovers: () => Promise.reject(new Error('input/output error')),
    }),
  });
  assert.match(spool.trouble ?? '', /input\/output error/);
});

test('a folder that cannot be made: the spool works in memory and says so', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  await writeFile(file, '');
  const spool = await openSpool({ folder: join(file, 'spool') });
  assert.match(spool.trouble ?? '', /spool folder .*memory/);
  const shot = sighting();
  await spool.add(shot, Uint8Array.of(3));
  assert.equal((await spool.take(never))?.sighting.id, shot.id);
  await spool.delivered(shot.id);
  assert.equal(spool.counts.waiting, 0);
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
       await spool.add({ id, cameraId: 'c', trackId: null, capturedAt: 1, box: null, points: null, zones: [] }, new Uint8Array(50_000));
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
