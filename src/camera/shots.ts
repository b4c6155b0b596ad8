// Which looks at a face are worth sending: a first usable one soon after it appeared (a door may wait for it), clearly better ones
// while the track lives, one when she enters a named zone, the best at its end. Pure: time and faces come in, shots go out.

import { MOST_ZONES } from '../camera-settings.ts';
import type { Box, Face, FivePoints } from '../domain.ts';
import { cropAround, type Crop } from './crop.ts';
import type { Frame } from './frame.ts';
import type { Seen, Track } from './tracker.ts';
import { isBetter, scoreIn, worthOf, type Worth } from './worth.ts';

export interface SeenFace extends Seen {
  readonly face: Face;
  /** Names of the zones that it is in. */
  readonly zones: readonly string[];
}

export interface Shot extends Crop {
  readonly trackId: string;
  readonly capturedAt: number;
  /** When its track was first seen. */
  readonly appearedAt: number;
  /** The first one of its track. */
  readonly first: boolean;
  /** 0..1; of one track the higher one is the better look. */
  readonly score: number;
  /** Names of the zones that its track has been in until then. */
  readonly zones: readonly string[];
}

export interface ShotOptions {
  /** `Face.quality.total` from which a face may be sent at all. */
  readonly minQuality: number;
  /** Longer side of the face's box. */
  readonly minFacePx: number;
  /** From a face's appearance to its first usable look, in the time of the frames. Within the 500 ms that a door may be kept
   * waiting, the rest is for search, disk and network. */
  readonly firstWithinMs?: number;
  /** The same where there was no usable look: it may still be somebody known, or the only sign that somebody was there. */
  readonly poorWithinMs?: number;
  /** Score that is sent without waiting. */
  readonly goodEnough?: number;
  readonly maxPerTrack?: number;
  readonly spacingMs?: number;
  /** Spacing of further ones, for those who stay for long. */
  readonly longSpacingMs?: number;
  /** How much better a later shot has to be. */
  readonly betterBy?: number;
}

export interface ShotChooser {
  /** Offers this frame's faces; answers what is to be sent now. Cuts what it keeps out of the frame. */
  offer(tracks: readonly Track<SeenFace>[], frame: Pick<Frame, 'crop'>, at: number): Promise<readonly Shot[]>;
  /** Somebody's first usable look is there and not sent yet. */
  readonly isWaiting: () => boolean;
  /** The same without a new look, for frames in which nothing moved. */
  wait(at: number): readonly Shot[];
  /** These tracks are over: answers their last shots. */
  end(trackIds: readonly string[]): readonly Shot[];
}

interface Kept extends Crop {
  readonly worth: Worth;
  readonly capturedAt: number;
  /** The detector had no doubt. */
  readonly sure: boolean;
}

interface Choice {
  readonly trackId: string;
  readonly appearedAt: number;
  confirmed: boolean;
  /** Eyes of this person at their widest. */
  widest: number;
  /** Best look that was not sent yet. */
  best: Kept | null;
  /** Best that was sent. */
  top: Worth | null;
  sent: number;
  sentAt: number;
  /** Names of the zones entered so far, and how many of them the last shot told of. */
  readonly zones: Set<string>;
  told: number;
}

/** Detector's score from which a face is believed at first sight, where the next look would come too late. */
const SURE = 0.9;
/** A second look that takes no longer is waited for. */
const SECOND_LOOK_MS = 450;
/** Longer without frames: the stream was away. */
const BREAK_MS = 2_000;

