import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { isDue, openDailyBackups } from './daily-backup.ts';
import { openLog } from './log.ts';
import { openStore } from './store/open.ts';

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

const at = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();

test('once a day from its hour on; a night that was missed is made up for', () => {
  assert.equal(isDue(at(10, 2), 3, at(9, 3)), false);
  assert.equal(isDue(at(10, 3), 3, at(9, 3)), true);
  assert.equal(isDue(at(10, 23), 3, at(10, 3)), false);
  assert.equal(isDue(at(10, 1), 3, at(8, 3)), true);
  assert.equal(isDue(at(10, 1), 3, undefined), false);
  assert.equal(isDue(at(10, 4), 3, undefined), true);
  // One by hand in the afternoon before is not the night's.
  assert.equal(isDue(at(10, 3), 3, at(9, 15)), true);
});

test('the daily backup is made once it is wished for, and asked for by hand it answers when it has begun', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-daily-'));
  const log = openLog({ level: 'silent' });
  const store = await openStore({ dataDir, log });
  const config = { backupDaily: false, backupHour: 0, backupsKept: 5 };
  const backups = openDailyBackups({ dataDir, store, version: '1', config, log, makesDaily: true, lookMs: 20 });
  t.after(async () => {
    await backups.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const count = async () => (await backups.state()).backups.length;
  const [first, second] = await Promise.allSettled([backups.begin(), backups.begin()]);
  assert.equal(first.status, 'fulfilled');
  assert.match(String(second.status === 'rejected' && second.reason), /being made already/);
  await until(async () => (await count()) === 1);
  await backups.remove((await backups.state()).backups[0]?.id ?? '');
  await sleep(100);
  assert.equal(await count(), 0);
  config.backupDaily = true;
  await until(async () => (await count()) === 1);
  await sleep(100);
  assert.equal(await count(), 1);
});
