// Who is recognised at a camera, for its kiosk page: follows the change log like the live events, but tells only names, only of that
// camera, and only what has just happened.

import type { ServerResponse } from 'node:http';
import type { Named } from '../camera-port.ts';
import type { Detection } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import type { ServerLimits } from './ports.ts';

const POLL_MS = 1_000;
const BATCH = 200;
const MOST_LISTENERS = 200;
/** Nobody is greeted for what was worked off late, or corrected afterwards. */
const FRESH_MS = 30_000;

export interface NameStreams {
  /** KithError `unavailable` when there are too many listeners, or when closing. */
  checkRoom(): void;
  /** Writes `named` events into the response until it ends. `mayStay` is asked at each heartbeat. */
  attach(camera: string, response: ServerResponse, mayStay: () => Promise<boolean>): void;
  close(): void;
}

export interface NameStreamOptions {
  readonly store: Pick<Store, 'changes' | 'detections'>;
  readonly log: Log;
  readonly limits: ServerLimits;
  readonly clock: () => number;
}

export function openNameStreams({ store, log, limits, clock }: NameStreamOptions): NameStreams {
  const listeners = new Map<ServerResponse, string>();
  /** Up to where the log was read; null while nobody listens. */
  let last: number | null = null;
  let reading = false;
  let again = false;
  let closed = false;

  async function readOn(): Promise<void> {
    last ??= await store.changes.last();
    for (;;) {
      const changes = await store.changes.since(last, BATCH);
      for (const change of changes) {
        last = change.seq;
        if (change.topic !== 'journal' || change.entity !== 'detection') continue;
        const detection = await store.detections.get(change.id);
        if (detection?.state === 'classified' && clock() - detection.receivedAt <= FRESH_MS) tell(detection);
      }
      if (changes.length < BATCH) return;
    }
  }

  function tell(detection: Detection): void {
    const event = `event: named\ndata: ${JSON.stringify(namedOf(detection))}\n\n`;
    for (const [response, camera] of listeners) {
      if (camera !== detection.cameraId) continue;
      if (response.writableLength > limits.eventBytes) response.destroy();
      else response.write(event);
    }
  }

  /** Never two readers at a time; a kick while one reads makes it read once more. */
  async function kick(): Promise<void> {
    again = true;
    if (reading || closed) return;
    if (listeners.size === 0) {
      last = null;
      return;
    }
    reading = true;
    try {
      while (again) {
        again = false;
        await readOn();
      }
    } catch (error) {
      log.debug({ err: error }, 'The change log cannot be read for kiosk pages: trying each second.');
    } finally {
      reading = false;
    }
  }

  const stopHints = store.changes.onCommit(() => void kick());
  const poll = setInterval(() => void kick(), POLL_MS).unref();

  return {
    checkRoom() {
      if (closed) throw new KithError('unavailable', 'The server is stopping.');
      if (listeners.size < MOST_LISTENERS) return;
      throw new KithError('unavailable', `${MOST_LISTENERS} kiosk pages are open already: close some.`);
    },
    attach(camera, response, mayStay) {
      listeners.set(response, camera);
      const heartbeat = setInterval(() => {
        mayStay().then(
          (stays) => (stays ? response.write(': still here\n\n') : response.end()),
          () => response.end(),
        );
      }, limits.heartbeatMs);
      response.on('error', () => response.destroy());
      response.on('close', () => {
        clearInterval(heartbeat);
        listeners.delete(response);
      });
      response.write(': connected\n\n');
      void kick();
    },
    close() {
      closed = true;
      clearInterval(poll);
      stopHints();
      for (const response of listeners.keys()) response.end();
    },
  };
}

function namedOf({ id, trackId, decision, personId, personName, personKind }: Detection): Named {
  const person =
    personId !== null && personKind !== null ? { id: personId, name: personName ?? '', kind: personKind } : null;
  return { detection: id, track: trackId, decision: decision ?? 'unidentified', person };
}
