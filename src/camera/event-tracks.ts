// Tracks of events that a recorder follows: all frames of an event are one track, whose id is the event's, so that its name finds
// the way back and a restart in the middle begins no second visit.

import type { Box, Face } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Search } from './find.ts';
import { wholePixels, type Frame } from './frame.ts';
import type { SeenFace } from './shots.ts';
import type { Track } from './tracker.ts';

export interface EventTracks {
  /** The event's track after this frame; null as long as no face was seen in it. Ended ones are forgotten. */
  look(frame: Frame, signal: AbortSignal): Promise<Track<SeenFace> | null>;
  /** Ends all and answers their ids. */
  end(): readonly string[];
}

export interface EventTrackOptions {
  readonly engine: FaceEngine;
  readonly search: Search;
  readonly minFacePx: number;
  /** Hears of the faces of each look. */
  readonly onLook: (faces: number, isNew: boolean) => void;
}

/** Recorders draw their boxes around what they detect, and a head may reach over the edge. */
const MARGIN = 0.15;
/** The recorder has looked for long before it says that it is a person: nothing better needs to be waited for. */
const BEFORE_MS = 2_500;
/** A box of fewer pixels is none of a person: the recorder counts in others. */
const LEAST_PX = 16;

export function createEventTracks({ engine, search, minFacePx, onLook }: EventTrackOptions): EventTracks {
  const tracks = new Map<string, { firstAt: number; seenAt: number; hits: number }>();

  async function faceOf(frame: Frame, box: Box | null, signal: AbortSignal): Promise<Face | null> {
    const picture = await frame.look(Number.POSITIVE_INFINITY);
    const around = box && wholePixels(withMargin(box), picture);
    const region = around && Math.min(around[2], around[3]) >= LEAST_PX ? around : null;
    const { faces } = await engine.analyse(picture, { search, minFacePx, ...(region ? { region } : {}) }, signal);
    const inside = region ? faces.filter((face) => isInside(face.box, region)) : faces;
    return best(inside, region);
  }

  return {
    async look(frame, signal) {
      const { event, capturedAt: at } = frame;
      if (!event) return null;
      const known = tracks.get(event.id);
      const face = event.blind ? null : await faceOf(frame, event.box, signal);
      if (!event.blind) onLook(face ? 1 : 0, face !== null && !known);
      const track = known ?? { firstAt: at - BEFORE_MS, seenAt: at, hits: 0 };
      if (face) {
        track.hits++;
        track.seenAt = Math.max(track.seenAt, at);
        tracks.set(event.id, track);
      }
      if (event.ended) tracks.delete(event.id);
      if (track.hits === 0) return null;
      return {
        ...track,
        id: event.id,
        // The last look still counts; the caller ends it.
        state: 'confirmed',
        confirmedAt: track.firstAt,
        seen: face && { box: face.box, score: face.score, face, zones: event.zones ?? [] },
      };
    },
    end() {
      const ids = [...tracks.keys()];
      tracks.clear();
      return ids;
    },
  };
}

function withMargin([x, y, w, h]: Box): Box {
  return [x - w * MARGIN, y - h * MARGIN, w * (1 + 2 * MARGIN), h * (1 + 2 * MARGIN)];
}

function isInside([x, y, w, h]: Box, region: Box): boolean {
  const [u, v] = [x + w / 2 - region[0], y + h / 2 - region[1]];
  return u >= 0 && v >= 0 && u <= region[2] && v <= region[3];
}

/** Who stands beside or behind the person reaches into the box as well: the large face near the middle of its upper part is hers. */
function best(faces: readonly Face[], region: Box | null): Face | null {
  const worth = ({ box: [x, y, w, h], score }: Face): number => {
    if (!region) return score * w * h;
    const aside = Math.abs(x + w / 2 - region[0] - region[2] / 2) / region[2];
    const below = Math.max(0, (y + h / 2 - region[1]) / region[3] - 0.5);
    return score * w * h * (1 - Math.min(0.9, aside + below));
  };
  return faces.toSorted((a, b) => worth(b) - worth(a))[0] ?? null;
}
