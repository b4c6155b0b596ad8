import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../domain.ts';
import { assign } from './assignment.ts';
import { createTracker, type Seen } from './tracker.ts';

interface Named extends Seen {
  readonly who: string;
}

/** Runs `seconds` of boxes at `fps` through a tracker; answers which track ids each person had, in order. */
function run(
  people: Readonly<Record<string, (t: number) => Box | null>>,
  given: { seconds: number; fps?: number; score?: (who: string, t: number) => number; noise?: number },
): { idsOf: Record<string, string[]>; ended: Set<string>; confirmed: Set<string> } {
  const { seconds, fps = 8, score = () => 0.9, noise = 0 } = given;
  const tracker = createTracker<Named>({ session: 's' });
  const idsOf: Record<string, string[]> = Object.fromEntries(Object.keys(people).map((who) => [who, []]));
  const ended = new Set<string>();
  const confirmed = new Set<string>();
  let seed = 1;
  const tremble = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed / 2_147_483_647 - 0.5) * 2 * noise;
  };
  for (let i = 0; i < seconds * fps; i++) {
    const t = i / fps;
    const detections = Object.entries(people).flatMap(([who, place]) => {
      const box = place(t);
      if (!box) return [];
      const [x, y, w, h] = box;
      return [
        { who, score: score(who, t), box: [x + tremble(), y + tremble(), w + tremble(), h + tremble()] as const },
      ];
    });
    for (const track of tracker.update(detections, 1_000 + t * 1000)) {
      if (track.state === 'ended') ended.add(track.id);
      if (track.state === 'confirmed') confirmed.add(track.id);
      const ids = track.seen ? idsOf[track.seen.who] : undefined;
      if (ids && ids.at(-1) !== track.id) ids.push(track.id);
    }
  }
  return { idsOf, ended, confirmed };
}

test('two people who cross keep their tracks', () => {
  const { idsOf } = run(
    { left: (t) => [50 + t * 120, 100, 60, 70], right: (t) => [650 - t * 120, 118, 60, 70] },
    { seconds: 5, noise: 3 },
  );
  assert.deepEqual(idsOf, { left: ['s-1'], right: ['s-2'] });
});

const behind = (from: number, to: number) => (t: number) =>
  t >= from && t < to ? null : ([50 + t * 80, 100, 60, 70] as const);

test('one who is hidden for a second while walking comes out with the same track, after four with a new one', () => {
  assert.deepEqual(run({ walker: behind(2, 3) }, { seconds: 5, noise: 2 }).idsOf, { walker: ['s-1'] });
  const long = run({ walker: behind(2, 6) }, { seconds: 8 });
  assert.equal(long.idsOf['walker']?.length, 2);
  assert.ok(long.ended.has('s-1'));
});

test('a quick walk past at few frames a second is one track', () => {
  // 1.4 m/s at a face height of 0.24 m: six face heights a second.
  const { idsOf } = run({ walker: (t) => [20 + t * 240, 100, 36, 40] }, { seconds: 3, fps: 5, noise: 2 });
  assert.deepEqual(idsOf, { walker: ['s-1'] });
});

const turn = (from: number) => (t: number) => (t >= from && t < from + 3 ? ([300, 100, 50, 60] as const) : null);

test('people who come and go one after the other at the same place get tracks of their own', () => {
  const { idsOf, confirmed } = run({ a: turn(0), b: turn(6), c: turn(12) }, { seconds: 16 });
  assert.deepEqual(idsOf, { a: ['s-1'], b: ['s-2'], c: ['s-3'] });
  assert.equal(confirmed.size, 3);
});

test('a doubtful look keeps a track but begins none, a single look is not believed', () => {
  const kept = run(
    { turning: () => [100, 100, 60, 70], shadow: () => [500, 100, 60, 70] },
    { seconds: 8, score: (who, t) => (who === 'shadow' || (t > 2 && t < 6) ? 0.4 : 0.9) },
  );
  assert.deepEqual(kept.idsOf, { turning: ['s-1'], shadow: [] });
  const once = run({ flash: (t) => (t === 1 ? [100, 100, 60, 70] : null) }, { seconds: 3 });
  assert.equal(once.confirmed.size, 0);
  assert.ok(once.ended.has('s-1'));
});

const sway = (x: number, phase: number) => (t: number) =>
  [x + 12 * Math.sin(2 * t + phase), 100 + 6 * Math.cos(3 * t + phase), 50, 60] as const;

test('four faces in a crowd do not change places', () => {
  const { idsOf } = run(
    { a: sway(100, 0), b: sway(165, 1), c: sway(230, 2), d: sway(295, 3) },
    { seconds: 10, noise: 4 },
  );
  assert.deepEqual(
    Object.values(idsOf).map((ids) => ids.length),
    [1, 1, 1, 1],
  );
});

test('a still scene does not lose anybody', () => {
  const tracker = createTracker<Seen>({ session: 's' });
  const face = { box: [100, 100, 60, 70] as const, score: 0.9 };
  tracker.update([face], 0);
  tracker.update([face], 100);
  for (let at = 200; at < 10_000; at += 100) tracker.still(at);
  // The detector misses once after the pause.
  assert.deepEqual(
    tracker.update([], 10_000).map((track) => track.state),
    ['lost'],
  );
  assert.equal(tracker.update([face], 10_100)[0]?.id, 's-1');
});

test('the assignment is the cheapest of all', () => {
  // Greedy takes 1 + 9; the best is 2 + 2.
  assert.deepEqual([...assign(Float64Array.of(1, 2, 2, 9), 2, 2, 10)], [1, 0]);
  assert.deepEqual([...assign(Float64Array.of(1, 2, 2, 9), 2, 2, 1.5)], [0, -1]);
  assert.deepEqual([...assign(Float64Array.of(5, 1, 4), 1, 3, 10)], [1]);
  assert.deepEqual([...assign(Float64Array.of(5, 1, 4), 3, 1, 10)], [-1, 0, -1]);
  assert.deepEqual([...assign(new Float64Array(0), 2, 0, 1)], [-1, -1]);
});

test('the assignment equals trying everything', () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 200; round++) {
    const n = 1 + Math.floor(random() * 5);
    const costs = Float64Array.from({ length: n * n }, random);
    const total = [...assign(costs, n, n, 100)].reduce((sum, column, row) => sum + (costs[row * n + column] ?? 0), 0);
    const tried = permutations(n).map((order) => order.reduce((sum, c, row) => sum + (costs[row * n + c] ?? 0), 0));
    assert.ok(Math.abs(total - Math.min(...tried)) < 1e-9);
  }
});

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1)));
}
