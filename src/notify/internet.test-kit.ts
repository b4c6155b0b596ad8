// The Internet for tests: whatever this process asks of a host by HTTPS is answered by a server on loopback, under the real names. So
// the libraries of the messengers run as they are, with the addresses that they have built in.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent as HttpsAgent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { CERTIFICATE, KEY } from '../certificate.test-kit.ts';
import { Agent, buildConnector, getGlobalDispatcher, setGlobalDispatcher } from 'undici';

export interface Call {
  readonly host: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body, whichever of JSON, form and multipart it is. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Whoever asked waits no longer. */
  readonly isGone: () => boolean;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Site = (call: Call) => Answer | Promise<Answer>;

export interface Internet {
  /** In their order. */
  readonly calls: readonly Call[];
  /** Those to this path. */
  to(path: RegExp): readonly Call[];
  /** The next call of this path is answered so, once. */
  next(path: RegExp, answer: Answer): void;
  close(): Promise<void>;
}

export async function openInternet(sites: Readonly<Record<string, Site>>): Promise<Internet> {
  const calls: Call[] = [];
  const next: { path: RegExp; answer: Answer }[] = [];

  async function answerOf(call: Call): Promise<Answer> {
    const planned = next.findIndex(({ path }) => path.test(call.path));
    const [first] = planned < 0 ? [] : next.splice(planned, 1);
    if (first) return first.answer;
    const site = sites[call.host];
    if (!site) throw new Error(`Nobody is at ${call.host}.`);
    return site(call);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callOf(request);
    calls.push(call);
    const { status = 200, json, body, headers } = await answerOf(call);
    const bytes = body ?? Buffer.from(json === undefined ? '' : JSON.stringify(json));
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(bytes);
  }

  const server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const plain = buildConnector({});
  const dispatcher = getGlobalDispatcher();
  const ours = new Agent({
    connect(options, callback) {
      if (options.protocol !== 'https:') {
        plain(options, callback);
        return;
      }
      const socket = connectTls(toLoopback(port, options.hostname));
      socket.once('secureConnect', () => callback(null, socket)).once('error', (error) => callback(error, null));
    },
  });
  setGlobalDispatcher(ours);
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was
  const { createConnection } = HttpsAgent.prototype;
  HttpsAgent.prototype.createConnection = (options) =>
    connectTls(toLoopback(port, String((options as ConnectionOptions).servername ?? options.host)));

  return {
    calls,
    to: (path) => calls.filter((call) => path.test(call.path)),
    next: (path, answer) => void next.push({ path, answer }),
    async close() {
      HttpsAgent.prototype.createConnection = createConnection;
      setGlobalDispatcher(dispatcher);
      await ours.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

function toLoopback(port: number, servername: string): ConnectionOptions {
  return { host: '127.0.0.1', port, servername, ca: CERTIFICATE, checkServerIdentity: () => undefined };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { method = '', url: path = '', headers } = request;
  const isGone = (): boolean => request.socket.destroyed;
  return { host: headers.host ?? '', method, path, headers, body, fields: await fieldsOf(body, headers), isGone };
}

async function fieldsOf(body: Buffer, headers: IncomingMessage['headers']): Promise<Record<string, unknown>> {
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return {};
  if (type.startsWith('application/json')) return JSON.parse(body.toString()) as Record<string, unknown>;
  if (!/form/.test(type)) return {};
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return Object.fromEntries([...form].map(([key, value]) => [key, plain(value)]));
}

/** Line ends grow on their way in a form. */
function plain(value: string | File): string | File {
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
}
