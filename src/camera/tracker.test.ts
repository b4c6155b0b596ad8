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

/** Looks are points on a line here: 0.1 apart is the same person, 2 somebody else. */
const apart = (a: Float32Array, b: Float32Array): number => Math.abs((a[0] ?? 0) - (b[0] ?? 0));

interface Person extends Seen {
  readonly who: number;
}

/** Answers the ids of all looks, in order, and how many faces had to be described. */
function runWithLooks(frames: readonly (readonly Person[])[], fps = 8): { ids: string[][]; asked: number } {
  const tracker = createTracker<Person>({ session: 's', lookDistance: apart });
  let asked = 0;
  const ids = frames.map((detections, i) => {
    const at = 1_000 + (i * 1000) / fps;
    const unclear = tracker.unclear(detections, at);
    asked += unclear.length;
    const looks = new Map(unclear.map((face) => [face, Float32Array.of(face.who)]));
    const tracks = tracker.update(detections, at, looks);
    return detections.map((face) => tracks.find(({ seen }) => seen === face)?.id ?? '');
  });
  return { ids, asked };
}

const person = (who: number, x: number): Person => ({ who, score: 0.9, box: [x, 100, 60, 70] });

const stay = (who: number) => Array.from({ length: 8 }, () => [person(who, 300)]);

test('the next person at the same place is somebody else, the same person again is not', () => {
  const away = Array.from({ length: 8 }, () => []);
  assert.deepEqual([...new Set(runWithLooks([...stay(0), ...away, ...stay(2)]).ids.flat())], ['s-1', 's-2']);
  assert.deepEqual([...new Set(runWithLooks([...stay(0), ...away, ...stay(0.1)]).ids.flat())], ['s-1']);
});

test('who comes out of an embrace is told by the look, whatever the places say', () => {
  const apartFrames = Array.from({ length: 8 }, (_, i) => [person(0, 200 + i * 10), person(2, 360 - i * 10)]);
  const together = Array.from({ length: 4 }, () => [person(0, 280)]);
  // They have changed places, or not.
  const changed = Array.from({ length: 8 }, (_, i) => [person(2, 260 - i * 10), person(0, 310 + i * 10)]);
  const back = Array.from({ length: 8 }, (_, i) => [person(0, 260 - i * 10), person(2, 310 + i * 10)]);
  assert.deepEqual(runWithLooks([...apartFrames, ...together, ...changed]).ids.at(-1), ['s-2', 's-1']);
  assert.deepEqual(runWithLooks([...apartFrames, ...together, ...back]).ids.at(-1), ['s-1', 's-2']);
});

test('who walks alone is described once, and without a way to compare looks nobody is', () => {
  const alone = Array.from({ length: 40 }, (_, i) => [person(0, 100 + i * 10)]);
  assert.equal(runWithLooks(alone).asked, 1);
  const tracker = createTracker<Person>({ session: 's' });
  for (const [i, detections] of alone.entries()) {
    assert.deepEqual(tracker.unclear(detections, i * 100), []);
    tracker.update(detections, i * 100);
  }
});

const pushed = (t: number): number => (t < 1 ? 0 : 62);

test('a push against the camera makes nobody change places', () => {
  const { idsOf } = run(
    {
      a: (t) => [100 + pushed(t), 100, 50, 60],
      b: (t) => [165 + pushed(t), 104, 50, 60],
      c: (t) => [230 + pushed(t), 98, 50, 60],
    },
    { seconds: 3, noise: 2 },
  );
  assert.deepEqual(idsOf, { a: ['s-1'], b: ['s-2'], c: ['s-3'] });
});

test('a hundred faces keep their tracks', () => {
  const people = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`p${i}`, sway(60 + (i % 10) * 90, i)] as const).map(([who, place], i) => [
      who,
      (t: number) => {
        const [x, y, w, h] = place(t);
        return [x, y + Math.floor(i / 10) * 90, w, h] as const;
      },
    ]),
  );
  const { idsOf } = run(people, { seconds: 3, noise: 3 });
  assert.deepEqual(new Set(Object.values(idsOf).map((ids) => ids.length)), new Set([1]));
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

test('pairs out of reach change nothing: groups that cannot meet are solved apart', () => {
  const far = Number.POSITIVE_INFINITY;
  // Two groups, interleaved: rows 0 and 2 with columns 1 and 3, row 1 with column 0; row 3 reaches nobody.
  const costs = new Float64Array(16).fill(far);
  for (const [row, column, cost] of [
    [0, 1, 1],
    [0, 3, 2],
    [1, 0, 0.5],
    [2, 1, 2],
    [2, 3, 9],
  ] as const)
    costs[row * 4 + column] = cost;
  assert.deepEqual([...assign(costs, 4, 4, 10)], [3, 0, 1, -1]);
});

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1)));
}
