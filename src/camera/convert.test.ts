import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P10LE } from 'node-av/constants';
import { SoftwareScaleContext, Frame as NativeFrame } from 'node-av/lib';
import type { Raster } from '../domain.ts';
import { createConverter } from './convert.ts';
import { frameOfYuv420 } from './yuv.test-kit.ts';
import { pictureOf } from './scene.test-kit.ts';
import type { Upright } from './upright.ts';

const UPRIGHT: Upright = { quarters: 0, stretch: 1 };
const WIDTH = 322;
const HEIGHT = 182;

/** A white square near the left bottom corner. */
function picture(format: NativeFrame['format'] = AV_PIX_FMT_YUV420P): NativeFrame {
  const plain = pictureOf(WIDTH, HEIGHT, [[21, 101, 60, 50]], 0n, { num: 1, den: 25 });
  if (format === AV_PIX_FMT_YUV420P) return plain;
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  const other = new NativeFrame();
  other.alloc();
  other.width = WIDTH;
  other.height = HEIGHT;
  other.format = format;
  other.getBuffer(0);
  scaler.scaleFrameSync(other, plain);
  scaler.freeContext();
  plain.free();
  return other;
}

const at = ({ width, data }: Raster, x: number, y: number): number => data[(y * width + x) * 3] ?? -1;

function meanDifference(a: Raster, b: Raster): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / a.data.length;
}

test('a part is the same pixels as in the whole, at odd places and at the edges, in several formats', async () => {
  for (const format of [AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P10LE] as const) {
    const converter = createConverter();
    const native = picture(format);
    const whole = await converter.look(native, UPRIGHT, Number.POSITIVE_INFINITY);
    assert.deepEqual([whole.width, whole.height], [WIDTH, HEIGHT]);
    for (const [x, y, w, h] of [
      [21, 101, 60, 50],
      [301, 171, 100, 100],
      [-10, -10, 33, 17],
      [7, 3, 1, 1],
    ] as const) {
      const part = await converter.crop(native, UPRIGHT, [x, y, w, h], Number.POSITIVE_INFINITY);
      const cut = { ...part, data: new Uint8Array(part.data.length) };
      for (let row = 0; row < part.height; row++) {
        const from = ((part.top + row) * WIDTH + part.left) * 3;
        cut.data.set(whole.data.subarray(from, from + part.width * 3), row * part.width * 3);
      }
      assert.ok(
        meanDifference(part, cut) < 2,
        `format ${format}, ${[x, y, w, h].join()}: ${meanDifference(part, cut)}`,
      );
    }
    native.free();
    converter.close();
  }
});

test('a picture has memory of its own, with room behind its rows', () => {
  const pixels = Buffer.alloc((6 * 4 * 3) / 2, 128);
  const frame = frameOfYuv420(pixels, { width: 6, height: 4 }, AV_PIX_FMT_YUV420P);
  pixels.fill(0);
  assert.deepEqual(
    frame.data?.slice(0, 3).map((plane) => plane[0]),
    [128, 128, 128],
  );
  assert.ok((frame.linesize[0] ?? 0) >= 16, 'what calculates many pixels at a time reads beyond six');
  frame.free();
});

test('looks and parts are reduced to what is asked for', async () => {
  const converter = createConverter();
  const native = picture();
  const look = await converter.look(native, UPRIGHT, 161);
  assert.deepEqual([look.width, look.height], [161, 91]);
  assert.ok(at(look, 25, 63) > 220 && at(look, 100, 20) < 160);
  assert.ok(look.data.buffer instanceof SharedArrayBuffer);
  const part = await converter.crop(native, UPRIGHT, [20, 100, 100, 80], 50);
  assert.deepEqual([part.left, part.top, part.width, part.height], [20, 100, 50, 40]);
  assert.ok(at(part, 15, 12) > 220 && at(part, 45, 12) < 160);
  native.free();
  converter.close();
});

test('a picture that lies is turned: grey picture, look and part', async () => {
  // Where the square's middle (51, 126) is after so many quarter turns.
  const middles = { 0: [51, 126], 1: [HEIGHT - 126, 51], 2: [WIDTH - 51, HEIGHT - 126], 3: [126, WIDTH - 51] } as const;
  for (const quarters of [0, 1, 2, 3] as const) {
    const converter = createConverter();
    const native = picture();
    const upright: Upright = { quarters, stretch: 1 };
    const [x, y] = middles[quarters];
    const look = await converter.look(native, upright, Number.POSITIVE_INFINITY);
    assert.equal(look.width, quarters % 2 === 1 ? HEIGHT : WIDTH);
    const luma = await converter.luma(native, upright);
    const cell = luma.width / look.width;
    const part = await converter.crop(native, upright, [x - 10, y - 5, 20, 10], Number.POSITIVE_INFINITY);
    assert.deepEqual([part.width, part.height], [20, 10]);
    assert.ok(at(look, x, y) > 230 && at(look, look.width - 1 - x, look.height - 1 - y) < 170, `look ${quarters}`);
    assert.ok((luma.data[Math.floor(y * cell) * luma.width + Math.floor(x * cell)] ?? 0) > 200, `luma ${quarters}`);
    assert.ok(
      part.data.every((value) => value > 220),
      `part ${quarters}`,
    );
    native.free();
    converter.close();
  }
});

test('pixels that are not square are stretched, and parts fit', async () => {
  const converter = createConverter();
  const native = picture();
  const upright: Upright = { quarters: 0, stretch: 1.5 };
  const look = await converter.look(native, upright, Number.POSITIVE_INFINITY);
  assert.deepEqual([look.width, look.height], [482, HEIGHT]);
  const part = await converter.crop(native, upright, [66, 121, 20, 10], Number.POSITIVE_INFINITY);
  assert.ok(part.data.every((value) => value > 220));
  native.free();
  converter.close();
});

test('memory is used again when it was given back, and not before', async () => {
  const converter = createConverter();
  const native = picture();
  const first = await converter.look(native, UPRIGHT, 100);
  const second = await converter.look(native, UPRIGHT, 100);
  assert.notEqual(first.data, second.data);
  converter.giveBack(first);
  const third = await converter.look(native, UPRIGHT, 100);
  assert.equal(third.data, first.data);
  native.free();
  converter.close();
});
