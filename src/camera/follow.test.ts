import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createZones, type ZoneSettings } from '../camera-zones.ts';
import type { Box } from '../domain.ts';
import { createFollower, type Follower, type Look } from './follow.ts';
import { rasterFrame } from './frame.ts';
import { emptyTally } from './status.ts';
import { squareEngine, squaresRaster } from './test-kit.ts';

function follower(zones: Partial<ZoneSettings> = {}, quality = 0.5): { follow: Follower; engine: { looks: number } } {
  const engine = squareEngine({ quality });
  const follow = createFollower({
    engine,
    search: 'near',
    wideShare: 0,
    minFacePx: 24,
    minQuality: 0.1,
    zones: createZones({ include: [], exclude: [], zones: [], ...zones }),
    tally: emptyTally(),
  });
  return { follow, engine };
}

async function look(
  { follow }: { follow: Follower },
  at: number,
  squares: readonly Box[],
  alone = false,
): Promise<Look> {
  return follow.look(rasterFrame(squaresRaster(640, 360, squares), at, alone), new AbortController().signal);
}

const RIGHT_HALF = [
  [0.5, 0],
  [1, 0],
  [1, 1],
  [0.5, 1],
] as const;

test('somebody who comes in and then does not move at all is sent within half a second', async () => {
  const camera = follower();
  for (let at = 0; at < 1_000; at += 125) await look(camera, at, []);
  const sent: number[] = [];
  const visitor: Box = [200, 100, 80, 80];
  for (let at = 1_000; at < 3_000; at += 125) {
    const { shots } = await look(camera, at, [visitor]);
    for (const shot of shots) sent.push(at - shot.appearedAt);
  }
  assert.equal(sent.length, 1);
  assert.ok((sent[0] ?? Infinity) <= 450, `after ${sent[0]} ms`);
});

test('who is in front of the zones is not followed, and wakes nobody', async () => {
  const camera = follower({ include: [RIGHT_HALF] });
  await look(camera, 0, []);
  const { looks } = camera.engine;
  for (let at = 125; at < 2_000; at += 125) {
    const seen = await look(camera, at, [[20 + at / 20, 100, 80, 80]]);
    assert.deepEqual([seen.motion, seen.tracks.length], ['still', 0]);
  }
  assert.equal(camera.engine.looks, looks);
  // She walks in.
  const tracks = new Set<string>();
  for (let at = 2_000; at < 3_000; at += 125) {
    for (const track of (await look(camera, at, [[200 + (at - 2_000) / 5, 100, 80, 80]])).tracks) tracks.add(track.id);
  }
  assert.equal(tracks.size, 1);
});

test('who walks into a named zone is told of with its name, by a look that is no better than what was sent', async () => {
  const camera = follower({ zones: [{ name: 'till', polygon: RIGHT_HALF }] });
  const sent: string[] = [];
  await look(camera, 0, []);
  for (let at = 125; at < 4_000; at += 125) {
    const { shots } = await look(camera, at, [[20 + at / 10, 100, 80, 80]]);
    for (const { zones, trackId } of shots) sent.push(`${trackId.split('-')[1]} ${zones.join(' ')}`);
  }
  assert.deepEqual(sent, ['1 ', '1 till']);
});

test('of two in the picture only the one inside of the zones is followed, in a photo too', async () => {
  const camera = follower({ exclude: [RIGHT_HALF] });
  const two: Box[] = [
    [100, 100, 80, 80],
    [420, 100, 80, 80],
  ];
  for (const alone of [false, true]) {
    const { tracks } = await look(camera, 0, two, alone);
    assert.deepEqual(
      tracks.map((track) => track.seen?.box[0]),
      [100],
    );
  }
});
