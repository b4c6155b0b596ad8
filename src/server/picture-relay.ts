// Pictures on their way to whoever watches: previews to browsers, frames of kiosk pages to camera programs. The newest wins, and nothing
// is stored. Counts the viewers of this process: with several, sender and viewer must be connected to the same one.

import type { ServerResponse } from 'node:http';
import { KithError } from '../errors.ts';
import type { ServerLimits } from './ports.ts';

/** What is no older need not be asked for again. */
const NEW_MS = 2_000;
/** A viewer that takes nothing for so long keeps the camera at work for nobody. */
const STUCK_MS = 30_000;

export interface PictureRelay {
  watching(camera: string): boolean;
  /** A picture for all viewers; passed over where there are none. `capturedAt`: milliseconds since 1970, now where it is not known. */
  put(camera: string, jpeg: Uint8Array, capturedAt?: number): void;
  /** KithError `unavailable` when there are too many viewers, or when closing. */
  checkRoom(...cameras: readonly string[]): void;
  /** Writes pictures into the response until it ends. `mayStay` is asked at each heartbeat. */
  attach(response: ServerResponse, camera: string, mayStay: () => Promise<boolean>): void;
  /** The pictures of several cameras in one response, which goes on when one of them ends: it is told instead. */
  attachAll(response: ServerResponse, cameras: readonly string[], mayStay: () => Promise<boolean>): void;
  /** One picture: the newest, or the next one where that is old. KithError `unavailable` when there are too many viewers, or none comes
   * before the signal aborts. */
  next(camera: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Words about a camera, for those who watch several. */
  tell(camera: string, words: object): void;
  /** Hears when the first viewer of a camera comes and when the last one goes. */
  onWatching(listener: (camera: string, watching: boolean) => void): void;
  /** Sends away who watches this camera alone. */
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
  /** Where each picture belongs: parts say so, and of when they are. */
  readonly addressOf?: (camera: string) => string;
  /** Older pictures are not given to who comes later. */
  readonly freshMs: number;
}

interface Viewer {
  readonly response: ServerResponse;
  /** Stays when a camera ends. */
  readonly stays: boolean;
  /** Since when what was written waits for the viewer; null: it has taken all. */
  stuckSince: number | null;
  /** Cameras of which a picture came that it has not got, the longest waiting first. */
  readonly missed: Set<string>;
}

interface Watched {
  readonly viewers: Set<Viewer>;
  /** Who waits for one picture only; null: none will come. */
  readonly takers: Set<(jpeg: Uint8Array | null) => void>;
  /** The newest picture, and as it goes over the wire. */
  newest: { readonly jpeg: Uint8Array; readonly part: Uint8Array; readonly at: number } | null;
}

const EMPTY = partOf('text/plain', new Uint8Array());

export function createPictureRelay(options: RelayOptions): PictureRelay {
  const { limits, most, mostOfCamera, full, heartbeat, addressOf, freshMs } = options;
  const cameras = new Map<string, Watched>();
  const listeners: ((camera: string, watching: boolean) => void)[] = [];
  let viewers = 0;
  let closed = false;

  function showNewest(viewer: Viewer, camera: string): void {
    const newest = cameras.get(camera)?.newest;
    if (newest && performance.now() - newest.at < freshMs) show(viewer, camera, newest.part);
  }

  /** What it could not take meanwhile, of each camera the newest, as far as it takes it now. */
  function showMissed(viewer: Viewer): void {
    viewer.stuckSince = null;
    for (const camera of viewer.missed) {
      if (viewer.stuckSince !== null) return;
      viewer.missed.delete(camera);
      showNewest(viewer, camera);
    }
  }

  /** Somebody comes: `add` her, then the others are told. */
  function come(camera: string, add: (watched: Watched) => void): void {
    const begun = cameras.get(camera);
    const watched = begun ?? { viewers: new Set(), takers: new Set(), newest: null };
    cameras.set(camera, watched);
    add(watched);
    viewers++;
    if (!begun) for (const listener of listeners) listener(camera, true);
  }

  /** `remove` answers whether she was there. */
  function go(camera: string, remove: (watched: Watched) => boolean): void {
    const watched = cameras.get(camera);
    if (!watched || !remove(watched)) return;
    viewers--;
    if (watched.viewers.size + watched.takers.size > 0) return;
    cameras.delete(camera);
    for (const listener of listeners) listener(camera, false);
  }

  function isFull(camera: string): boolean {
    const watched = cameras.get(camera);
    return watched !== undefined && watched.viewers.size + watched.takers.size >= mostOfCamera;
  }

  function checkRoom(...wanted: readonly string[]): void {
    if (closed) throw new KithError('unavailable', 'The server is stopping.');
    if (viewers + wanted.length > most || wanted.some(isFull)) throw new KithError('unavailable', full);
  }

  function begin(
    viewer: Viewer,
    watched: readonly string[],
    beatWith: RelayOptions['heartbeat'],
    mayStay: () => Promise<boolean>,
  ): void {
    const { response } = viewer;
    const beat = setInterval(() => {
      const stuck = viewer.stuckSince !== null && performance.now() - viewer.stuckSince > STUCK_MS;
      if (stuck) response.destroy();
      else if (beatWith === 'last picture') for (const camera of watched) showNewest(viewer, camera);
      else if (viewer.stuckSince === null) write(viewer, EMPTY);
      mayStay().then(
        (stays) => stays || response.end(),
        () => response.end(),
      );
    }, limits.heartbeatMs);
    response.on('drain', () => showMissed(viewer));
    response.on('error', () => response.destroy());
    response.on('close', () => {
      clearInterval(beat);
      for (const camera of watched) go(camera, ({ viewers: all }) => all.delete(viewer));
    });
    response.write('--frame\r\n');
    if (beatWith === 'empty part') write(viewer, EMPTY);
    for (const camera of watched) {
      come(camera, ({ viewers: all }) => all.add(viewer));
      showNewest(viewer, camera);
    }
  }

  function headOf(camera: string, capturedAt: number): string {
    if (!addressOf) return '';
    return `Content-Location: ${addressOf(camera)}\r\nX-Captured-At: ${new Date(capturedAt).toISOString()}\r\n`;
  }

  return {
    watching: (camera) => cameras.has(camera),
    put(camera, jpeg, capturedAt = Date.now()) {
      const watched = cameras.get(camera);
      if (!watched) return;
      const part = partOf('image/jpeg', jpeg, headOf(camera, capturedAt));
      watched.newest = { jpeg, part, at: performance.now() };
      for (const take of watched.takers) take(jpeg);
      for (const viewer of watched.viewers) show(viewer, camera, watched.newest.part);
    },
    checkRoom,
    async next(camera, signal) {
      checkRoom(camera);
      const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
      const leave = (): void => resolve(null);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      come(camera, ({ takers, newest }) => {
        takers.add(resolve);
        if (newest && performance.now() - newest.at < NEW_MS) resolve(newest.jpeg);
      });
      try {
        const jpeg = await promise;
        if (jpeg) return jpeg;
      } finally {
        signal.removeEventListener('abort', leave);
        go(camera, ({ takers }) => takers.delete(resolve));
      }
      throw new KithError('unavailable', 'The camera gave no picture in time: is its program running?');
    },
    attach(response, camera, mayStay) {
      begin({ response, stays: false, stuckSince: null, missed: new Set() }, [camera], heartbeat, mayStay);
    },
    attachAll(response, watched, mayStay) {
      begin({ response, stays: true, stuckSince: null, missed: new Set() }, watched, 'empty part', mayStay);
    },
    tell(camera, words) {
      const part = partOf('application/json', Buffer.from(JSON.stringify(words)), headOf(camera, Date.now()));
      // A few bytes, which must not be passed over.
      for (const viewer of cameras.get(camera)?.viewers ?? []) if (viewer.stays) write(viewer, part);
    },
    onWatching(listener) {
      listeners.push(listener);
    },
    end(camera) {
      const watched = cameras.get(camera);
      if (!watched) return;
      // Who looks at several would be shown this one again after every pause.
      watched.newest = null;
      for (const { response, stays } of watched.viewers) if (!stays) response.end();
      for (const take of watched.takers) take(null);
    },
    close() {
      closed = true;
      for (const { viewers: all, takers } of cameras.values()) {
        for (const { response } of all) response.end();
        for (const take of takers) take(null);
      }
    },
  };
}

function show(viewer: Viewer, camera: string, part: Uint8Array): void {
  // One picture at most lies in our memory for each viewer.
  if (viewer.stuckSince === null) write(viewer, part);
  else viewer.missed.add(camera);
}

function write(viewer: Viewer, part: Uint8Array): void {
  if (!viewer.response.write(part)) viewer.stuckSince ??= performance.now();
}

/** Ends with the next boundary: browsers show a part when they see its end. */
function partOf(type: string, bytes: Uint8Array, more = ''): Uint8Array {
  const head = `Content-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n${more}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--frame\r\n')]);
}
