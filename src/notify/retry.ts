// When a delivery that failed is tried again, and when it is given up.

import type { Delivery } from '../delivery-port.ts';
import { ChannelError } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';

const STEPS_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const;
const LAST_STEP_MS = 600_000;
const DAY_MS = 86_400_000;
/** With the steps above, a day. */
const MOST_ATTEMPTS = 148;
/** Changing a message that stands is worth less: an hour. */
const MOST_CHANGES = 10;
/** What nobody has foreseen seldom goes away by itself, and holds the line up. */
const MOST_UNFORESEEN = STEPS_MS.length;
const LONGEST_WORDS = 500;

export interface Verdict {
  /** For people. */
  readonly words: string;
  /** Null: given up. */
  readonly retryAt: number | null;
}

export function verdictOf(delivery: Delivery, error: unknown, now: number): Verdict {
  const words = hideCredentials(messageOf(error)).slice(0, LONGEST_WORDS);
  const isForeseen = error instanceof ChannelError;
  if (isForeseen && !error.retry) return { words, retryAt: null };
  if (!isForeseen && delivery.attempts >= MOST_UNFORESEEN) return { words, retryAt: null };
  if (isTooOften(delivery) || isTooOld(delivery, now)) return { words, retryAt: null };
  const step = STEPS_MS[delivery.attempts - 1] ?? LAST_STEP_MS;
  const asked = isForeseen ? (error.afterMs ?? 0) : 0;
  return { words, retryAt: now + Math.max(step, asked) };
}

function isTooOften({ attempts, shownVersion }: Delivery): boolean {
  return attempts >= (shownVersion === null ? MOST_ATTEMPTS : MOST_CHANGES);
}

/** What has stood behind a dead head for a day gets one try. What somebody tries again by hand is due anew, and gets the first steps. */
function isTooOld({ at, nextAt, attempts, shownVersion }: Delivery, now: number): boolean {
  if (shownVersion !== null || now - at <= DAY_MS) return false;
  return attempts === 1 ? now - nextAt > DAY_MS : attempts > STEPS_MS.length;
}
