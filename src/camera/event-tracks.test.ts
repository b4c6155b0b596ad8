import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, Raster } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { createFollower } from './follow.ts';
import { rasterFrame, type Frame } from './frame.ts';
import { emptyTally } from './status.ts';
import { faceAt, squareEngine, squaresRaster } from './test-kit.ts';

const { signal } = new AbortController();

/** Large faces are good ones. */
function openFollower() {
  const tally = emptyTally();
  const squares = squareEngine();
  const engine = {
    ...squares,
    looks: 0,
    async analyse(picture: Raster) {
      engine.looks++;
      const seen = await squares.analyse(picture);
      return { ...seen, faces: seen.faces.map(({ box }) => faceAt(box, box[2] > 100 ? 0.9 : 0.4)) };
    },
  } as FaceEngine & { looks: number };
  const options = { engine, search: 'auto', wideShare: 1, minFacePx: 16, minQuality: 0.1, tally } as const;
  return { tally, engine, follower: createFollower(options) };
}

async function nothing(): Promise<never> {
  throw new Error('there is no picture');
}

function eventFrame(
  id: string,
  squares: readonly Box[],
  more: Partial<NonNullable<Frame['event']>> & { at?: number } = {},
): Frame {
  const { at = 1_000, ...event } = more;
  return { ...rasterFrame(squaresRaster(320, 200, squares), at), event: { id, box: null, ended: false, ...event } };
}

test('the first picture of an event is sent at once, and all of them are one track with the id of the event', async () => {
  const { follower, tally } = openFollower();
  const first = await follower.look(eventFrame('1.2-a', [[40, 40, 50, 60]]), signal);
  assert.deepEqual(
    first.shots.map(({ trackId, capturedAt }) => [trackId, capturedAt]),
    [['1.2-a', 1_000]],
  );
  // The person is elsewhere in the next one: no tracker could have followed.
  const second = await follower.look(eventFrame('1.2-a', [[240, 100, 90, 95]], { at: 9_000 }), signal);
  assert.deepEqual(
    second.tracks.map(({ id, hits }) => [id, hits]),
    [['1.2-a', 2]],
  );
  assert.equal(tally.tracks, 1);
  assert.equal(tally.faces, 2);
});

test('of several faces the one inside the box is meant, and two events are two tracks', async () => {
  const { follower } = openFollower();
  const squares: Box[] = [
    [20, 30, 40, 50],
    [200, 20, 60, 70],
  ];
  const left = await follower.look(eventFrame('left', squares, { box: [0, 10, 80, 180] }), signal);
  const right = await follower.look(eventFrame('right', squares, { box: [180, 10, 100, 180] }), signal);
  assert.deepEqual([left.shots[0]?.trackId, right.shots[0]?.trackId], ['left', 'right']);
  assert.deepEqual(left.tracks[0]?.seen?.box, [20, 30, 40, 50]);
  assert.deepEqual(right.tracks[0]?.seen?.box, [200, 20, 60, 70]);
  // Nobody's face is in this box.
  const none = await follower.look(eventFrame('none', squares, { box: [100, 100, 50, 90] }), signal);
  assert.deepEqual([none.tracks, none.shots], [[], []]);
  // A box that lies outside says nothing.
  const all = await follower.look(eventFrame('all', squares, { box: [9_000, 0, 50, 50] }), signal);
  assert.deepEqual(all.tracks[0]?.seen?.box, [200, 20, 60, 70]);
});

test('the end of an event ends its track, with and without a picture', async () => {
  const { follower, engine } = openFollower();
  await follower.look(eventFrame('a', [[40, 40, 50, 60]]), signal);
  await follower.look(eventFrame('b', [[40, 40, 50, 60]]), signal);
  const last = await follower.look(eventFrame('a', [[40, 40, 150, 150]], { at: 2_000, ended: true }), signal);
  assert.deepEqual(
    last.shots.map(({ trackId }) => trackId),
    ['a'],
  );
  const looks = engine.looks;
  const blind = eventFrame('b', [], { at: 3_000, ended: true, blind: true });
  const end = await follower.look({ ...blind, look: nothing, crop: nothing, luma: nothing }, signal);
  assert.deepEqual([end.shots, engine.looks], [[], looks]);
  // The same id once more would be a new beginning; nothing was held back.
  assert.deepEqual(follower.end(), []);
});

test('a stream that breaks ends the tracks of its events', async () => {
  const { follower } = openFollower();
  await follower.look(eventFrame('a', [[40, 40, 50, 60]]), signal);
  await follower.look(eventFrame('a', [[40, 40, 150, 150]], { at: 1_200 }), signal);
  assert.deepEqual(
    follower.end().map(({ trackId }) => trackId),
    ['a'],
  );
  assert.deepEqual(follower.end(), []);
});
