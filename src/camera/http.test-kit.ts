// HTTP cameras for tests: servers on loopback, and a reader.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE, KEY } from '../certificate.test-kit.ts';
import type { Frame, SourceOptions } from './frame.ts';
import { httpSource } from './source-http.ts';
import { sharpCodec, sourceOptions, squaresRaster } from './test-kit.ts';

/** Answers `host:port`. */
export async function serve(
  t: { after(fn: () => void): void },
  listener: RequestListener,
  tls = false,
): Promise<string> {
  const made = tls ? createTls({ key: KEY, cert: CERTIFICATE }, listener) : createServer(listener);
  const server = made.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends JPEGs as cameras do, until the reader or `count` ends it. */
export function mjpeg(
  jpeg: Uint8Array,
  count: number,
  headers: Readonly<Record<string, string>> = { 'content-type': 'multipart/x-mixed-replace; boundary=frame' },
): RequestListener {
  return (request, response) => {
    response.writeHead(200, headers);
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ >= count) {
        clearInterval(timer);
        response.end();
        return;
      }
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write('\r\n');
    }, 20);
    request.on('close', () => clearInterval(timer));
  };
}

/** Up to `count` frames, which are released. */
export async function readSome(
  url: string,
  count: number,
  options: Partial<SourceOptions> = {},
  frames: Frame[] = [],
): Promise<Frame[]> {
  const stream = await httpSource.open(url, sourceOptions(options));
  try {
    for await (const frame of stream) {
      frames.push(frame);
      await frame.luma();
      frame.release();
      if (frames.length === count) break;
    }
  } finally {
    await stream.close();
  }
  return frames;
}

export function jpegOf(shift: number): Promise<Uint8Array> {
  return sharpCodec.encodeJpeg(squaresRaster(160, 96, [[20 + shift, 20, 40, 40]]));
}

/** Before each picture. */
export function head(length: number | string): string {
  return `--frame\r\nContent-Length: ${length}\r\n\r\n`;
}
