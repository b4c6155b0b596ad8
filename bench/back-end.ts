// A back end that only acknowledges, for trying camera programs.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PostedShot {
  readonly track: string;
  readonly capturedAt: number;
  readonly postedAt: number;
}

export async function openAcknowledger(
  onShot: (shot: PostedShot) => void = () => undefined,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    // The rest of the conversation costs next to nothing, but the camera shall not look for its back end.
    if (request.url?.includes('/control')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: settings\ndata: {"version":0,"name":"camera","settings":null}\n\n');
      response.write('event: watch\ndata: {"watching":false}\n\n');
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (!request.url?.endsWith('/detections')) {
      request.resume();
      response.end('{"watching":false,"version":0}');
      return;
    }
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const meta = /\{"id":.*?\}(?=\r?\n)/s.exec(Buffer.concat(chunks).toString('latin1'))?.[0];
      const { id, track, capturedAt } = JSON.parse(meta ?? '{}') as { id: string; track: string; capturedAt: string };
      onShot({ track, capturedAt: Date.parse(capturedAt), postedAt: Date.now() });
      response.statusCode = 201;
      response.end(JSON.stringify({ id }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
