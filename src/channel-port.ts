// A channel at work: it sends messages, and may change them later. Words and ports; imports nothing but those.

import type { Alert } from './alert-port.ts';
import type { ChannelKind } from './delivery-port.ts';

/** Somebody whom a face may be. */
export interface MessageCandidate {
  readonly personId: string;
  readonly name: string;
  readonly distance: number | null;
}

/** One sighting as a message shows it, as the log has it now. */
export interface MessageSighting {
  readonly detectionId: string;
  readonly visitId: string | null;
  readonly cameraId: string;
  readonly cameraName: string;
  /** Names of the camera's zones that she was in. */
  readonly zones: readonly string[];
  readonly at: number;
  /** In the zone of the calendar, for people. */
  readonly localTime: string;
  readonly person: { readonly id: string; readonly name: string; readonly known: boolean } | null;
  /** In words: "certain", "likely", "Ada or Bob?". */
  readonly words: string;
  /** The nearest ones, at most three, the nearest first. */
  readonly candidates: readonly MessageCandidate[];
  /** JPEG, reduced until it fits. KithError `not_found` once it was erased. */
  picture(maxBytes: number, maxSide: number): Promise<Uint8Array>;
  /** Where a messenger can fetch it for some days, without a login; null where Kith does not know its own address. */
  readonly pictureUrl: string | null;
}

/** What can be answered. */
export type AnswerKind = 'is' | 'new' | 'merge' | 'not_her' | 'ignore' | 'open' | 'snooze';

export interface Message {
  /** Of the delivery: the same again is the same message. */
  readonly id: string;
  readonly alert: Alert;
  /** One line, plain text: "Unknown 17 at the entrance". */
  readonly title: string;
  /** Further lines, plain text: when, where and how sure of each of the first sightings, then the rule. Not the candidates. */
  readonly lines: readonly string[];
  readonly sightings: readonly MessageSighting[];
  /** What became of it, plain text: "Bob (chat): this is Ada". Empty: open. */
  readonly outcomes: readonly string[];
  /** Buttons: empty where there is nothing to answer. */
  readonly answers: readonly AnswerKind[];
  /** Doors that can be opened from here. */
  readonly doors: readonly { readonly id: string; readonly name: string }[];
  /** The visit or the alert in the panel; null where Kith does not know its own address (`publicUrl`). */
  readonly link: string | null;
  /** A "send a test". */
  readonly isTest: boolean;
}

/** Why a message did not go. */
export interface ChannelFailure {
  /** For people: what, why, what to do. No secret in it. */
  readonly message: string;
  /** Trying again may help. */
  readonly retry: boolean;
  /** Not before so long, says the receiver (429). */
  readonly afterMs?: number;
}

/** An error with that. */
export class ChannelError extends Error implements ChannelFailure {
  readonly retry: boolean;
  readonly afterMs?: number;
  constructor(message: string, options: { retry: boolean; afterMs?: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'ChannelError';
    this.retry = options.retry;
    if (options.afterMs !== undefined) this.afterMs = options.afterMs;
  }
}

/** Opened with its settings, by the process that holds its place. */
export interface Channel {
  readonly kind: ChannelKind;
  /** Answers once the receiver has it; the receipt (JSON) is kept for `edit`. Throws ChannelError. */
  send(message: Message, signal: AbortSignal): Promise<unknown>;
  /** Changes a message that was sent; missing: the channel cannot, and sends nothing instead. */
  edit?(receipt: unknown, message: Message, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}
