// How the command line talks to Kith: over HTTP to the program that is running on this data folder, or, when none is, to
// the same API inside this process. One way for both, so that a command does exactly what the API does.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KithError, messageOf, type ErrorCode } from './errors.ts';
import { everyPage } from './queries.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under /api/v1, with a slash in front. */
  readonly path: string;
  readonly json?: unknown;
  readonly form?: FormData;
}

export interface Client {
  /** Where the program listens; null when the API runs inside this process only. */
  readonly origin: string | null;
  /** The answer's JSON. KithError with the API's own code and message, and in `more` what stands beside them. */
  call<T>(request: Request): Promise<T>;
  /** The answer as it is, for pages. */
  text(path: string): Promise<string>;
  close(): Promise<void>;
}

/** Sends one request; answers status and body. */
export type Send = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}) => Promise<{ readonly status: number; readonly body: string }>;

export function openClient(send: Send, key: string, origin: string | null, close: () => Promise<void>): Client {
  const headers = { authorization: `Bearer ${key}` };
  return {
    origin,
    call: callThrough(send, headers),
    async text(path) {
      const answer = await send({ method: 'GET', url: `/api/v1${path}`, headers });
      if (answer.status < 400) return answer.body;
      throw errorOf(answer.status, answer.body);
    },
    close,
  };
}

/** Calls with these headers, which say who is calling. */
export function callThrough(send: Send, headers: Readonly<Record<string, string>>): Client['call'] {
  return async <T>({ method, path, json, form }: Request): Promise<T> => {
    const encoded = form ? new Response(form) : undefined;
    const type = encoded ? encoded.headers.get('content-type') : json === undefined ? null : 'application/json';
    const body = encoded
      ? new Uint8Array(await encoded.arrayBuffer())
      : json === undefined
        ? undefined
        : Buffer.from(JSON.stringify(json));
    const answer = await send({
      method,
      url: `/api/v1${path}`,
      headers: { ...headers, ...(type ? { 'content-type': type } : {}) },
      ...(body ? { body } : {}),
    });
    if (answer.status < 400) return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
    throw errorOf(answer.status, answer.body);
  };
}

/** All pages of a list of the API. `path` has its filters, if any, behind a question mark. */
export function pagesOf<T>(client: Pick<Client, 'call'>, path: string): AsyncGenerator<readonly T[]> {
  return everyPage(({ limit, cursor }) => {
    const at = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    return client.call({ method: 'GET', path: `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${at}` });
  });
}

/** What the API said, as a KithError. */
export function errorOf(status: number, body: string): KithError {
  try {
    const { error, ...more } = JSON.parse(body) as { error: { code: ErrorCode; message: string } };
    return new KithError(error.code, error.message, { status, more });
  } catch {
    return new KithError('unavailable', `The running program answered ${status}: look into its log.`, { status });
  }
}

export function httpSend(origin: string): Send {
  return async ({ method, url, headers, body }) => {
    const answer = await fetch(origin + url, { method, headers, ...(body ? { body: Buffer.from(body) } : {}) });
    return { status: answer.status, body: await answer.text() };
  };
}

/** Where the program that runs on a data folder listens, for the owner of the folder only (file mode 600). */
export interface Running {
  readonly pid: number;
  readonly url: string;
  /** An administrator's key that is valid while that program runs. */
  readonly key: string;
}

const RUN_FILE = 'running.json';

export async function announce(dataDir: string, running: Running): Promise<() => Promise<void>> {
  const file = join(dataDir, RUN_FILE);
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify(running), { mode: 0o600 });
  return () => rm(file, { force: true });
}

/** The running program, if it lives and answers. */
export async function findRunning(dataDir: string): Promise<Running | null> {
  let running: Running;
  try {
    running = JSON.parse(await readFile(join(dataDir, RUN_FILE), 'utf8')) as Running;
  } catch {
    return null;
  }
  try {
    const health = await fetch(`${running.url}/health`, { signal: AbortSignal.timeout(2000) });
    return health.ok ? running : null;
  } catch (error) {
    if (!isAlive(running.pid)) return null;
    throw new KithError(
      'unavailable',
      `Kith runs on this data folder (process ${running.pid}) but does not answer at ${running.url} (${messageOf(error)}): wait or restart it.`,
      { cause: error },
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
