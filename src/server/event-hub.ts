// Live events for any number of listeners: one reader of the store's change log, woken by commits and by the second.

import type { ServerResponse } from 'node:http';
import type { Detection } from '../domain.ts';
import type { Change, Store } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import { hubEvent, type Ear, type HubEvent } from './event-frames.ts';
import type { ServerLimits } from './ports.ts';

const POLL_MS = 1000;
const BATCH = 200;
const MOST_LISTENERS = 500;
const DRAIN_MS = 30_000;
const EVERYTHING: Ear = { cameras: null, readsPeople: true };

export interface EventHub {
  /** KithError `unavailable` when there are too many listeners, or when closing. */
  checkRoom(): void;
  /** Writes events into the response until it ends: first those after `after`, then the live ones. `mayStay` is asked at each
   * heartbeat. */
  attach(
    response: ServerResponse,
    options: {
      after: number | null;
      mayStay: () => Promise<boolean>;
      /** What it may be told; all by default. */
      ear?: Ear;
    },
  ): Promise<void>;
  /** Hears of every change as it is read, with the detection that it is about. */
  onChange(listener: ChangeListener): void;
  readonly listeners: number;
  /** Ends all streams. */
  close(): void;
}

export type ChangeListener = (change: Change, detection: Detection | null) => void;

interface Listener extends Ear {
  readonly response: ServerResponse;
  /** The last change that it has got. */
  seq: number;
}

export interface HubOptions {
  readonly store: Pick<Store, 'changes' | 'detections' | 'persons' | 'cameras' | 'actions' | 'alerts'>;
  readonly log: Log;
  readonly limits: ServerLimits;
  readonly clock: () => number;
  /** Called once for each detection that was classified, rejected or has failed. */
  readonly onDetection?: (detection: Detection) => void;
}

export async function openEventHub({ store, log, limits, clock, onDetection }: HubOptions): Promise<EventHub> {
  let last = await store.changes.last();
  let reading = false;
  let again = false;
  let failing = false;
  let closed = false;
  const all = new Set<Listener>();
  const live = new Set<Listener>();
  const inHouse: ChangeListener[] = [];

  /** The event; null for changes that nobody is told. `isLive`: it is read for the first time. */
  async function render(change: Change, isLive: boolean): Promise<HubEvent | null> {
    const { topic, entity, id, at } = change;
    const detection = topic === 'journal' && entity === 'detection' ? await store.detections.get(id) : null;
    if (isLive) {
      // Who was given to somebody else later was counted when she came.
      if (detection && at === detection.classifiedAt) onDetection?.(detection);
      for (const listener of inHouse) listener(change, detection);
    }
    return hubEvent(store, change, detection, clock());
  }

  async function readOn(): Promise<void> {
    for (;;) {
      const changes = await store.changes.since(last, BATCH);
      for (const change of changes) {
        const event = await render(change, true);
        await event?.prepare(live);
        if (closed) return;
        last = change.seq;
        for (const listener of live) {
          if (listener.seq < change.seq) send(listener, event, change.seq);
        }
      }
      if (changes.length < BATCH) return;
    }
  }

  /** Never two readers at a time; a kick while one reads makes it read once more. */
  async function kick(): Promise<void> {
    again = true;
    if (reading || closed) return;
    reading = true;
    try {
      while (again) {
        again = false;
        await readOn();
      }
      if (failing) log.info('Live events go on.');
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'Live events wait: the change log cannot be read. Trying each second.');
      failing = true;
    } finally {
      reading = false;
    }
  }

  function send(listener: Listener, event: HubEvent | null, seq: number): void {
    listener.seq = seq;
    const text = event?.frameFor(listener) ?? null;
    if (text === null) return;
    // A listener that does not read would fill our memory: it is cut off and may resume where it was.
    if (listener.response.writableLength > limits.eventBytes) drop(listener);
    else listener.response.write(text);
  }

  function drop(listener: Listener): void {
    live.delete(listener);
    all.delete(listener);
    listener.response.destroy();
  }

  async function catchUp(listener: Listener): Promise<void> {
    while (listener.seq < last && all.has(listener)) {
      const changes = await store.changes.since(listener.seq, BATCH);
      if (changes.length === 0) listener.seq = last;
      for (const change of changes) {
        const event = await render(change, false);
        await event?.prepare([listener]);
        if (!all.has(listener)) return;
        listener.seq = change.seq;
        const text = event?.frameFor(listener) ?? null;
        if (text !== null && !listener.response.write(text)) await drained(listener.response);
      }
    }
    // No await since the comparison: nothing was read in between, so nothing is missed and nothing comes twice.
    if (all.has(listener)) live.add(listener);
  }

  const stopHints = store.changes.onCommit(() => void kick());
  // An application that only answers in memory must not keep its process alive.
  const poll = setInterval(() => void kick(), POLL_MS).unref();

  return {
    get listeners() {
      return all.size;
    },
    checkRoom() {
      if (closed) throw new KithError('unavailable', 'The server is stopping.');
      if (all.size >= MOST_LISTENERS) {
        throw new KithError('unavailable', `${MOST_LISTENERS} event streams are open already: close some.`);
      }
    },
    async attach(response, { after, mayStay, ear = EVERYTHING }) {
      const listener: Listener = { response, ...ear, seq: last };
      all.add(listener);
      const heartbeat = setInterval(() => {
        mayStay().then(
          (stays) => (stays ? response.write(': still here\n\n') : response.end()),
          () => response.end(),
        );
      }, limits.heartbeatMs);
      response.on('close', () => {
        clearInterval(heartbeat);
        live.delete(listener);
        all.delete(listener);
      });
      response.on('error', () => drop(listener));
      try {
        // A number from another life of the store would wait for ever.
        if (after !== null && after <= (await store.changes.last())) listener.seq = after;
        // Its position, so that a listener that loses the connection before the first event resumes here.
        response.write(`: connected\nretry: 2000\nid: ${listener.seq}\n\n`);
        await catchUp(listener);
      } catch (error) {
        log.warn({ err: error }, 'An event stream could not be resumed.');
        drop(listener);
      }
    },
    onChange(listener) {
      inHouse.push(listener);
    },
    close() {
      closed = true;
      clearInterval(poll);
      stopHints();
      for (const listener of all) listener.response.end();
    },
  };
}

/** Until the listener has read what was written, has gone, or has taken too long (then it is cut off). */
async function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => response.destroy(), DRAIN_MS);
  response.once('drain', resolve);
  response.once('close', resolve);
  await promise;
  clearTimeout(timer);
  response.off('drain', resolve);
  response.off('close', resolve);
}
