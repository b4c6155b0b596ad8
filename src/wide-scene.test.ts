// Tiles on a real crowd, with the real engine. Root file: the meeting place of camera/, face/ and models/.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createFinder } from './camera/find.ts';
import { rasterFrame, type Frame } from './camera/frame.ts';
import { overlap } from './camera/overlap.ts';
import { readConfig } from './config.ts';
import type { Box, Raster } from './domain.ts';
import { openEngine } from './engine.ts';
import { openLog } from './log.ts';

const shared = process.env['KITH_TEST_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const skip = existsSync(join(shared, 'groups')) ? false : 'the shared test pictures are not here';

const reduced = async ({ width, height, data }: Raster, maxSide: number): Promise<Raster> => {
  const { data: out, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(out) };
};

/** A photo in the middle of a scene four times as wide, as a camera's frame: what is asked for reduced is reduced. */
async function frameOf(path: string): Promise<Frame> {
  const { width, height } = await sharp(path).metadata();
  const [across, along] = [Math.round(width * 1.5), Math.round(height * 1.5)];
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('srgb')
    .extend({ left: across, right: across, top: along, bottom: along, background: '#777' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const whole = rasterFrame({ width: info.width, height: info.height, data }, 0);
  return {
    ...whole,
    look: async (maxSide) => reduced({ width: info.width, height: info.height, data }, maxSide),
    async crop(box, maxSide) {
      const { left, top, ...part } = await whole.crop(box);
      return { left, top, ...(maxSide === undefined ? part : await reduced(part, maxSide)) };
    },
  };
}

test(
  'tiles find more of a crowd than the picture as a whole does, and never the same face twice',
  { skip },
  async (t) => {
    const data = await mkdtemp(join(tmpdir(), 'kith-tiles-'));
    const engine = await openEngine(
      readConfig({ env: {}, overrides: { data, threads: 1 } }),
      openLog({ level: 'silent', pretty: false }),
    );
    t.after(async () => {
      await engine.close();
      await rm(data, { recursive: true });
    });
    const frame = await frameOf(join(shared, 'groups', 'crowd-1.jpg'));
    const found = async (tiles: number): Promise<Box[]> => {
      const finder = createFinder({
        engine,
        search: 'auto',
        minFacePx: 18,
        minScore: 0.3,
        wideShare: 0.1,
        wideEveryMs: 1,
        lookPx: 640,
        tiles,
      });
      const boxes: Box[] = [];
      // Each tile has its turn.
      for (let at = 0; at < 1_200; at += 100) {
        const faces = await finder.find(frame, [], at, new AbortController().signal);
        for (const [i, { box }] of faces.entries()) {
          assert.ok(faces.every((other, j) => i === j || overlap(box, other.box) <= 0.3));
          if (boxes.every((other) => overlap(box, other) <= 0.3)) boxes.push(box);
        }
      }
      return boxes;
    };
    const whole = await found(1);
    const tiled = await found(4);
    t.diagnostic(`${whole.length} faces as a whole, ${tiled.length} in tiles`);
    assert.ok(whole.length > 0);
    assert.ok(tiled.length >= whole.length * 1.2, `${whole.length} and ${tiled.length}`);
  },
);
