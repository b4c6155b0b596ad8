// The connection to /events: it resumes where it was, notices when nothing comes any more, and says when it stands. fetch instead of
// EventSource, which neither says why it was refused nor lets a tab go on where another one was.

import { PANEL_HEADER, tellStatus } from './client.ts';
import { createEventParser } from './streams.ts';

export interface HeardEvent {
  /** Position in the log of changes. */
  readonly id: string | null;
  readonly event: string | null;
  readonly data: string;
}

export interface FollowOptions {
  /** Position after which to go on; null: from now on. Asked before each attempt. */
  readonly after: () => string | null;
  readonly onEvent: (event: HeardEvent) => void;
  readonly onState: (open: boolean) => void;
  readonly signal: AbortSignal;
}

/** The server says something every 15 s. */
const SILENT_MS = 40_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 3_000;
const REFUSED_WAIT_MS = 15_000;

const sleepers = new Set<() => void>();

/** Whoever waits before the next attempt tries at once: somebody has signed in, the network is back. */
export function tryNow(): void {
  for (const wake of sleepers) wake();
}

/** Until the signal is aborted. */
export async function followEvents({ after, onEvent, onState, signal }: FollowOptions): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const outcome = await once({ after, onEvent, onState, signal }).catch(() => 'broken' as const);
    if (signal.aborted) return;
    if (outcome === 'ended') wait = FIRST_WAIT_MS;
    onState(false);
    await pause(outcome === 'refused' ? REFUSED_WAIT_MS : wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function once({ after, onEvent, onState, signal }: FollowOptions): Promise<'ended' | 'refused' | 'broken'> {
  const attempt = new AbortController();
  const give = () => attempt.abort();
  signal.addEventListener('abort', give, { once: true });
  let silent = setTimeout(give, SILENT_MS);
  try {
    const position = after();
    const response = await fetch('/api/v1/events', {
      headers: {
        ...PANEL_HEADER,
        accept: 'text/event-stream',
        ...(position === null ? {} : { 'last-event-id': position }),
      },
      cache: 'no-store',
      signal: attempt.signal,
    });
    if (!response.ok || !response.body) {
      tellStatus(response.status);
      return response.status === 401 || response.status === 403 ? 'refused' : 'broken';
    }
    onState(true);
    const parse = createEventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return 'ended';
      clearTimeout(silent);
      silent = setTimeout(give, SILENT_MS);
      for (const event of parse(value)) onEvent(event);
    }
  } finally {
    clearTimeout(silent);
    signal.removeEventListener('abort', give);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  sleepers.add(resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  sleepers.delete(resolve);
  clearTimeout(timer);
}
