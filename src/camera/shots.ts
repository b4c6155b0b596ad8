// Which looks at a face are worth sending: a first usable one soon (a door may wait for it), clearly better ones while the
// track lives, and the best at its end. Pure: time and faces come in, shots go out.

import type { Box, Face, FivePoints } from '../domain.ts';
import { cropAround, type Crop } from './crop.ts';
import type { Frame } from './frame.ts';
import type { Seen, Track } from './tracker.ts';

export interface SeenFace extends Seen {
  readonly face: Face;
}

export interface Shot extends Crop {
  readonly trackId: string;
  readonly capturedAt: number;
  readonly score: number;
}

export interface ShotOptions {
  /** `Face.quality.total` from which a face may be sent at all. */
  readonly minQuality: number;
  /** Longer side of the face's box. */
  readonly minFacePx: number;
  /** How long a confirmed track may wait for something better than its first usable look. */
  readonly firstWithinMs?: number;
  /** Score that is sent without waiting. */
  readonly goodEnough?: number;
  readonly maxPerTrack?: number;
  readonly spacingMs?: number;
  /** How much better a later shot has to be. */
  readonly betterBy?: number;
}

export interface ShotChooser {
  /** Offers this frame's faces; answers what is to be sent now. Cuts what it keeps out of the frame. */
  offer(tracks: readonly Track<SeenFace>[], frame: Pick<Frame, 'crop'>, at: number): Promise<readonly Shot[]>;
  /** The same without a new look, for frames in which nothing moved. */
  wait(at: number): readonly Shot[];
  /** These tracks are over: answers their last shots. */
  end(trackIds: readonly string[]): readonly Shot[];
}

interface Choice {
  confirmedAt: number | null;
  /** Best look that was not sent yet. */
  best: Shot | null;
  sent: number;
  sentScore: number;
  sentAt: number;
}

export function createShotChooser(options: ShotOptions): ShotChooser {
  const { minQuality, minFacePx, firstWithinMs = 300, goodEnough = 0.75 } = options;
  const { maxPerTrack = 3, spacingMs = 1_500, betterBy = 0.15 } = options;
  const choices = new Map<string, Choice>();

  async function look(
    choice: Choice,
    trackId: string,
    seen: SeenFace,
    frame: Pick<Frame, 'crop'>,
    at: number,
  ): Promise<void> {
    const { face } = seen;
    if (face.quality.total < minQuality || Math.max(face.box[2], face.box[3]) < minFacePx) return;
    const score = scoreOf(face);
    if (score <= Math.max(choice.best?.score ?? 0, choice.sentScore)) return;
    choice.best = { ...(await cropAround(frame, face.box, face.points)), trackId, capturedAt: at, score };
  }

  /** Takes the best look if its time has come. */
  function due(choice: Choice, at: number): Shot | null {
    const { best, confirmedAt } = choice;
    if (!best || confirmedAt === null) return null;
    if (choice.sent === 0) {
      if (best.score < goodEnough && at - confirmedAt < firstWithinMs && at >= confirmedAt) return null;
    } else {
      if (choice.sent >= maxPerTrack || best.score < choice.sentScore + betterBy) return null;
      if (at - choice.sentAt < spacingMs && at >= choice.sentAt) return null;
    }
    return send(choice, best, at);
  }

  function send(choice: Choice, shot: Shot, at: number): Shot {
    choice.best = null;
    choice.sent++;
    choice.sentScore = shot.score;
    choice.sentAt = at;
    return shot;
  }

  function allDue(at: number): Shot[] {
    return [...choices.values()].map((choice) => due(choice, at)).filter((shot) => shot !== null);
  }

  return {
    async offer(tracks, frame, at) {
      for (const track of tracks) {
        if (track.state === 'ended') continue;
        const choice = choices.get(track.id) ?? { confirmedAt: null, best: null, sent: 0, sentScore: 0, sentAt: 0 };
        choices.set(track.id, choice);
        choice.confirmedAt ??= track.confirmedAt;
        if (track.seen) await look(choice, track.id, track.seen, frame, at);
      }
      return allDue(at);
    },
    wait: allDue,
    end(trackIds) {
      const last: Shot[] = [];
      for (const id of trackIds) {
        const choice = choices.get(id);
        choices.delete(id);
        if (!choice?.best || choice.confirmedAt === null) continue;
        // One more than the bound, so that the best look of a long visit is never withheld.
        if (choice.sent === 0 || choice.best.score >= choice.sentScore + betterBy / 2) last.push(choice.best);
      }
      return last;
    },
  };
}

/** Quality decides; of two equally good looks the larger face wins, up to what the networks can use. */
export function scoreOf(face: Face): number {
  const side = Math.min(face.box[2], face.box[3]);
  return face.quality.total * (0.8 + 0.2 * Math.min(1, side / 160));
}

/** Box and points as the back end wants them, in pixels of the posted picture. */
export function placed(shot: Shot, scale: number): { box: Box; points: FivePoints } {
  const { box, points } = shot;
  const at = (value: number): number => Math.round(value * scale * 100) / 100;
  const point = (index: 0 | 1 | 2 | 3 | 4) => [at(points[index][0]), at(points[index][1])] as const;
  return {
    box: [at(box[0]), at(box[1]), at(box[2]), at(box[3])],
    points: [point(0), point(1), point(2), point(3), point(4)],
  };
}
