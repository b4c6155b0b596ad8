// Which pictures of which events are fetched when: the first at once, better ones as Frigate finds them, spaced and bounded, and
// one when the event has ended. Pure: messages and the time come in, jobs go out.

import type { FrigateMessage, Seen } from './frigate-message.ts';

export interface Job {
  readonly event: string;
  /** The frame that is wanted. */
  readonly wanted: Seen;
  /** The frame of the last message. */
  readonly current: Seen;
  readonly hasSnapshot: boolean;
  /** The event is over: this is its last picture. `idle`: nothing was heard of it for so long that it counts as over. */
  readonly last: 'no' | 'ended' | 'idle';
  /** This very frame is there already, so there is nothing to fetch; of the last one `smaller` may be there. */
  readonly known: boolean;
  readonly smaller: boolean;
  readonly hasFace: boolean;
  /** The recorder's zones that it has been in. */
  readonly zones: readonly string[];
  /** How often this last picture was asked for. */
  readonly tries: number;
}

/** `full`: cut out of the recording. `later`: asked for again, as it may come yet. */
export type Outcome = 'full' | 'picture' | 'nothing' | 'later';

export interface Schedule {
  /** Answers whether anything is to be done for it. */
  note(message: FrigateMessage, now: number): boolean;
  /** The job that is due; the same one comes until `settle`. */
  next(now: number): Job | null;
  settle(job: Job, outcome: Outcome, now: number): void;
  /** When the next job is due at the latest. */
  dueAt(): number;
  /** Was heard of, lately. */
  knows(event: string): boolean;
}

const MOST_PICTURES = 6;
const SPACING_MS = 1_500;
/** Recordings are written in pieces of ten seconds. */
const LAST_AGAIN_MS = 6_000;
export const LAST_TRIES = 4;
const IDLE_MS = 600_000;
const MOST_EVENTS = 100;
const MOST_REMEMBERED = 1_000;

interface Following {
  message: FrigateMessage;
  heardAt: number;
  ended: Job['last'];
  /** Frame times that are there, and those among them that were cut out of the recording. */
  readonly fetched: Set<number>;
  readonly full: Set<number>;
  withFace: boolean;
  /** How many zones the last picture told of. */
  zones: number;
  pictures: number;
  tries: number;
  /** There is something to fetch, but not before: */
  wants: boolean;
  notBefore: number;
}

export function createSchedule(): Schedule {
  const open = new Map<string, Following>();
  /** Events that are over: what comes late about them changes nothing. */
  const over = new Set<string>();

  /** Frigate's best frame, or the present one when that is there already, or where nobody knows where the person was in it. */
  function wantedOf({ message, fetched, ended, zones }: Following): Seen {
    const { best, current, hasFace } = message;
    if (!best?.box) return current;
    const wantsCurrent = hasFace || message.zones.length > zones;
    return ended === 'no' && wantsCurrent && fetched.has(best.time) ? current : best;
  }

  /** Whether the message shows more than was fetched. */
  function isNews(following: Following, { best, hasFace, zones }: FrigateMessage): boolean {
    if (following.pictures >= MOST_PICTURES) return false;
    if (following.fetched.size === 0 || (hasFace && !following.withFace)) return true;
    if (zones.length > following.zones) return true;
    return best?.box != null && !following.fetched.has(best.time);
  }

  function end(following: Following, how: Job['last'], now: number): void {
    following.ended = how;
    following.wants = true;
    following.notBefore = now;
  }

  function finish(event: string): void {
    open.delete(event);
    over.add(event);
    for (const first of over) {
      if (over.size <= MOST_REMEMBERED) break;
      over.delete(first);
    }
  }

  return {
    note(message, now) {
      const { id, type } = message;
      if (over.has(id) || message.falsePositive) return false;
      const known = open.get(id);
      if (!known) {
        // The one that was silent for longest counts as over.
        const [silent] = [...open.values()]
          .filter(({ ended }) => ended === 'no')
          .toSorted((a, b) => a.heardAt - b.heardAt);
        if (open.size >= MOST_EVENTS && silent) end(silent, 'idle', now);
        open.set(id, {
          message,
          heardAt: now,
          ended: type === 'end' ? 'ended' : 'no',
          fetched: new Set(),
          full: new Set(),
          withFace: false,
          zones: 0,
          pictures: 0,
          tries: 0,
          wants: true,
          notBefore: now,
        });
        return true;
      }
      if (known.ended !== 'no') return false;
      known.heardAt = now;
      // Messages may overtake each other: an older frame is no news.
      const isOlder = message.current.time < known.message.current.time;
      if (type === 'end') {
        known.message = isOlder ? { ...message, best: message.best ?? known.message.best } : message;
        end(known, 'ended', now);
        return true;
      }
      if (isOlder) return false;
      known.message = message;
      known.wants = isNews(known, message);
      return known.wants;
    },

    next(now) {
      for (const following of open.values()) {
        if (following.ended !== 'no' || now - following.heardAt < IDLE_MS) continue;
        end(following, 'idle', now);
      }
      const due = [...open.values()].filter((one) => one.wants && one.notBefore <= now);
      // Who has just come may stand at a door.
      const first = due.toSorted((a, b) => rank(a) - rank(b) || a.notBefore - b.notBefore)[0];
      if (!first) return null;
      const wanted = wantedOf(first);
      const there = first.ended === 'no' ? first.fetched : first.full;
      return {
        event: first.message.id,
        wanted,
        current: first.message.current,
        hasSnapshot: first.message.hasSnapshot,
        last: first.ended,
        known: first.ended === 'idle' || there.has(wanted.time),
        smaller: first.fetched.has(wanted.time),
        hasFace: first.message.hasFace,
        zones: first.message.zones,
        tries: first.tries,
      };
    },

    settle(job, outcome, now) {
      const following = open.get(job.event);
      if (!following) return;
      if (job.last !== 'no') {
        if (outcome === 'later' && job.tries + 1 < LAST_TRIES) {
          following.tries++;
          following.notBefore = now + LAST_AGAIN_MS;
        } else {
          finish(job.event);
        }
        return;
      }
      following.pictures++;
      following.zones = job.zones.length;
      if (outcome === 'picture' || outcome === 'full') following.fetched.add(job.wanted.time);
      if (outcome === 'full') following.full.add(job.wanted.time);
      if (job.hasFace && outcome !== 'nothing') following.withFace = true;
      // When the end has come meanwhile, it is due already.
      if (following.ended !== 'no') return;
      following.wants = isNews(following, following.message);
      following.notBefore = now + SPACING_MS;
    },

    dueAt() {
      let at = Infinity;
      for (const one of open.values()) at = Math.min(at, one.wants ? one.notBefore : one.heardAt + IDLE_MS);
      return at;
    },

    knows: (event) => open.has(event) || over.has(event),
  };
}

function rank({ pictures, ended }: Following): number {
  if (pictures === 0) return 0;
  return ended === 'no' ? 1 : 2;
}
