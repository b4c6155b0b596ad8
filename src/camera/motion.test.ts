import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rasterFrame, shrink, type Luma } from './frame.ts';
import { createMotionGate } from './motion.ts';
import { squaresRaster } from './test-kit.ts';

let seed = 3;
function noise(range: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return Math.round((seed / 2_147_483_647 - 0.5) * 2 * range);
}

/** A scene with some contrast, trembling by `grain` grey levels, brighter by `light`. */
function scene(given: { grain?: number; light?: number; visitorAt?: number; other?: boolean } = {}): Luma {
  const { grain = 0, light = 0, visitorAt, other = false } = given;
  const data = Uint8Array.from({ length: 80 * 45 }, (_, i) => {
    const x = i % 80;
    const y = Math.floor(i / 80);
    const room = other ? 40 + ((x * 7 + y * 13) % 90) : 60 + (x < 40 ? 60 : 0) + (y > 30 ? 40 : 0);
    const visitor = visitorAt !== undefined && x >= visitorAt && x < visitorAt + 3 && y >= 20 && y < 24 ? 60 : 0;
    return Math.max(0, Math.min(255, room + visitor + light + noise(grain)));
  });
  return { width: 80, height: 45, data };
}

test('a still scene is looked at every few seconds only', () => {
  const gate = createMotionGate();
  const looks = Array.from({ length: 100 }, (_, i) => gate.look(scene({ grain: 3 }), i * 100));
  assert.equal(looks.filter((motion) => motion !== 'still').length, 5);
});

test('somebody small who comes in is seen at once', () => {
  const gate = createMotionGate();
  gate.look(scene({ grain: 3 }), 0);
  assert.equal(gate.look(scene({ grain: 3 }), 100), 'still');
  assert.equal(gate.look(scene({ grain: 3, visitorAt: 10 }), 200), 'moving');
});

test('movement outside of the mask wakes nobody', () => {
  const right = Uint8Array.from({ length: 80 * 45 }, (_, i) => (i % 80 >= 40 ? 1 : 0));
  const gate = createMotionGate({ mask: () => right });
  gate.look(scene({ grain: 3 }), 0);
  assert.equal(gate.look(scene({ grain: 3, visitorAt: 10 }), 100), 'still');
  assert.equal(gate.look(scene({ grain: 3, visitorAt: 50 }), 200), 'moving');
});

const fading = (i: number): Luma => {
  const luma = scene();
  for (let x = 30; x < 36; x++) luma.data[20 * 80 + x] = (luma.data[20 * 80 + x] ?? 0) + i;
  return luma;
};

test('slow movement adds up', () => {
  const gate = createMotionGate({ lookEveryMs: 1e9 });
  const looks = Array.from({ length: 10 }, (_, i) => gate.look(fading(i), i * 100));
  assert.equal(looks.indexOf('moving', 1), 8);
});

test('a cloud is no visitor, another picture is a cut', () => {
  const gate = createMotionGate();
  gate.look(scene(), 0);
  assert.equal(gate.look(scene({ light: 25 }), 100), 'still');
  assert.equal(gate.look(scene({ other: true }), 200), 'cut');
  assert.equal(gate.look(scene({ other: true }), 300), 'still');
});

test('a clock that is set back does not close the gate', () => {
  const gate = createMotionGate();
  gate.look(scene(), 1_000_000);
  assert.equal(gate.look(scene(), 500), 'moving');
});

test('the small picture of a raster shows where it is bright', async () => {
  const frame = rasterFrame(squaresRaster(320, 160, [[160, 80, 80, 80]]), 0);
  const luma = await frame.luma();
  assert.deepEqual([luma.width, luma.height], [80, 40]);
  assert.equal(luma.data[30 * 80 + 50], 255);
  assert.equal(luma.data[10 * 80 + 50], 0);
  assert.deepEqual(shrink(squaresRaster(3, 5, [])).data.length, 15);
});
