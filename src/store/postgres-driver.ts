// The only file that imports pg: the pool for Kysely, and the connection that listens for commits of other processes.

import { Client, Pool, types } from 'pg';
import { KithError } from '../errors.ts';

export interface Server {
  /** Host, port and database for messages, without user and password. */
  readonly name: string;
  openPool(onError: (error: Error) => void): Pool;
  /** A connection of its own that hears `notify` of other connections. `onLost` is called once when it has ended by itself. */
  listen(onHint: () => void, onLost: () => void): Promise<Listener>;
}

export interface Listener {
  notify(): Promise<void>;
  close(): Promise<void>;
}

const CHANNEL = 'kith';
const CONNECT_MS = 10_000;
const POOL_SIZE = 10;
const INT8 = 20;

/** KithError `invalid` for a URL that cannot be read. Does not connect. */
export function postgresServer(url: string): Server {
  const settings = {
    connectionString: url,
    application_name: 'kith',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: { getTypeParser },
  };
  let probe: Client;
  try {
    probe = new Client(settings);
  } catch {
    // The cause would quote the URL with its password.
    throw new KithError('invalid', 'DATABASE_URL cannot be read: write postgres://USER:PASSWORD@HOST:PORT/DATABASE.');
  }

  return {
    name: `${probe.host}:${probe.port}${probe.database ? `/${probe.database}` : ''}`,
    openPool(onError) {
      const pool = new Pool({ ...settings, max: POOL_SIZE });
      // A server that goes away ends idle connections; unheard, that would end the process.
      pool.on('error', onError);
      return pool;
    },
    async listen(onHint, onLost) {
      const client = new Client(settings);
      let over = false;
      const end = (): void => {
        if (over) return;
        over = true;
        onLost();
      };
      // An error is followed by `end`; unheard it would end the process.
      client.on('error', () => undefined);
      await client.connect();
      client.on('end', end);
      client.on('notification', onHint);
      await client.query(`listen ${CHANNEL}`);
      return {
        async notify() {
          await client.query(`notify ${CHANNEL}`);
        },
        async close() {
          over = true;
          await client.end();
        },
      };
    },
  };
}

/** bigint as number, for our own connections only: times and counters stay below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8) return Number;
  return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
}

/** SQLSTATE or the system's error code (`ECONNREFUSED`), or ''. */
export function postgresCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // pg has no codes for connections that broke.
  if (/connection (terminated|error|timeout)|timeout exceeded|connection ended|not queryable/i.test(error.message)) {
    return 'ECONNRESET';
  }
  return error.cause === undefined ? '' : postgresCode(error.cause);
}
