// Keeps at the broker what retainedOf says: publishes what has changed, takes away what is no longer to be there, and, once after the
// start, what an earlier time has left behind. A person who was erased is gone there within a second, or with the next connection.

import type { Log } from '../log.ts';
import { openLifecycle } from '../lifecycle.ts';
import type { Change, Store } from '../store-port.ts';
import type { House } from './mqtt-house.ts';
import type { Retained, SeenHouse } from './mqtt-devices.ts';
import { createWaker } from './waker.ts';

export interface MirrorOptions {
  readonly changes: Store['changes'];
  readonly house: House;
  /** What is to be retained now, by topic. */
  readonly retained: (seen: SeenHouse) => ReadonlyMap<string, Retained>;
  /** JPEG; null once it was erased. */
  readonly picture: (detectionId: string) => Promise<Uint8Array | null>;
  /** Retained; empty: taken away. Throws while the broker is away. */
  readonly publish: (topic: string, payload: string | Uint8Array) => Promise<void>;
  readonly isUp: () => boolean;
  /** Topics that the broker retains; throws where it does not say. */
  readonly look: () => Promise<readonly string[]>;
  /** The state stands as it should, for the first time since it was connected. */
  readonly onReady: () => Promise<void>;
  readonly log: Log;
}

export interface Mirror {
  /** The connection is a new one: the broker may have forgotten everything. */
  again(): void;
  /** Takes everything away. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const BATCH = 500;
/** Bursts of changes become one. */
const QUIET_MS = 250;
/** Time alone changes who is present, and whether a door is open. */
const TICK_MS = 2_000;
/** What changes do not tell of is found then. */
const ALL_MS = 60_000;
const AT_ONCE = 32;

export function openMirror(options: MirrorOptions): Mirror {
  const { changes, house, log } = options;
  const life = openLifecycle();
  const waker = createWaker();
  /** By topic, the key of what the broker has. */
  const published = new Map<string, string>();
  let seen: number | undefined;
  let readAt: number | undefined;
  let isReady = false;
  let hasLooked = false;
  let failing = false;

  async function read(): Promise<void> {
    const now = performance.now();
    if (readAt === undefined || seen === undefined || now - readAt > ALL_MS) {
      seen = await changes.last();
      await house.readAll();
      readAt = now;
      return;
    }
    for (let more = true; more;) {
      const next: readonly Change[] = await changes.since(seen, BATCH);
      if (next.length > 0) await house.follow(next);
      seen = next.at(-1)?.seq ?? seen;
      more = next.length === BATCH;
    }
  }

  async function write(): Promise<void> {
    const wanted = options.retained(house.seen);
    // First what must not be there any more.
    await inPieces(
      [...published.keys()].filter((topic) => !wanted.has(topic)),
      takeAway,
    );
    await inPieces([...wanted], async ([topic, value]) => {
      if (published.get(topic) === value.key) return;
      const payload = 'text' in value ? value.text : await options.picture(value.detectionId);
      // Known to be there before it is: one that the broker did not confirm may be.
      published.set(topic, '');
      await options.publish(topic, payload ?? '');
      published.set(topic, value.key);
    });
    if (!hasLooked) await sweep(wanted);
    if (isReady) return;
    await options.onReady();
    isReady = true;
  }

  async function takeAway(topic: string): Promise<void> {
    await options.publish(topic, '');
    published.delete(topic);
  }

  /** What an earlier process has left: of people who are gone, of cameras, of other settings. */
  async function sweep(wanted: ReadonlyMap<string, Retained>): Promise<void> {
    let kept: readonly string[] = [];
    try {
      kept = await options.look();
    } catch (error) {
      if (!options.isUp()) throw error;
      log.warn({ err: error }, 'What the broker still has of earlier times cannot be seen, so it stays there.');
    }
    await inPieces(
      kept.filter((topic) => !wanted.has(topic)),
      takeAway,
    );
    hasLooked = true;
  }

  async function run(): Promise<void> {
    while (!life.signal.aborted) {
      try {
        if (options.isUp()) {
          await read();
          await write();
        }
        if (failing) log.info('Home Assistant is told again.');
        failing = false;
      } catch (error) {
        // That the broker is away was said by the connection.
        if (!failing && options.isUp()) log.warn({ err: error }, 'Home Assistant cannot be told.');
        failing = true;
      }
      await waker.wait(TICK_MS, life.signal);
      if (!life.signal.aborted) await new Promise((soon) => setTimeout(soon, QUIET_MS));
    }
  }

  const stopHints = changes.onCommit(() => waker.wake());
  const running = run();
  life.onClose(() => running);
  life.onClose(stopHints);
  return {
    again() {
      for (const topic of published.keys()) published.set(topic, '');
      isReady = false;
      waker.wake();
    },
    async clear() {
      await inPieces([...published.keys()], takeAway);
    },
    close: () => life.close(),
  };
}

async function inPieces<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(work));
}
