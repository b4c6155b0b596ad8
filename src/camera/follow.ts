// One camera's eyes: frame in, shots out. Gate, search, tracker and choice of shots in their order.

import { randomBytes } from 'node:crypto';
import type { Face, FaceEngine, Raster } from '../domain.ts';
import { createFinder, type Search } from './find.ts';
import type { Frame } from './frame.ts';
import { createMotionGate } from './motion.ts';
import { createShotChooser, type SeenFace, type Shot } from './shots.ts';
import type { Tally } from './status.ts';
import { createTracker, type Track } from './tracker.ts';

export interface Follower {
  /** Answers the shots that are due. Releases nothing: the frame stays the caller's. */
  look(frame: Frame, signal: AbortSignal): Promise<readonly Shot[]>;
  /** The stream has ended or broken: last shots of all tracks. */
  end(): readonly Shot[];
}

export interface FollowOptions {
  readonly engine: FaceEngine;
  readonly search: Search;
  readonly wideShare: number;
  readonly wideEveryMs?: number;
  readonly minFacePx: number;
  readonly minQuality: number;
  readonly tally: Tally;
}

// Doubtful faces keep a track alive (they are often the same face turned away) but never begin one.
const MIN_SCORE = 0.3;
const SURE_SCORE = 0.5;

export function createFollower(options: FollowOptions): Follower {
  const { engine, tally } = options;
  const session = `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
  const tracker = createTracker<SeenFace>({ session, sure: SURE_SCORE });
  const chooser = createShotChooser(options);
  const gate = createMotionGate();
  // A little under the smallest that is sent, so that a face that comes nearer is already followed.
  const minFacePx = Math.max(16, Math.round(options.minFacePx * 0.75));
  const finder = createFinder({ ...options, minFacePx, minScore: MIN_SCORE });
  let photos = 0;

  async function look(
    frame: Frame,
    how: (raster: Raster) => Promise<readonly Face[]>,
  ): Promise<{ seen: SeenFace[]; raster: Raster }> {
    const raster = await frame.raster();
    const faces = await how(raster);
    tally.analysed++;
    tally.faces += faces.length;
    return { seen: faces.map((face) => ({ box: face.box, score: face.score, face })), raster };
  }

  /** A photo is a scene of its own: each face in it is a track of one look. */
  async function lookAtPhoto(frame: Frame, signal: AbortSignal): Promise<readonly Shot[]> {
    const { minFacePx, search } = options;
    const { seen, raster } = await look(
      frame,
      async (picture) => (await engine.analyse(picture, { search, minFacePx }, signal)).faces,
    );
    const at = frame.capturedAt;
    const photo = ++photos;
    const tracks = seen.map((face, index): Track<SeenFace> => {
      const id = `${session}-p${photo}-${index + 1}`;
      return { id, state: 'confirmed', firstAt: at, seenAt: at, confirmedAt: at, hits: 1, seen: face };
    });
    tally.tracks += tracks.length;
    const sent = chooser.offer(tracks, raster, at);
    return [...sent, ...chooser.end(tracks.map((track) => track.id))];
  }

  return {
    async look(frame, signal) {
      tally.frames++;
      if (frame.alone) return lookAtPhoto(frame, signal);
      const at = frame.capturedAt;
      const motion = gate.look(await frame.luma(), at);
      if (motion === 'still') {
        tally.still++;
        tracker.still(at);
        return chooser.wait(at);
      }
      const before = motion === 'cut' ? chooser.end(tracker.end().map((track) => track.id)) : [];
      if (motion === 'cut') finder.reset();
      const { seen, raster } = await look(frame, (picture) => finder.find(picture, tracker.expected(at), at, signal));
      const tracks = tracker.update(seen, at);
      tally.tracks += tracks.filter((track) => track.confirmedAt === at && track.state === 'confirmed').length;
      const due = chooser.offer(tracks, raster, at);
      const ended = tracks.filter((track) => track.state === 'ended').map((track) => track.id);
      return [...before, ...due, ...chooser.end(ended)];
    },
    end: () => chooser.end(tracker.end().map((track) => track.id)),
  };
}
