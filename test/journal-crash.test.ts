// kill -9 at any moment: what was acknowledged is classified once, no visit counts double, no stranger is made twice.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Detection } from '../src/domain.ts';
import { log } from './journal-kit.ts';
import { openStore } from '../src/store/open.ts';

const CHILD = fileURLToPath(new URL('journal-worker-child.ts', import.meta.url));

async function runAndKill(dataDir: string, round: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, dataDir, `${round}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const ready = Promise.withResolvers<void>();
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    if (text.startsWith('ready\n')) ready.resolve();
  });
  child.once('exit', () => ready.resolve());
  await ready.promise;
  await sleep(30 + Math.random() * 500);
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.ok(text.startsWith('ready\n'), 'the child has started');
  return text.slice(0, text.lastIndexOf('\n')).split('\n').slice(1).filter(Boolean);
}

/** As the child posts them. */
function strangerOf(id: string): number {
  const [, lane = 0, i = 0] = id.split('-').map(Number);
  return (i + lane) % 6;
}

test(
  'a worker that is killed again and again loses nothing and does nothing twice',
  { timeout: 120_000 },
  async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kith-crash-'));
    t.after(() => rm(dataDir, { recursive: true, force: true }));
    const acknowledged: string[] = [];
    // A slow machine acknowledges little between two kills: then there are more of them.
    for (let round = 0; round < 6 || (acknowledged.length <= 50 && round < 40); round++) {
      acknowledged.push(...(await runAndKill(dataDir, round)));
    }
    assert.ok(acknowledged.length > 50, `only ${acknowledged.length} were acknowledged`);
    const drain = spawn(process.execPath, [CHILD, dataDir, '0', 'drain'], { stdio: 'inherit' });
    const [status] = (await once(drain, 'exit')) as [number | null];
    assert.equal(status, 0);

    const store = await openStore({ dataDir, log });
    t.after(() => store.close());
    const rows: Detection[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await store.detections.list({}, { limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      rows.push(...page.items);
      if (page.next === null) break;
      cursor = page.next;
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const id of acknowledged) assert.equal(byId.get(id)?.state, 'classified', `${id} was acknowledged`);
    assert.ok(rows.every(({ state }) => state === 'classified'));

    // Six strangers (fewer on a machine so slow that no round came to the sixth), each one person, each made once.
    const strangers = new Set(rows.map(({ id }) => strangerOf(id)));
    assert.ok(strangers.size >= 3, `only ${strangers.size} strangers came`);
    assert.deepEqual(await store.persons.counts(), { known: 0, unknown: strangers.size });
    assert.equal(rows.filter(({ decision }) => decision === 'new').length, strangers.size);
    const personOf = new Map<number, string | null>();
    for (const { id, personId } of rows) {
      const stranger = strangerOf(id);
      assert.equal(personOf.get(stranger) ?? personId, personId);
      personOf.set(stranger, personId);
    }
    // Every change of a detection was logged once: who follows the log hears of each once.
    const changes = await store.changes.since(0, 100_000, 'journal');
    const told = changes
      .filter(({ entity, action }) => entity === 'detection' && action === 'change')
      .map(({ id }) => id);
    assert.equal(new Set(told).size, told.length);
    assert.equal(told.length, rows.length);

    const visits = (await store.visits.list({}, { limit: 500 })).items;
    assert.equal(
      visits.reduce((sum, visit) => sum + visit.detections, 0),
      rows.length,
    );
    for (const visit of visits) {
      assert.equal(rows.filter(({ visitId }) => visitId === visit.id).length, visit.detections);
    }
  },
);
