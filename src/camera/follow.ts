// One camera's eyes: frame in, shots out. Gate, search, tracker and choice of shots in their order.

import { randomBytes } from 'node:crypto';
import type { Zones } from '../camera-zones.ts';
import type { Box, Face } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { createEventTracks } from './event-tracks.ts';
import { createFinder, type Search } from './find.ts';
import type { Frame } from './frame.ts';
import { createDescriber } from './looks.ts';
import { createMotionGate, type Motion } from './motion.ts';
import { createShotChooser, type SeenFace, type Shot } from './shots.ts';
import type { Tally } from './status.ts';
import { createTracker, type Track } from './tracker.ts';

/** What one look at a frame gave. */
export interface Look {
  readonly capturedAt: number;
  /** Of the full picture, whose pixels the boxes are in. */
  readonly width: number;
  readonly height: number;
  /** `still`: nothing moved, so nobody was looked for. */
  readonly motion: Motion;
  /** Tracks after this frame, those that have just ended among them; `seen` is the face in this frame. */
  readonly tracks: readonly Track<SeenFace>[];
  /** What is to be sent now. */
  readonly shots: readonly Shot[];
}

export interface Follower {
  /** Releases nothing: the frame stays the caller's. */
  look(frame: Frame, signal: AbortSignal): Promise<Look>;
  /** The stream has ended or broken: last shots of all tracks. */
  end(): readonly Shot[];
}

export interface FollowOptions {
  readonly engine: FaceEngine;
  readonly search: Search;
  readonly wideShare: number;
  readonly wideEveryMs?: number;
  readonly lookPx?: number;
  readonly tiles?: number;
  readonly minFacePx: number;
  readonly minQuality: number;
  /** Where faces count; everywhere without it. */
  readonly zones?: Zones;
  readonly tally: Tally;
}

// Doubtful faces keep a track alive (they are often the same face turned away) but never begin one.
const MIN_SCORE = 0.3;
const SURE_SCORE = 0.5;

export function createFollower(options: FollowOptions): Follower {
  const { engine, zones, tally } = options;
  const session = `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
  const describer = createDescriber(engine);
  const tracker = createTracker<SeenFace>({ session, sure: SURE_SCORE, lookDistance: describer.distance });
  const chooser = createShotChooser(options);
  const gate = createMotionGate(zones ? { mask: zones.mask } : {});
  // A little under the smallest that is sent, so that a face that comes nearer is already followed.
  const minFacePx = Math.max(16, Math.round(options.minFacePx * 0.75));
  const finder = createFinder({ ...options, minFacePx, minScore: MIN_SCORE });
  const events = createEventTracks({
    ...options,
    onLook(faces, isNew) {
      tally.analysed++;
      tally.faces += faces;
      if (isNew) tally.tracks++;
    },
  });
  let photos = 0;
  /** A face was seen once: a second look has to tell whether it is one, also when it keeps still. */
  let isUnsure = false;

  const namesAt = (box: Box, { width, height }: Frame): readonly string[] => zones?.names(box, width, height) ?? [];

  async function look(frame: Frame, how: () => Promise<readonly Face[]>): Promise<SeenFace[]> {
    const faces = (await how()).filter(({ box }) => zones?.counts(box, frame.width, frame.height) ?? true);
    tally.analysed++;
    tally.faces += faces.length;
    return faces.map((face) => ({ box: face.box, score: face.score, face, zones: namesAt(face.box, frame) }));
  }

  /** A photo is a scene of its own: each face in it is a track of one look. */
  async function lookAtPhoto(frame: Frame, signal: AbortSignal): Promise<Look> {
    const { minFacePx, search } = options;
    const seen = await look(frame, async () => {
      const picture = await frame.look(Number.POSITIVE_INFINITY);
      return (await engine.analyse(picture, { search, minFacePx }, signal)).faces;
    });
    const at = frame.capturedAt;
    const photo = ++photos;
    const tracks = seen.map((face, index): Track<SeenFace> => {
      const id = `${session}-p${photo}-${index + 1}`;
      return { id, state: 'confirmed', firstAt: at, seenAt: at, confirmedAt: at, hits: 1, seen: face };
    });
    tally.tracks += tracks.length;
    const sent = await chooser.offer(tracks, frame, at);
    const shots = [...sent, ...chooser.end(tracks.map((track) => track.id))];
    return { ...sizeOf(frame), motion: 'cut', tracks, shots };
  }

  /** The recorder has seen that somebody is there: no gate, and no tracker. */
  async function lookAtEvent(frame: Frame, signal: AbortSignal): Promise<Look> {
    const track = await events.look(frame, signal);
    const seen = track?.seen;
    const tracks = track
      ? [{ ...track, seen: seen ? { ...seen, zones: [...seen.zones, ...namesAt(seen.box, frame)] } : null }]
      : [];
    const due = await chooser.offer(tracks, frame, frame.capturedAt);
    const last = frame.event?.ended ? chooser.end([frame.event.id]) : [];
    return { ...sizeOf(frame), motion: 'moving', tracks, shots: [...due, ...last] };
  }

  return {
    async look(frame, signal) {
      tally.frames++;
      if (frame.alone) return lookAtPhoto(frame, signal);
      if (frame.event) return lookAtEvent(frame, signal);
      const at = frame.capturedAt;
      const moved = gate.look(await frame.luma(), at);
      const motion = moved === 'still' && isUnsure ? 'moving' : moved;
      if (motion === 'still') {
        tally.still++;
        tracker.still(at);
        return { ...sizeOf(frame), motion, tracks: [], shots: chooser.wait(at) };
      }
      const before = motion === 'cut' ? chooser.end(tracker.end().map((track) => track.id)) : [];
      if (motion === 'cut') finder.reset();
      const hurry = chooser.isWaiting();
      const seen = await look(frame, () => finder.find(frame, tracker.expected(at), at, signal, hurry));
      const looks = await describer.describe(tracker.unclear(seen, at), frame, signal);
      const tracks = tracker.update(seen, at, looks);
      isUnsure = tracks.some((track) => track.state === 'tentative' && track.seen !== null);
      tally.tracks += tracks.filter((track) => track.confirmedAt === at && track.state === 'confirmed').length;
      const due = await chooser.offer(tracks, frame, at);
      const ended = tracks.filter((track) => track.state === 'ended').map((track) => track.id);
      return { ...sizeOf(frame), motion, tracks, shots: [...before, ...due, ...chooser.end(ended)] };
    },
    end: () => chooser.end([...tracker.end().map((track) => track.id), ...events.end()]),
  };
}

function sizeOf({ capturedAt, width, height }: Frame): Pick<Look, 'capturedAt' | 'width' | 'height'> {
  return { capturedAt, width, height };
}
