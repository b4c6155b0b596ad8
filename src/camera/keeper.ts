// Encodes shots and puts them into the spool behind the back of the search, in their order.

import { randomUUID } from 'node:crypto';
import type { PictureCodec } from '../domain.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { placed, type Shot } from './shots.ts';
import type { Spool } from './spool.ts';
import type { Tally } from './status.ts';

export interface Keeper {
  /** Resolves at once, or when a slow disk has caught up. */
  readonly keep: (shots: readonly Shot[]) => Promise<void>;
  /** Resolves when all that was given is in the spool. */
  settled(): Promise<void>;
}

const MAX_SIDE = 640;
const JPEG_QUALITY = 90;

export function createKeeper(given: {
  readonly cameraId: string;
  readonly codec: PictureCodec;
  readonly log: Log;
  readonly spool: Pick<Spool, 'add'>;
  readonly tally: Tally;
}): Keeper {
  const { cameraId, codec, log, spool, tally } = given;
  let queue: Promise<void> = Promise.resolve();
  let queued = 0;
  let failing = false;

  async function store(shot: Shot): Promise<void> {
    try {
      const { picture } = shot;
      const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
      const jpeg = await codec.encodeJpeg(picture, { maxSide: MAX_SIDE, quality: JPEG_QUALITY });
      const { trackId, capturedAt, zones } = shot;
      const sighting = { id: randomUUID(), cameraId, trackId, capturedAt, zones, ...placed(shot, scale) };
      await spool.add(sighting, jpeg, shot.score);
      tally.shots++;
      if (failing) log.info('Shots can be kept again.');
      failing = false;
    } catch (error) {
      tally.lost++;
      if (!failing) log.error({ err: error }, `A shot could not be kept (${messageOf(error)}): is the disk full?`);
      failing = true;
    } finally {
      queued--;
    }
  }

  return {
    async keep(shots) {
      for (const shot of shots) {
        queued++;
        queue = queue.then(() => store(shot));
      }
      // A slow disk slows the search down before it fills the memory.
      if (queued > 16) await queue;
    },
    settled: () => queue,
  };
}
