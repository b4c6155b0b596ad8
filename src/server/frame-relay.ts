// Frames of kiosk pages on their way to the camera programs that look at them. Only the newest frame is kept, in the memory of this
// process, and nothing is ever written: a reader that is slow misses frames, and page and program must reach the same process.

import type { ServerResponse } from 'node:http';
import { KithError } from '../errors.ts';
import type { ServerLimits } from './ports.ts';

export interface FrameRelay {
  /** A frame for all readers. Answers whether there are any. KithError (429) when a camera posts far too many. */
  post(camera: string, jpeg: Uint8Array): boolean;
  /** KithError `unavailable` when there are too many readers, or when closing. */
  checkRoom(camera: string): void;
  /** Writes frames into the response as a multipart stream until it ends. `mayStay` is asked at each heartbeat. */
  attach(camera: string, response: ServerResponse, mayStay: () => Promise<boolean>): void;
  /** Ends all streams. */
  close(): void;
}

const FRAME_BOUNDARY = 'frame';
const MOST_READERS = 10;
const MOST_A_SECOND = 30;
/** Older frames show somebody who may have gone. */
const FRESH_MS = 2_000;

interface Reader {
  readonly response: ServerResponse;
  /** What was written is still on its way: newer frames wait as one. */
  busy: boolean;
  behind: boolean;
}

interface Channel {
  readonly readers: Set<Reader>;
  newest: { readonly part: Buffer; readonly at: number } | null;
  second: number;
  posted: number;
}

export function createFrameRelay(limits: ServerLimits): FrameRelay {
  const channels = new Map<string, Channel>();
  let closed = false;

  function channelOf(camera: string): Channel {
    const known = channels.get(camera);
    if (known) return known;
    const made: Channel = { readers: new Set(), newest: null, second: 0, posted: 0 };
    channels.set(camera, made);
    return made;
  }

  return {
    post(camera, jpeg) {
      const channel = channelOf(camera);
      const second = Math.floor(performance.now() / 1000);
      if (channel.second !== second) channel.posted = 0;
      channel.second = second;
      if (++channel.posted > MOST_A_SECOND) {
        const message = `More than ${MOST_A_SECOND} frames came in one second: post the next one when the answer to the last is there.`;
        throw new KithError('unavailable', message, { status: 429 });
      }
      const watched = channel.readers.size > 0;
      channel.newest = watched ? { part: partOf('image/jpeg', jpeg), at: performance.now() } : null;
      for (const reader of channel.readers) {
        if (reader.busy) reader.behind = true;
        else if (channel.newest) write(reader, channel.newest.part);
      }
      return watched;
    },

    checkRoom(camera) {
      if (closed) throw new KithError('unavailable', 'The server is stopping.');
      if (channelOf(camera).readers.size < MOST_READERS) return;
      const message = `${MOST_READERS} programs read the frames of this camera already: stop those that are not needed.`;
      throw new KithError('unavailable', message);
    },

    attach(camera, response, mayStay) {
      const channel = channelOf(camera);
      const reader: Reader = { response, busy: false, behind: false };
      channel.readers.add(reader);
      const heartbeat = setInterval(() => {
        if (!reader.busy) write(reader, partOf('text/plain', new Uint8Array()));
        mayStay().then(
          (stays) => stays || response.end(),
          () => response.end(),
        );
      }, limits.heartbeatMs);
      response.on('drain', () => {
        reader.busy = false;
        if (reader.behind && channel.newest && isFresh(channel)) write(reader, channel.newest.part);
      });
      response.on('error', () => response.destroy());
      response.on('close', () => {
        clearInterval(heartbeat);
        channel.readers.delete(reader);
        if (channel.readers.size === 0) channels.delete(camera);
      });
      write(reader, partOf('text/plain', new Uint8Array()));
      if (channel.newest && isFresh(channel)) write(reader, channel.newest.part);
    },

    close() {
      closed = true;
      for (const { readers } of channels.values()) for (const { response } of readers) response.end();
    },
  };
}

function write(reader: Reader, part: Buffer): void {
  reader.behind = false;
  reader.busy = !reader.response.write(part);
}

function isFresh({ newest }: Channel): boolean {
  return newest !== null && performance.now() - newest.at < FRESH_MS;
}

/** One part with its boundary before it. A part of no bytes only says that the stream is alive. */
function partOf(type: string, bytes: Uint8Array): Buffer {
  const head = `--${FRAME_BOUNDARY}\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes, Buffer.from('\r\n', 'latin1')]);
}
