// Who is recognised at a camera, for its kiosk page: only names, only of that camera, and only what has just happened.

import type { ServerResponse } from 'node:http';
import type { Named } from '../camera-port.ts';
import type { Detection } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { EventHub } from './event-hub.ts';
import type { ServerLimits } from './ports.ts';

const MOST_LISTENERS = 200;
/** Nobody is greeted for what was worked off late, or corrected afterwards. */
const FRESH_MS = 30_000;
/** Nor for what waited in a spool; the clocks of camera and back end may differ a little. */
const LATE_MS = 90_000;

export interface NameStreams {
  /** KithError `unavailable` when there are too many listeners, or when closing. */
  checkRoom(): void;
  /** Writes `named` events into the response until it ends. `mayStay` is asked at each heartbeat. */
  attach(camera: string, response: ServerResponse, mayStay: () => Promise<boolean>): void;
  close(): void;
}

export function createNameStreams(given: {
  readonly hub: Pick<EventHub, 'onChange'>;
  readonly limits: ServerLimits;
  readonly clock: () => number;
}): NameStreams {
  const { hub, limits, clock } = given;
  const listeners = new Map<ServerResponse, string>();
  let closed = false;

  hub.onChange((_change, detection) => {
    if (listeners.size === 0 || detection?.state !== 'classified') return;
    const { cameraId, capturedAt, receivedAt } = detection;
    if (clock() - receivedAt > FRESH_MS || receivedAt - capturedAt > LATE_MS) return;
    const event = `event: named\ndata: ${JSON.stringify(namedOf(detection))}\n\n`;
    for (const [response, camera] of listeners) {
      if (camera !== cameraId) continue;
      if (response.writableLength > limits.eventBytes) response.destroy();
      else response.write(event);
    }
  });

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
    },
    close() {
      closed = true;
      for (const response of listeners.keys()) response.end();
    },
  };
}

function namedOf({ id, trackId, decision, personId, personName, personKind }: Detection): Named {
  const person =
    personId !== null && personKind !== null ? { id: personId, name: personName ?? '', kind: personKind } : null;
  return { detection: id, track: trackId, decision: decision ?? 'unidentified', person };
}
