// The supervisor with a program that crashes, hangs, stalls, grows and ends, at shortened times.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLog } from './log.ts';
import type { Act, FakeSettings } from './supervisor-child.test-suite.ts';
import { superviseCamera, type SuperviseTimes, type SupervisorWord } from './supervisor.ts';

const FILE = join(import.meta.dirname, 'supervisor-child.test-suite.ts');
const LONG = 60_000;
/** Nothing happens by itself: each test shortens what it is about. */
const TIMES: SuperviseTimes = {
  stallMs: LONG,
  hangMs: LONG,
  startMs: LONG,
  graceMs: LONG,
  healthyMs: LONG,
  lookMs: 20,
  repeatMs: LONG,
  backoff: () => 10,
};

function open(t: TestContext, acts: readonly Act[], times: Partial<SuperviseTimes> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kith-supervisor-'));
  const lives = join(folder, 'lives');
  const words: SupervisorWord[] = [];
  const settings: FakeSettings = { acts, lives };
  const child = superviseCamera({
    id: 'door',
    settings,
    log: openLog({ level: 'silent' }),
    onWord: (word) => words.push(word),
    program: { file: FILE, args: [] },
    times: { ...TIMES, ...times },
  });
  const pids = (): number[] => {
    try {
      return readFileSync(lives, 'utf8').split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  };
  t.after(async () => {
    await child.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { child, words, pids, lived: (count: number) => eventually(() => pids().length >= count, `${count} lives`) };
}

async function eventually(isSo: () => boolean, what: string): Promise<void> {
  for (const until = Date.now() + 60_000; !isSo();) {
    if (Date.now() > until) assert.fail(what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** In its second life it runs; what was said in between. */
async function secondLife(t: TestContext, act: Act, times: Partial<SuperviseTimes> = {}): Promise<string> {
  const { words, pids, lived } = open(t, [act, 'run'], times);
  await lived(2);
  const [first = 0, second = 0] = pids();
  assert.ok(!isAlive(first) && isAlive(second), 'the first is gone, the second lives');
  assert.deepEqual(
    words.map(({ state, restarts }) => [state, restarts]),
    [
      ['starting', 0],
      ['restarting', 1],
    ],
  );
  return words[1]?.reason ?? '';
}

test('a crash: started again, with how it ended', async (t) => {
  assert.match(await secondLife(t, 'crash'), /^The program ended unexpectedly \(SIGSEGV\): started again\.$/);
});

test('a stall: no frame while it claims to run', async (t) => {
  assert.equal(await secondLife(t, 'stall', { stallMs: 300 }), 'No frame came for 0.3 s: started again.');
});

test('a program that hangs in a busy loop is killed for good', async (t) => {
  assert.equal(await secondLife(t, 'hang', { hangMs: 1_500 }), 'It did not answer for 1.5 s: started again.');
});

test('a program that never says anything is started again', async (t) => {
  assert.equal(await secondLife(t, 'mute', { startMs: 1_500 }), 'It did not begin within 1.5 s: started again.');
});

test('a memory overrun: over the limit that its settings set', async (t) => {
  assert.match(await secondLife(t, 'grow'), /^It took \d{3} MB of memory, 300 are allowed: started again\.$/);
});

test('a source that may be quiet is no stall, and a healthy program is left alone', async (t) => {
  for (const [act, stallMs] of [
    ['quiet', 500],
    ['run', 4_000],
  ] as const) {
    const { words, pids, lived, child } = open(t, [act], { stallMs, hangMs: 20_000 });
    await lived(1);
    await new Promise((resolve) => setTimeout(resolve, stallMs + 1_000));
    assert.deepEqual([words.map(({ state }) => state), pids().length], [['starting'], 1]);
    await child.close();
  }
});

test('what does not heal is not tried again: wrong settings, an input that cannot be used, a recording that has ended', async (t) => {
  for (const [act, status, reason] of [
    ['wrong', 2, /"rate" must be <= 60/],
    ['unreadable', 3, /film\.mp4 is no video/],
    ['end', 0, /has ended/],
  ] as const) {
    const { child, words, pids } = open(t, [act]);
    const end = await child.ended;
    assert.equal(end.status, status);
    assert.match(end.last?.reason ?? '', reason);
    assert.deepEqual(
      words.map(({ state }) => state),
      ['starting', 'ended'],
    );
    assert.match(words[1]?.reason ?? '', reason);
    assert.equal(pids().length, 1);
  }
});

test('each failure waits longer, and is counted', async (t) => {
  const waits: number[] = [];
  const backoff = (tries: number): number => {
    waits.push(tries);
    return 10;
  };
  const { words, lived } = open(t, ['crash', 'crash', 'crash', 'run'], { backoff });
  await lived(4);
  assert.deepEqual(waits, [1, 2, 3]);
  assert.deepEqual(
    words.map(({ restarts }) => restarts),
    [0, 1, 2, 3],
  );
  const healthy: number[] = [];
  const other = open(t, ['crash', 'crash', 'run'], { healthyMs: 0, backoff: (tries) => (healthy.push(tries), 10) });
  await other.lived(3);
  assert.deepEqual(healthy, [1, 1], 'who ran for long begins anew');
});

test('while no child speaks the word is repeated, so that the camera is not taken for offline', async (t) => {
  const { words, lived } = open(t, ['crash', 'run'], { repeatMs: 50, backoff: () => 1_000 });
  await lived(2);
  assert.ok(words.filter(({ state }) => state === 'restarting').length > 3);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const said = words.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(words.length, said, 'once it speaks for itself nothing is said for it');
});

test('closing ends the child in order, one that does not want to by force, and starts none again', async (t) => {
  const { child, pids, lived, words } = open(t, ['run']);
  await lived(1);
  await child.close();
  assert.deepEqual([pids().map(isAlive), words.map(({ state }) => state)], [[false], ['starting']]);
  assert.equal((await child.ended).status, 0);
  const stubborn = open(t, ['stubborn'], { graceMs: 300 });
  await stubborn.lived(1);
  await stubborn.child.close();
  assert.deepEqual(stubborn.pids().map(isAlive), [false]);
  const waiting = open(t, ['crash'], { backoff: () => LONG });
  await eventually(() => waiting.words.length === 2, 'it crashes');
  await waiting.child.close();
  assert.equal(waiting.pids().length, 1);
});

test('a program that cannot be started at all is said, not thrown', async (t) => {
  const words: SupervisorWord[] = [];
  const child = superviseCamera({
    id: 'door',
    settings: {},
    log: openLog({ level: 'silent' }),
    onWord: (word) => words.push(word),
    program: { file: '/nowhere/at-all.ts', args: [] },
    times: TIMES,
  });
  t.after(() => child.close());
  await eventually(() => words.length > 1, 'a word');
  assert.match(words[1]?.reason ?? '', /ended unexpectedly \(exit 1\): started again/);
});
