// Pictures on their way to whoever watches: previews to browsers, frames of kiosk pages to camera programs. The newest wins, and nothing
// is stored. Counts the viewers of this process: with several, sender and viewer must be connected to the same one.

import type { ServerResponse } from 'node:http';
import { KithError } from '../errors.ts';
import type { ServerLimits } from './ports.ts';

/** A viewer that takes nothing for so long keeps the camera at work for nobody. */
const STUCK_MS = 30_000;
/** A single picture that is older shows what was. */
const NEW_MS = 2_000;

export interface PictureRelay {
  watching(camera: string): boolean;
  /** A picture for all viewers; passed over where there are none. */
  put(camera: string, jpeg: Uint8Array): void;
  /** KithError `unavailable` when there are too many viewers, or when closing. */
  checkRoom(camera: string): void;
  /** Writes pictures into the response until it ends. `mayStay` is asked at each heartbeat. */
  attach(response: ServerResponse, camera: string, mayStay: () => Promise<boolean>): void;
  /** One picture: the newest, or the next one where that is old. KithError `unavailable` when there are too many viewers, or none comes
   * before the signal aborts. */
  next(camera: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Hears when the first viewer of a camera comes and when the last one goes. */
  onWatching(listener: (camera: string, watching: boolean) => void): void;
  /** Sends the viewers of a camera away. */
  end(camera: string): void;
  close(): void;
}

export interface RelayOptions {
  readonly limits: ServerLimits;
  /** Viewers of all cameras together, and of one. */
  readonly most: number;
  readonly mostOfCamera: number;
  /** What is said when there are more. */
  readonly full: string;
  /** How it is found out whether a viewer is still there while no picture comes: the last one again (browsers show nothing else), or
   * a part of no bytes. */
  readonly heartbeat: 'last picture' | 'empty part';
  /** Older pictures are not given to who comes later. */
  readonly freshMs: number;
}

interface Viewer {
  readonly response: ServerResponse;
  /** Since when what was written waits for the viewer; null: it has taken all. */
  stuckSince: number | null;
  /** A picture came that it has not got. */
  missed: boolean;
}

interface Watched {
  readonly viewers: Set<Viewer>;
  /** Who waits for one picture; null: none will come. */
  readonly takers: Set<(jpeg: Uint8Array | null) => void>;
  /** The newest picture, and as it goes over the wire. */
  newest: { readonly jpeg: Uint8Array; readonly part: Uint8Array; readonly at: number } | null;
}

const EMPTY = partOf('text/plain', new Uint8Array());

export function createPictureRelay(options: RelayOptions): PictureRelay {
  const { limits, most, mostOfCamera, full, heartbeat, freshMs } = options;
  const cameras = new Map<string, Watched>();
  const listeners: ((camera: string, watching: boolean) => void)[] = [];
  let viewers = 0;
  let closed = false;

  function showNewest(viewer: Viewer, { newest }: Watched): void {
    if (newest && performance.now() - newest.at < freshMs) show(viewer, newest.part);
  }

  function checkRoom(camera: string): void {
    if (closed) throw new KithError('unavailable', 'The server is stopping.');
    const watched = cameras.get(camera);
    if (viewers >= most || (watched ? watched.viewers.size + watched.takers.size : 0) >= mostOfCamera) {
      throw new KithError('unavailable', full);
    }
  }

  /** Somebody comes: `add` her, then the others may be told. */
  function come(
    camera: string,
    add: (watched: Watched) => void,
  ): { readonly watched: Watched; readonly tell: () => void } {
    const begun = cameras.get(camera);
    const watched = begun ?? { viewers: new Set(), takers: new Set(), newest: null };
    cameras.set(camera, watched);
    add(watched);
    viewers++;
    return {
      watched,
      tell() {
        if (!begun) for (const listener of listeners) listener(camera, true);
      },
    };
  }

  /** She has gone. */
  function go(camera: string, watched: Watched): void {
    viewers--;
    if (watched.viewers.size + watched.takers.size > 0) return;
    cameras.delete(camera);
    for (const listener of listeners) listener(camera, false);
  }

  return {
    watching: (camera) => cameras.has(camera),
    put(camera, jpeg) {
      const watched = cameras.get(camera);
      if (!watched) return;
      watched.newest = { jpeg, part: partOf('image/jpeg', jpeg), at: performance.now() };
      for (const viewer of watched.viewers) show(viewer, watched.newest.part);
      for (const take of watched.takers) take(jpeg);
    },
    checkRoom,
    async next(camera, signal) {
      checkRoom(camera);
      const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
      const { watched, tell } = come(camera, ({ takers }) => takers.add(resolve));
      const leave = (): void => resolve(null);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      const { newest } = watched;
      if (newest && performance.now() - newest.at < NEW_MS) resolve(newest.jpeg);
      tell();
      try {
        const jpeg = await promise;
        if (jpeg) return jpeg;
      } finally {
        signal.removeEventListener('abort', leave);
        watched.takers.delete(resolve);
        go(camera, watched);
      }
      throw new KithError('unavailable', 'The camera gave no picture in time: is its program running?');
    },
    attach(response, camera, mayStay) {
      const viewer: Viewer = { response, stuckSince: null, missed: false };
      const { watched, tell } = come(camera, (all) => all.viewers.add(viewer));
      const beat = setInterval(() => {
        const stuck = viewer.stuckSince !== null && performance.now() - viewer.stuckSince > STUCK_MS;
        if (stuck) response.destroy();
        else if (heartbeat === 'last picture') showNewest(viewer, watched);
        else if (viewer.stuckSince === null) show(viewer, EMPTY);
        mayStay().then(
          (stays) => stays || response.end(),
          () => response.end(),
        );
      }, limits.heartbeatMs);
      response.on('drain', () => {
        viewer.stuckSince = null;
        if (viewer.missed) showNewest(viewer, watched);
      });
      response.on('error', () => response.destroy());
      response.on('close', () => {
        clearInterval(beat);
        if (watched.viewers.delete(viewer)) go(camera, watched);
      });
      response.write('--frame\r\n');
      if (heartbeat === 'empty part') show(viewer, EMPTY);
      showNewest(viewer, watched);
      tell();
    },
    onWatching(listener) {
      listeners.push(listener);
    },
    end(camera) {
      const watched = cameras.get(camera);
      for (const { response } of watched?.viewers ?? []) response.end();
      for (const take of watched?.takers ?? []) take(null);
    },
    close() {
      closed = true;
      for (const camera of cameras.keys()) this.end(camera);
    },
  };
}

function show(viewer: Viewer, part: Uint8Array): void {
  // One picture at most lies in our memory for each viewer.
  viewer.missed = viewer.stuckSince !== null;
  if (!viewer.missed && !viewer.response.write(part)) viewer.stuckSince = performance.now();
}

/** Ends with the next boundary: browsers show a part when they see its end. */
function partOf(type: string, bytes: Uint8Array): Uint8Array {
  const head = `Content-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--frame\r\n')]);
}
