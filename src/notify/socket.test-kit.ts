// A WebSocket server for tests (RFC 6455): texts of JSON in both directions, nothing more.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ServerSocket {
  /** What came, JSON. */
  readonly received: Record<string, unknown>[];
  send(message: unknown): void;
  close(): void;
}

export interface SocketServer {
  readonly url: string;
  readonly open: readonly ServerSocket[];
  close(): Promise<void>;
}

export async function openSocketServer(
  onOpen: (socket: ServerSocket) => void = () => undefined,
): Promise<SocketServer> {
  const open: ServerSocket[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('upgrade', (request, stream) => {
    const key = String(request.headers['sec-websocket-key']);
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const socket = socketOver(stream);
    open.push(socket);
    stream.on('close', () => open.splice(open.indexOf(socket), 1));
    stream.on('error', () => undefined);
    onOpen(socket);
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    async close() {
      for (const socket of open) socket.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

function socketOver(stream: Duplex): ServerSocket {
  const received: Record<string, unknown>[] = [];
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let read = readFrame(rest); read; read = readFrame(rest)) {
      rest = Buffer.from(rest.subarray(read.size));
      if (read.code === TEXT) received.push(JSON.parse(read.payload.toString()) as Record<string, unknown>);
      if (read.code === PING) stream.write(frame(PONG, read.payload));
      if (read.code === CLOSE) stream.end(frame(CLOSE, read.payload));
    }
  });
  return {
    received,
    send: (message) => void stream.write(frame(TEXT, Buffer.from(JSON.stringify(message)))),
    close: () => void stream.destroy(),
  };
}

/** From a client, so masked; in one piece. */
function readFrame(bytes: Buffer): { code: number; payload: Buffer; size: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head + 4) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const size = head + 4 + length;
  if (bytes.length < size) return null;
  const mask = bytes.subarray(head, head + 4);
  const payload = Buffer.from(bytes.subarray(head + 4, size)).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return { code: (bytes[0] ?? 0) & 0x0f, payload: Buffer.from(payload), size };
}

function frame(code: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126 ? Buffer.from([0x80 | code, length]) : Buffer.from([0x80 | code, 126, length >> 8, length & 0xff]);
  return Buffer.concat([head, payload]);
}
