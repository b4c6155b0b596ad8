// The choice of shots on real clips, with the real networks: one person facing the camera.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createZones, type ZoneSettings } from '../src/camera-zones.ts';
import { createFollower, type Look } from '../src/camera/follow.ts';
import { partOf } from '../src/camera/frame.ts';
import type { Shot } from '../src/camera/shots.ts';
import { fileSource } from '../src/camera/source-file.ts';
import { emptyTally } from '../src/camera/status.ts';
import { sourceOptions } from '../src/camera/test-kit.ts';
import { readConfig } from '../src/config.ts';
import type { Quality, Raster } from '../src/domain.ts';
import type { FaceEngine } from '../src/face-port.ts';
import { openCodec, openEngine } from '../src/engine.ts';
import { openLog } from '../src/log.ts';

const shared = process.env['KITH_TEST_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const skip = existsSync(join(shared, 'video')) ? false : 'the shared test data is not here';
const clip = (name: string): string => join(shared, 'video', name);
/** From this frame of asl-walk.mkv on she looks down with her lids lowered (found by looking at all of them). */
const LIDS_DOWN = 47;
const FPS = 30;

let engine: FaceEngine;

before(async () => {
  if (!skip) engine = await openEngine(readConfig({ env: { KITH_THREADS: '1' } }), openLog({ level: 'silent' }));
});
after(async () => {
  if (!skip) await engine.close();
});

async function follow(
  path: string,
  rate: number,
  zones: Partial<ZoneSettings> = {},
): Promise<{ looks: Look[]; shots: Shot[]; startAt: number; eyes: [frame: number, open: number][] }> {
  const follower = createFollower({
    engine,
    search: 'near',
    wideShare: 0,
    minFacePx: 24,
    minQuality: 0.1,
    zones: createZones({ include: [], exclude: [], zones: [], ...zones }),
    tally: emptyTally(),
  });
  const stream = await fileSource.open(path, sourceOptions({ rate, pace: 'fast' }));
  const looks: Look[] = [];
  const eyes: [number, number][] = [];
  for await (const frame of stream) {
    const look = await follower.look(frame, new AbortController().signal);
    frame.release();
    looks.push(look);
    const number = Math.round(((look.capturedAt - (looks[0]?.capturedAt ?? 0)) * FPS) / 1000);
    // A track is the tracker's own, which changes it with the next frame.
    for (const { seen } of look.tracks) if (seen) eyes.push([number, seen.face.quality.eyes]);
  }
  await stream.close();
  const shots = [...looks.flatMap((look) => look.shots), ...follower.end()];
  return { looks, shots, startAt: looks[0]?.capturedAt ?? 0, eyes };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const rate of [4, 8, 12]) {
  test(
    `one person, ${rate} looks a second: one track, a first shot within 500 ms, the best with open eyes`,
    { skip },
    async () => {
      const { looks, shots, startAt } = await follow(clip('asl-walk.mkv'), rate);
      assert.equal(new Set(shots.map((shot) => shot.trackId)).size, 1);
      assert.ok(shots.length <= 4, `${shots.length} shots`);
      const sentAt = looks.find((look) => look.shots.length > 0)?.capturedAt ?? Infinity;
      const [first] = shots;
      assert.ok(first?.first && sentAt - first.appearedAt <= 500, `sent after ${sentAt - (first?.appearedAt ?? 0)} ms`);
      const best = shots.reduce((one, other) => (other.score > one.score ? other : one));
      const frame = Math.round(((best.capturedAt - startAt) * FPS) / 1000);
      assert.ok(frame < LIDS_DOWN, `frame ${frame}`);
      assert.ok(shots.every(({ picture, box }) => picture.width >= 1.9 * Math.max(box[2], box[3])));
    },
  );
}

test('lowered lids are measured lower than open eyes', { skip }, async () => {
  const { eyes } = await follow(clip('asl-walk.mkv'), 1_000);
  const open = eyes.filter(([frame]) => frame < LIDS_DOWN - 2).map(([, value]) => value);
  const down = eyes.filter(([frame]) => frame > LIDS_DOWN).map(([, value]) => value);
  assert.ok(open.length > 10 && down.length > 10, `${open.length} and ${down.length} looks`);
  assert.ok(median(down) < 0.85 * median(open), `${median(down)} against ${median(open)}`);
  assert.ok(down.filter((value) => value < median(open)).length > 0.95 * down.length);
});

test('who is outside of the zones is not followed', { skip }, async () => {
  const right = [
    [0.75, 0],
    [1, 0],
    [1, 1],
    [0.75, 1],
  ] as const;
  const left = [
    [0, 0],
    [0.75, 0],
    [0.75, 1],
    [0, 1],
  ] as const;
  const outside = await follow(clip('asl-yes.mkv'), 8, { include: [right] });
  assert.deepEqual([outside.shots.length, outside.looks.flatMap((look) => look.tracks).length], [0, 0]);
  assert.equal((await follow(clip('asl-yes.mkv'), 8, { exclude: [left] })).shots.length, 0);
  assert.ok((await follow(clip('asl-yes.mkv'), 8, { exclude: [right] })).shots.length > 0);
});

async function qualityOf(picture: Raster): Promise<Quality> {
  const [face] = (await engine.analyse({ ...picture, data: Uint8Array.from(picture.data) }, { search: 'near' })).faces;
  assert.ok(face);
  return face.quality;
}

test('a hand before the mouth is seen, although it has the colour of skin', { skip }, async () => {
  const stream = await fileSource.open(clip('asl-yes.mkv'), sourceOptions({ rate: 1, pace: 'fast' }));
  let picture: Raster | undefined;
  for await (const frame of stream) {
    const whole = await frame.look(Infinity);
    picture ??= partOf(whole, [0, 0, whole.width, whole.height]);
    frame.release();
  }
  await stream.close();
  assert.ok(picture);
  const [face] = (await engine.analyse({ ...picture, data: Uint8Array.from(picture.data) })).faces;
  assert.ok(face);
  const [, , nose, right, left] = face.points;
  const colour = partOf(picture, [right[0] - 6, nose[1], 1, 1]).data;
  const covered = { ...picture, data: Uint8Array.from(picture.data) };
  for (let y = Math.round(nose[1] + 4); y < right[1] + 12; y++) {
    for (let x = Math.round(right[0] - 8); x < left[0] + 8; x++) covered.data.set(colour, (y * covered.width + x) * 3);
  }
  const [bare, hand] = [await qualityOf(picture), await qualityOf(covered)];
  assert.ok(bare.mouth > 0.8, `bare: ${bare.mouth}`);
  assert.ok(hand.mouth < 0.7 * bare.mouth, `covered: ${hand.mouth}`);
  assert.ok(hand.occlusion > 0.9, 'the colours alone do not tell');
});

test('masked faces are told from bare ones', { skip }, async () => {
  const codec = openCodec();
  const mouths = async (folder: string): Promise<number[]> => {
    const values: number[] = [];
    for (const file of readdirSync(join(shared, 'mask', folder))
      .toSorted()
      .slice(0, 30)) {
      const { faces } = await engine.analyse(await codec.decode(await readFile(join(shared, 'mask', folder, file))));
      values.push(...faces.filter(({ score }) => score > 0.5).map(({ quality }) => quality.mouth));
    }
    return values;
  };
  const [masked, bare] = [await mouths('with'), await mouths('without')];
  assert.ok(masked.length > 15 && bare.length > 20);
  const pairs = masked.flatMap((one) => bare.map((other) => (one < other ? 1 : one === other ? 0.5 : 0)));
  const right = pairs.reduce<number>((sum, value) => sum + value, 0) / pairs.length;
  assert.ok(right > 0.92, `${right}`);
});