export function createShotChooser(options: ShotOptions): ShotChooser {
  const { minQuality, minFacePx, firstWithinMs = 350, poorWithinMs = 2_000, goodEnough = 0.7 } = options;
  const { maxPerTrack = 3, spacingMs = 1_500, longSpacingMs = 180_000, betterBy = 0.15 } = options;
  const choices = new Map<string, Choice>();
  let lastAt: number | undefined;
  let lastGap = 0;
  /** From one frame to the next: the shorter of the last two times, as one hiccup says nothing of the frames to come. */
  let gap = 0;

  function tick(at: number): void {
    const since = at - (lastAt ?? at);
    const now = since >= 0 && since <= BREAK_MS ? since : 0;
    gap = Math.min(now, lastGap);
    lastGap = now;
    lastAt = at;
  }

  function choiceOf(track: Track<SeenFace>): Choice {
    const known = choices.get(track.id);
    if (known) return known;
    const { id: trackId, firstAt: appearedAt } = track;
    const nothing = { confirmed: false, widest: 0, best: null, top: null, sent: 0, sentAt: 0, told: 0 };
    const choice: Choice = { trackId, appearedAt, ...nothing, zones: new Set() };
    choices.set(trackId, choice);
    return choice;
  }

  async function look(choice: Choice, seen: SeenFace, frame: Pick<Frame, 'crop'>, at: number): Promise<void> {
    const { face, zones } = seen;
    // A recorder may name its own besides those of the camera: the back end would refuse a shot with more.
    for (const name of zones) if (choice.zones.size < MOST_ZONES) choice.zones.add(name);
    const { box, points, quality, score } = face;
    if (quality.total < minQuality || Math.max(box[2], box[3]) < minFacePx) return;
    const worth = worthOf(face);
    choice.widest = Math.max(choice.widest, worth.eyes);
    if (!isBetter(choice.widest, worth, choice.best?.worth)) return;
    if (!hasNewZone(choice) && !isBetter(choice.widest, worth, choice.top)) return;
    choice.best = { ...(await cropAround(frame, box, points)), worth, capturedAt: at, sure: score >= SURE };
  }

  /** Takes the best look if its time has come. */
  function due(choice: Choice, at: number): Shot | null {
    const { best, top } = choice;
    if (!best) return null;
    if (!top) return isTimeForFirst(choice, best, at) ? send(choice, best, at) : null;
    if (hasNewZone(choice)) return send(choice, best, at);
    if (!isBetter(choice.widest, best.worth, top, betterBy)) return null;
    // Somebody who may be known was only seen badly until now: no reason to let her wait.
    const hurry = best.worth.usable && !top.usable;
    const spacing = hurry ? 0 : choice.sent < maxPerTrack ? spacingMs : longSpacingMs;
    const waited = at - choice.sentAt;
    return waited < spacing && waited >= 0 ? null : send(choice, best, at);
  }

  function isTimeForFirst(choice: Choice, { worth, sure }: Kept, at: number): boolean {
    // Where looks are so slow that a second one comes too late, the door opens at the first.
    if (!choice.confirmed) return sure && worth.usable && gap > SECOND_LOOK_MS;
    if (worth.usable && scoreIn(choice.widest, worth) >= goodEnough) return true;
    const waited = at - choice.appearedAt;
    // Also when the next frame would be too late. A clock that was set back must not keep anybody waiting.
    return waited + gap > (worth.usable ? firstWithinMs : poorWithinMs) || waited < 0;
  }

  function send(choice: Choice, best: Kept, at: number): Shot {
    const { worth, sure: _sure, ...kept } = best;
    const { trackId, appearedAt } = choice;
    choice.best = null;
    choice.sent++;
    choice.sentAt = at;
    choice.told = choice.zones.size;
    if (isBetter(choice.widest, worth, choice.top)) choice.top = worth;
    const score = scoreIn(choice.widest, worth);
    return { ...kept, trackId, appearedAt, first: choice.sent === 1, score, zones: [...choice.zones] };
  }

  function allDue(at: number): Shot[] {
    return [...choices.values()].map((choice) => due(choice, at)).filter((shot) => shot !== null);
  }

  return {
    async offer(tracks, frame, at) {
      tick(at);
      for (const track of tracks) {
        if (track.state === 'ended') continue;
        const choice = choiceOf(track);
        choice.confirmed ||= track.confirmedAt !== null;
        if (track.seen) await look(choice, track.seen, frame, at);
      }
      return allDue(at);
    },
    isWaiting: () => [...choices.values()].some(({ top, best }) => !top && best?.worth.usable),
    wait(at) {
      tick(at);
      return allDue(at);
    },
    end(trackIds) {
      const last: Shot[] = [];
      for (const id of trackIds) {
        const choice = choices.get(id);
        choices.delete(id);
        if (!choice?.best || !choice.confirmed) continue;
        // One more than the bound, so that the best look of a long visit is never withheld.
        const { best, top } = choice;
        if (hasNewZone(choice) || isBetter(choice.widest, best.worth, top, betterBy / 2))
          last.push(send(choice, best, best.capturedAt));
      }
      return last;
    },
  };
}

/** Somebody waits to hear of it (a rule): the next usable look is sent, also where it is no better. */
function hasNewZone({ zones, told }: Choice): boolean {
  return zones.size > told;
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
