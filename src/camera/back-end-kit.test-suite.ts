// A back end for the tests of the camera program: says and takes what a real one does, as it is told to, and can go away.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { CameraReport } from '../camera-port.ts';
import { readPost } from './test-kit.ts';

export interface Received {
  readonly id: string;
  readonly camera: string;
  readonly track: string;
  readonly capturedAt: string;
  readonly box: readonly number[];
  readonly picture: { readonly width: number; readonly height: number };
  /** Brightness in the middle of the box. */
  readonly middle: number;
}

export interface StubBackEnd {
  readonly server: string;
  /** Each posting, also of the same id again. */
  readonly received: Received[];
  readonly reports: CameraReport[];
  readonly previews: Buffer[];
  /** What was asked of it, as `GET cameras/door/control`. */
  readonly asked: string[];
  /** Keys that came along. */
  readonly keys: Set<string>;
  /** Open control streams. */
  readonly streams: number;
  /** Beginning of every control stream; null: it says nothing. */
  settings: { version: number; name: string; settings: object | null } | null;
  watching: boolean;
  /** Answers instead, where it gives something. */
  instead: (what: string) => { status: number; body: unknown; type?: string } | null;
  /** To all control streams. */
  say(event: string, data: unknown): void;
  /** Ends the control streams. */
  hangUp(): void;
  /** Goes away; comes back under the same address. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function stubBackEnd(t: { after(fn: () => unknown): void }): Promise<StubBackEnd> {
  const streams = new Set<ServerResponse>();
  let port = 0;
  let listening: ReturnType<typeof createServer> | undefined;

  const stub: StubBackEnd = {
    get server() {
      return `http://127.0.0.1:${port}`;
    },
    received: [],
    reports: [],
    previews: [],
    asked: [],
    keys: new Set(),
    get streams() {
      return streams.size;
    },
    settings: { version: 1, name: 'Camera', settings: null },
    watching: false,
    instead: () => null,
    say(event, data) {
      for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    hangUp() {
      for (const stream of streams) stream.end();
    },
    async leave() {
      listening?.closeAllConnections();
      await new Promise((done) => listening?.close(done));
    },
    async comeBack() {
      listening = createServer((request, response) => {
        serve(request, response).catch((error: unknown) => response.destroy(error as Error));
      });
      listening.listen(port, '127.0.0.1');
      await once(listening, 'listening');
      ({ port } = listening.address() as AddressInfo);
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').replace('/api/v1/', '').split('?');
    const what = `${request.method} ${path}`;
    stub.asked.push(what);
    stub.keys.add(request.headers.authorization ?? '');
    const other = stub.instead(what);
    if (other) {
      request.resume();
      return reply(response, other.status, other.body, other.type);
    }
    if (what === 'POST detections') return takeShot(request, response);
    if (what === 'GET keys/self') return reply(response, 200, { name: 'cam', scopes: ['camera'], camera: 'cam' });
    if (path.endsWith('/control')) return openStream(response);
    const body = await bodyOf(request);
    if (path.endsWith('/preview')) stub.previews.push(body);
    else stub.reports.push(JSON.parse(body.toString()) as CameraReport);
    reply(response, 200, { watching: stub.watching, version: stub.settings?.version ?? 0 });
  }

  function openStream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    if (stub.settings) response.write(`event: settings\ndata: ${JSON.stringify(stub.settings)}\n\n`);
    response.write(`event: watch\ndata: {"watching":${stub.watching}}\n\n`);
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  async function takeShot(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { meta, image } = await readPost(request);
    const sighting = meta as Omit<Received, 'picture' | 'middle'>;
    const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    const [x = 0, y = 0, w = 0, h = 0] = sighting.box;
    const at = Math.floor(y + h / 2) * info.width + Math.floor(x + w / 2);
    stub.received.push({ ...sighting, picture: info, middle: data[at * 3] ?? 0 });
    reply(response, 201, { id: sighting.id });
  }

  await stub.comeBack();
  t.after(() => stub.leave());
  return stub;
}

function reply(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Asks again and again until it is so. */
export async function until(what: string, isSo: () => boolean, patienceMs = 20_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`It did not happen: ${what}`);
    await sleep(10);
  }
}
