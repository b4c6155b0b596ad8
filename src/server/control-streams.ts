// The control streams of camera programs: settings, whether somebody watches, who was recognised. Settings and names come from the
// store, so it does not matter which process a program is connected to; `watch` counts the viewers of this process only.

import type { ServerResponse } from 'node:http';
import type { ControlEvent, Named } from '../camera-port.ts';
import type { Detection } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import type { Store } from '../store-port.ts';
import type { EventHub } from './event-hub.ts';
import type { ServerLimits } from './ports.ts';
import type { PictureRelay } from './picture-relay.ts';

const MOST_STREAMS = 1_000;

export interface ControlStreams {
  /** KithError `unavailable` when there are too many, or when closing. */
  checkRoom(): void;
  /** Writes into the response until it ends. The program has taken the camera's place; it is given back when it goes. `mayStay` is
   * asked at each heartbeat. */
  attach(
    response: ServerResponse,
    who: { readonly camera: string; readonly program: string; readonly mayStay: () => Promise<boolean> },
  ): Promise<void>;
  close(): void;
}

interface Stream {
  readonly camera: string;
  readonly program: string;
  readonly response: ServerResponse;
  /** The settings that it has got. */
  sent: string;
  reading: boolean;
  again: boolean;
}

export function createControlStreams(given: {
  readonly store: Pick<Store, 'cameras'>;
  readonly log: Log;
  readonly limits: ServerLimits;
  readonly hub: EventHub;
  readonly previews: PictureRelay;
}): ControlStreams {
  const { store, log, limits, hub, previews } = given;
  const streams = new Set<Stream>();
  let closed = false;

  const of = (camera: string) => [...streams].filter((stream) => stream.camera === camera);

  function send(stream: Stream, event: ControlEvent): void {
    const { response } = stream;
    const { kind, ...data } = event;
    // A program that does not read would fill our memory: it may connect again.
    if (response.writableLength > limits.eventBytes) response.destroy();
    else response.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends the settings if they are others than those that were sent. Never two readers at a time, so that old ones never follow
   * new ones. */
  async function readSettings(stream: Stream): Promise<void> {
    stream.again = true;
    if (stream.reading) return;
    stream.reading = true;
    try {
      while (stream.again && streams.has(stream)) {
        stream.again = false;
        const camera = await store.cameras.get(stream.camera);
        if (!camera) {
          stream.response.end();
          return;
        }
        const event = settingsEvent(camera);
        const text = JSON.stringify(event);
        if (text !== stream.sent) send(stream, event);
        stream.sent = text;
      }
    } catch (error) {
      log.warn({ err: error, camera: stream.camera }, 'The settings of a camera cannot be read: its stream ends.');
      stream.response.end();
    } finally {
      stream.reading = false;
    }
  }

  hub.onChange(({ entity, id }, detection) => {
    if (streams.size === 0) return;
    if (entity === 'camera') for (const stream of of(id)) void readSettings(stream);
    const named = detection && namedOf(detection);
    if (named) for (const stream of of(detection.cameraId)) send(stream, { kind: 'named', ...named });
  });
  previews.onWatching((camera, watching) => {
    for (const stream of of(camera)) send(stream, { kind: 'watch', watching });
  });

  function leave({ camera, program }: Stream): void {
    // It may have connected again before its old connection was seen to be broken.
    if (of(camera).some((other) => other.program === program)) return;
    store.cameras
      .leave(camera, program)
      .catch((error: unknown) => log.debug({ err: error, camera }, 'That a camera has gone was not noted.'));
  }

  return {
    checkRoom() {
      if (closed) throw new KithError('unavailable', 'The server is stopping.');
      if (streams.size < MOST_STREAMS) return;
      throw new KithError('unavailable', `${MOST_STREAMS} cameras are connected to this process already.`);
    },
    async attach(response, { camera, program, mayStay }) {
      const stream: Stream = { camera, program, response, sent: '', reading: false, again: false };
      const before = of(camera).filter((other) => other.program === program);
      streams.add(stream);
      const heartbeat = setInterval(() => {
        mayStay().then(
          (stays) => (stays ? response.write(': still here\n\n') : response.end()),
          () => response.end(),
        );
      }, limits.controlMs);
      const gone = (): void => {
        clearInterval(heartbeat);
        if (streams.delete(stream)) leave(stream);
      };
      response.on('close', gone);
      response.on('error', () => response.destroy());
      for (const other of before) other.response.end();
      if (response.destroyed || closed) {
        response.end();
        gone();
        return;
      }
      response.write(': connected\n\n');
      await readSettings(stream);
      if (streams.has(stream)) send(stream, { kind: 'watch', watching: previews.watching(camera) });
    },
    close() {
      closed = true;
      for (const { response } of streams) response.end();
    },
  };
}

/** A camera of kith.json brings its own settings. */
function settingsEvent({ name, version, settings, fixed }: KeptCamera): ControlEvent {
  return { kind: 'settings', version, name, settings: fixed ? null : settings };
}

function namedOf(detection: Detection): Named | null {
  const { id, state, trackId, decision, personId, personName, personKind } = detection;
  if (state !== 'classified' || decision === null) return null;
  const person = personId && personKind ? { id: personId, name: personName ?? '', kind: personKind } : null;
  return { detection: id, track: trackId, decision, person };
}
