// Whether Kith is there. One request that failed proves nothing, and one that succeeded by chance neither: what counts is whether /health
// answers, so the banner does not flap.

/** `quiet`: it answers, but tells no events. */
export type Presence = 'here' | 'quiet' | 'away';

export interface PresenceOptions {
  /** Asks /health. */
  readonly probe: () => Promise<boolean>;
  readonly onChange: (presence: Presence, before: Presence) => void;
  /** Between the first failure and the one that counts. */
  readonly doubtMs?: number;
  /** Between two questions while it is away. */
  readonly everyMs?: number;
  /** So long events may be interrupted without a word. */
  readonly quietMs?: number;
}

export interface PresenceWatch {
  /** The status of an answer of the API; 0: none came. */
  answered(status: number): void;
  /** Whether the connection of events stands. */
  events(open: boolean): void;
  close(): void;
}

export function watchPresence(options: PresenceOptions): PresenceWatch {
  const { probe, onChange, doubtMs = 1_000, everyMs = 2_000, quietMs = 6_000 } = options;
  let presence: Presence = 'here';
  let asking = false;
  let closed = false;
  let eventsLost = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let quietTimer: ReturnType<typeof setTimeout> | undefined;

  function become(next: Presence): void {
    if (closed || presence === next) return;
    const before = presence;
    presence = next;
    onChange(next, before);
  }

  /** Asks until it is certain: here, or away and then until it is back. */
  async function ask(failures = 0): Promise<void> {
    asking = true;
    const here = await probe().catch(() => false);
    if (closed) return;
    if (here) {
      asking = false;
      if (presence === 'away') become(eventsLost ? 'quiet' : 'here');
      return;
    }
    if (failures > 0) become('away');
    timer = setTimeout(() => void ask(failures + 1), failures === 0 ? doubtMs : everyMs);
  }

  return {
    answered(status) {
      const fails = status === 0 || status === 502 || status === 504;
      if (fails && !asking) void ask();
    },
    events(open) {
      if (open) {
        eventsLost = false;
        clearTimeout(quietTimer);
        quietTimer = undefined;
        if (presence === 'quiet') become('here');
        return;
      }
      eventsLost = true;
      if (!asking) void ask();
      quietTimer ??= setTimeout(() => {
        quietTimer = undefined;
        if (eventsLost && presence === 'here') become('quiet');
      }, quietMs);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(quietTimer);
    },
  };
}
