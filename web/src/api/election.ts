// Of all open tabs one leads: it holds the connection, the others hear through it. The lock is the browser's, so it is free the moment
// the leader closes; a leader that the system has put to sleep says nothing any more, and a tab that is looked at takes its place.

/** The part of LockManager that is needed. */
export interface Locks {
  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    work: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
}

export interface Election {
  /** The leader is alive. */
  heard(): void;
  close(): void;
}

export interface ElectionOptions {
  readonly name: string;
  readonly locks: Locks;
  /** Leads until the signal is aborted. */
  readonly lead: (signal: AbortSignal) => void;
  /** Only a tab that somebody looks at takes the lead from one that is silent. */
  readonly isSeen: () => boolean;
  readonly silentMs: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly everyMs?: number;
}

export function openElection(options: ElectionOptions): Election {
  const { name, locks, lead, isSeen, silentMs, now, everyMs = 5_000 } = options;
  const closing = new AbortController();
  let leading = false;
  let heardAt = now();

  async function stand(steal: boolean): Promise<void> {
    // A theft and a signal exclude each other.
    const how = steal ? { steal } : { signal: closing.signal };
    const term = new AbortController();
    try {
      await locks.request(name, how, async () => {
        if (closing.signal.aborted) return;
        leading = true;
        lead(term.signal);
        await aborted(closing.signal);
      });
    } catch {
      // Closed while waiting, or another tab has taken the lead.
    }
    term.abort();
    leading = false;
    heardAt = now();
    if (!closing.signal.aborted && !steal) void stand(false);
  }

  void stand(false);
  const watch = setInterval(() => {
    if (leading || !isSeen() || now() - heardAt < silentMs) return;
    heardAt = now();
    void stand(true);
  }, everyMs);

  return {
    heard() {
      heardAt = now();
    },
    close() {
      clearInterval(watch);
      closing.abort();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
