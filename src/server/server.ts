// Opens the back end on an address, and closes it without cutting off requests under way.

import type { Socket } from 'node:net';
import { KithError, messageOf } from '../errors.ts';
import { buildApp } from './app.ts';
import type { App } from './context.ts';
import type { Delivered } from './metrics.ts';
import type { ServerPorts } from './ports.ts';

const SWEEP_MS = 50;

export interface Server {
  readonly url: string;
  readonly port: number;
  readonly app: App;
  /** One-time links that make an administrator. */
  readonly links: {
    /** Path of a new one: `/open/…`. */
    create(): string;
  };
  /** For the metrics. */
  delivered(done: Delivered): void;
  /** Answers once every request that is under way now has ended. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** Port 0 takes any free one. KithError `conflict` when the port is in use, `invalid` when the address cannot be listened on. */
export async function openServer(ports: ServerPorts, { host, port }: { host: string; port: number }): Promise<Server> {
  const { app, context } = await buildApp(ports);
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  context.metrics.watchProcess();
  const address = app.server.address();
  const real = typeof address === 'object' && address !== null ? address.port : port;
  let closing: Promise<void> | undefined;

  /** Node forgets connections whose last request ends only during the closing, and those which browsers open in advance
   * and never use: either would hold up the end until the deadline. */
  function closeIdle(): void {
    app.server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  async function close(): Promise<void> {
    const deadline = setTimeout(() => app.server.closeAllConnections(), context.limits.closeMs);
    const sweep = setInterval(closeIdle, SWEEP_MS);
    await app.close().finally(() => {
      clearTimeout(deadline);
      clearInterval(sweep);
    });
  }

  return {
    url: `http://${shownHost(host)}:${real}`,
    port: real,
    app,
    links: { create: () => context.links.create() },
    delivered: (done) => context.metrics.delivered(done),
    drained: () => context.running.ended(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** An address that a browser on this machine can open. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const cause = { cause: error };
  if (code === 'EADDRINUSE') {
    const message = `port ${port} is in use on ${host}: stop the other program, or use KITH_PORT=0 or another.`;
    return new KithError('conflict', message, cause);
  }
  if (code === 'EACCES') {
    return new KithError(
      'invalid',
      `port ${port} may not be used by this user: use KITH_PORT=8080 or another above 1023.`,
      cause,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const message = `${host} is no address of this machine (${messageOf(error)}): use KITH_HOST=127.0.0.1 or 0.0.0.0.`;
    return new KithError('invalid', message, cause);
  }
  return error;
}
