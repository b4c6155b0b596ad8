// Live pictures of cameras on their way to whoever watches: the newest wins, nothing is stored, and nobody watching means that a
// camera sends nothing. Counts the viewers of this process: with several, viewer and camera must be connected to the same one.

import type { ServerResponse } from 'node:http';
import { KithError } from '../errors.ts';
import type { ServerLimits } from './ports.ts';

const MOST_VIEWERS = 100;
/** A viewer that takes nothing for so long keeps the camera at work for nobody. */
const STUCK_MS = 30_000;

export interface PreviewRelay {
  watching(camera: string): boolean;
  /** A picture for all viewers; passed over where there are none. */
  put(camera: string, jpeg: Uint8Array): void;
  /** KithError `unavailable` when there are too many viewers, or when closing. */
  checkRoom(): void;
  /** Writes pictures into the response until it ends. `mayStay` is asked at each heartbeat. */
  attach(response: ServerResponse, camera: string, mayStay: () => Promise<boolean>): void;
  /** Hears when the first viewer of a camera comes and when the last one goes. */
  onWatching(listener: (camera: string, watching: boolean) => void): void;
  /** Sends the viewers of a camera away. */
  end(camera: string): void;
  close(): void;
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
  newest: Uint8Array | null;
}

export function createPreviewRelay(limits: ServerLimits): PreviewRelay {
  const cameras = new Map<string, Watched>();
  const listeners: ((camera: string, watching: boolean) => void)[] = [];
  let viewers = 0;
  let closed = false;

  return {
    watching: (camera) => cameras.has(camera),
    put(camera, jpeg) {
      const watched = cameras.get(camera);
      if (!watched) return;
      watched.newest = partOf(jpeg);
      for (const viewer of watched.viewers) show(viewer, watched.newest);
    },
    checkRoom() {
      if (closed) throw new KithError('unavailable', 'The server is stopping.');
      if (viewers < MOST_VIEWERS) return;
      throw new KithError('unavailable', `${MOST_VIEWERS} previews are open already: close some.`);
    },
    attach(response, camera, mayStay) {
      const viewer: Viewer = { response, stuckSince: null, missed: false };
      const begun = cameras.get(camera);
      const watched = begun ?? { viewers: new Set(), newest: null };
      cameras.set(camera, watched);
      watched.viewers.add(viewer);
      viewers++;
      const heartbeat = setInterval(() => {
        const stuck = viewer.stuckSince !== null && performance.now() - viewer.stuckSince > STUCK_MS;
        if (stuck) response.destroy();
        // Also where the camera sends nothing it is found out whether the viewer is still there.
        else if (watched.newest) show(viewer, watched.newest);
        mayStay().then(
          (stays) => stays || response.end(),
          () => response.end(),
        );
      }, limits.heartbeatMs);
      response.on('drain', () => {
        viewer.stuckSince = null;
        if (viewer.missed && watched.newest) show(viewer, watched.newest);
      });
      response.on('error', () => response.destroy());
      response.on('close', () => {
        clearInterval(heartbeat);
        if (!watched.viewers.delete(viewer)) return;
        viewers--;
        if (watched.viewers.size > 0) return;
        cameras.delete(camera);
        for (const listener of listeners) listener(camera, false);
      });
      response.write('--frame\r\n');
      if (watched.newest) show(viewer, watched.newest);
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
function partOf(jpeg: Uint8Array): Uint8Array {
  const head = `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n--frame\r\n')]);
}
