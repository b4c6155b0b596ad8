// Pictures on their way to whoever watches: previews to browsers, frames of kiosk pages to camera programs. The newest wins, and nothing
// is stored. Counts the viewers of this process: with several, sender and viewer must be connected to the same one.

import type { ServerResponse } from 'node:http';
import { KithError } from '../errors.ts';
import type { ServerLimits } from './ports.ts';

/** A viewer that takes nothing for so long keeps the camera at work for nobody. */
const STUCK_MS = 30_000;

export interface PictureRelay {
  watching(camera: string): boolean;
  /** A picture for all viewers; passed over where there are none. */
  put(camera: string, jpeg: Uint8Array): void;
  /** KithError `unavailable` when there are too many viewers, or when closing. */
  checkRoom(camera: string): void;
  /** Writes pictures into the response until it ends. `mayStay` is asked at each heartbeat. */
  attach(response: ServerResponse, camera: string, mayStay: () => Promise<boolean>): void;
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
  /** The newest picture as it goes over the wire. */
  newest: { readonly part: Uint8Array; readonly at: number } | null;
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

  return {
    watching: (camera) => cameras.has(camera),
    put(camera, jpeg) {
      const watched = cameras.get(camera);
      if (!watched) return;
      watched.newest = { part: partOf('image/jpeg', jpeg), at: performance.now() };
      for (const viewer of watched.viewers) show(viewer, watched.newest.part);
    },
    checkRoom(camera) {
      if (closed) throw new KithError('unavailable', 'The server is stopping.');
      if (viewers >= most || (cameras.get(camera)?.viewers.size ?? 0) >= mostOfCamera) {
        throw new KithError('unavailable', full);
      }
    },
    attach(response, camera, mayStay) {
      const viewer: Viewer = { response, stuckSince: null, missed: false };
      const begun = cameras.get(camera);
      const watched = begun ?? { viewers: new Set(), newest: null };
      cameras.set(camera, watched);
      watched.viewers.add(viewer);
      viewers++;
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
        if (!watched.viewers.delete(viewer)) return;
        viewers--;
        if (watched.viewers.size > 0) return;
        cameras.delete(camera);
        for (const listener of listeners) listener(camera, false);
      });
      response.write('--frame\r\n');
      if (heartbeat === 'empty part') show(viewer, EMPTY);
      showNewest(viewer, watched);
      if (!begun) for (const listener of listeners) listener(camera, true);
    },
    onWatching(listener) {
      listeners.push(listener);
    },
    end(camera) {
      for (const { response } of cameras.get(camera)?.viewers ?? []) response.end();
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
