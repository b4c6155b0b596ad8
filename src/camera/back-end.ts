// How a camera program speaks to its back end beside the shots: one request, and what an answer that is no means, in words.

import { KithError, messageOf, type ErrorCode } from '../errors.ts';
import { hideCredentials } from '../log.ts';

export interface Connection {
  /** Address of the back end, for example http://127.0.0.1:8080 */
  readonly server: string;
  readonly key: string;
}

export interface Asking {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly json?: unknown;
  readonly jpeg?: Uint8Array;
  /** When the picture was taken, milliseconds since 1970. */
  readonly capturedAt?: number;
  readonly signal: AbortSignal;
}

/** Path under /api/v1, without a slash in front. */
export function apiUrl(server: string, path: string): URL {
  return new URL(`api/v1/${path}`, server.endsWith('/') ? server : `${server}/`);
}

/** The answer with status 200 to 299; its body is the caller's to read. KithError with words for everything else: `unauthorized`,
 * `forbidden`, `not_found`, `conflict`, `invalid` are the back end's own, `unavailable` is all that may pass. */
export async function ask({ server, key }: Connection, path: string, asking: Asking): Promise<Response> {
  const { method = 'GET', json, jpeg, capturedAt, signal } = asking;
  const body = json === undefined ? jpeg && Buffer.from(jpeg) : JSON.stringify(json);
  const type = json === undefined ? 'image/jpeg' : 'application/json';
  let response: Response;
  try {
    response = await fetch(apiUrl(server, path), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(capturedAt === undefined ? {} : { 'x-captured-at': new Date(capturedAt).toISOString() }),
      },
      ...(body === undefined ? {} : { body }),
      // A redirect would carry the key to whoever it names.
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    throw new KithError('unavailable', whyNoAnswer(error), { cause: error });
  }
  if (response.ok) return response;
  throw refusal(response.status, await response.text().catch(() => ''));
}

/** The same, its JSON. */
export async function askJson(connection: Connection, path: string, asking: Asking): Promise<Record<string, unknown>> {
  const response = await ask(connection, path, asking);
  const value: unknown = await response.json().catch(() => null);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new KithError('unavailable', 'what answers there is not Kith. Check "server".');
}

/** The same bytes; each of them sets the timer back. */
export async function* refreshing(body: AsyncIterable<Uint8Array>, timer: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    timer.refresh();
    yield chunk;
  }
}

/** fetch hides the real reason in the cause. */
export function whyNoAnswer(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it does not answer in time.';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  if (code === 'ECONNREFUSED') return 'nothing listens there.';
  if (code === 'ENOTFOUND') return 'its name is not known.';
  const message = messageOf(cause).replace(/\.$/, '');
  return `${hideCredentials(message === '' ? 'the connection failed' : message)}.`;
}

const OWN: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
};

/** Only what says a reason as Kith does it counts as Kith's answer: a proxy's 404 must not look like a removed camera. */
function refusal(status: number, text: string): KithError {
  const said = messageIn(text);
  const code = OWN[status];
  if (status === 401 || status === 403) {
    return new KithError(code ?? 'forbidden', `the key is not accepted (${status}). Check "key". ${said}`.trim());
  }
  if (code && said !== '') return new KithError(code, said);
  if (status >= 300 && status < 400) {
    return new KithError('unavailable', `it redirects (status ${status}). Put the final address into "server".`);
  }
  if (status >= 500 || status === 429) {
    return new KithError('unavailable', `it answers with status ${status}. ${said}`.trim());
  }
  return new KithError('unavailable', `what answers there (status ${status}) is not Kith. Check "server".`);
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? hideCredentials(error.message) : '';
  } catch {
    return '';
  }
}
