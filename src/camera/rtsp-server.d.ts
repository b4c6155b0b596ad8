// What the tests use of rtsp-server, which comes without types.

declare module 'rtsp-server' {
  import type { Server } from 'node:net';
  import type { Duplex, Writable } from 'node:stream';

  export interface RtspRequest {
    readonly method: string;
    readonly uri: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly socket: Duplex;
  }

  export interface RtspResponse extends Writable {
    statusCode: number;
    setHeader(name: string, value: string): void;
  }

  export function createServer(onRequest: (request: RtspRequest, response: RtspResponse) => void): Server;
}
