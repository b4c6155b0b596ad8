// One request to a camera over HTTP: with its user and password, a few redirects, and limits on silence and size. Certificates are
// not checked, because cameras sign their own; FFmpeg does the same.

import { Agent, request as requestPlain, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';
import { KithError } from '../errors.ts';
import { cleanAddress, loginOf, nameOf } from './address.ts';
import { createAuthoriser } from './http-login.ts';
import { noPictures, reasonOf } from './trouble.ts';

export interface Answer {
  readonly status: number;
  /** In lower case, without parameters. */
  readonly type: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: AsyncIterable<Uint8Array>;
  /** Hangs up, whatever of the body is still to come. */
  readonly drop: (error?: Error) => void;
}

export interface HttpCamera {
  /** Without credentials. */
  readonly name: string;
  /** Status 200, or 304 where `headers` ask for that. KithError `unavailable` says in words what is wrong; AbortError. */
  get(headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The whole body. KithError `unavailable` beyond `most` bytes. */
  bytes(answer: Answer, most: number): Promise<Buffer>;
  /** The first bytes, at least `count` unless there are fewer, and the same answer with its whole body. */
  peek(answer: Answer, count: number): Promise<{ readonly beginning: Buffer; readonly answer: Answer }>;
  close(): void;
}

const MOST_REDIRECTS = 4;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** `silenceMs`: so long it may say nothing. */
export function openHttpCamera(
  url: string,
  { signal, silenceMs }: { signal: AbortSignal; silenceMs: number },
): HttpCamera {
  const name = nameOf(url);
  const start = new URL(cleanAddress(url));
  start.username = '';
  start.password = '';
  start.hash = '';
  const login = loginOf(url);
  const authoriser = createAuthoriser(login);
  const plain = new Agent({ keepAlive: true, maxSockets: 1, timeout: silenceMs });
  const tls = new TlsAgent({ keepAlive: true, maxSockets: 1, timeout: silenceMs, rejectUnauthorized: false });
  // Not the request's own `signal`: it destroys a connection with an error that nobody hears once it is back in the pool.
  signal.addEventListener('abort', hangUp, { once: true });

  function hangUp(): void {
    signal.removeEventListener('abort', hangUp);
    plain.destroy();
    tls.destroy();
  }

  /** The password goes to the camera, and nowhere that it is only sent to; nor in the open where it was asked to be hidden. */
  function isTheCamera(at: URL): boolean {
    return at.hostname === start.hostname && (at.protocol === 'https:' || start.protocol === 'http:');
  }

  function once(at: URL, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const own = isTheCamera(at) ? authoriser.header('GET', at.pathname + at.search) : null;
    const options = {
      agent: at.protocol === 'https:' ? tls : plain,
      timeout: silenceMs,
      headers: { accept: '*/*', 'user-agent': 'Kith', ...headers, ...(own === null ? {} : { authorization: own }) },
    };
    const request = at.protocol === 'https:' ? requestTls(at, options) : requestPlain(at, options);
    const silent = (): void => {
      request.destroy(new Error(`timed out: it said nothing for ${Math.round(silenceMs / 1000)} s`));
    };
    // The socket's own timer begins anew with every byte of a header that never ends.
    const timer = setTimeout(silent, silenceMs);
    request.on('timeout', silent);
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      // The camera has hung up between two pictures: that is no fault, so once more.
      if (request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) resolve(once(at, headers));
      else reject(error);
    });
    request.on('response', (response) => {
      clearTimeout(timer);
      // Whoever reads it hears of it; when nobody does, that is no reason to end the program.
      response.on('error', () => undefined);
      resolve(response);
    });
    request.end();
    return promise;
  }

  async function get(headers: Readonly<Record<string, string>>): Promise<Answer> {
    let at = start;
    let asked = false;
    for (let redirects = 0; redirects <= MOST_REDIRECTS;) {
      const response = await once(at, headers);
      const status = response.statusCode ?? 0;
      const location = response.headers.location;
      if (REDIRECTS.has(status) && location !== undefined) {
        response.destroy();
        at = redirected(name, location, at);
        redirects++;
      } else if (status === 401 && !asked && isTheCamera(at) && authoriser.challenged(challengesOf(response))) {
        // Read to its end, so that the connection is used again: some cameras count connections.
        response.resume();
        asked = true;
      } else if (status === 200 || status === 206 || (status === 304 && headers !== NONE)) {
        const type = (response.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
        return {
          status,
          type: type.trim().toLowerCase(),
          headers: response.headers,
          body: response,
          drop: (error) => void response.destroy(error),
        };
      } else {
        response.destroy();
        throw refused(name, status, response.statusMessage ?? '', login !== null);
      }
    }
    throw noPictures(name, `it redirects more than ${MOST_REDIRECTS} times`);
  }

  return {
    name,
    async get(headers = NONE) {
      signal.throwIfAborted();
      try {
        return await get(headers);
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof KithError ? error : noPictures(name, reasonOf(error), error);
      }
    },
    async bytes({ body, headers, drop }, most) {
      const tooLarge = new Error(`a picture is larger than ${Math.round(most / 1e6)} MB`);
      const late = setTimeout(() => drop(new Error('timed out: a picture took too long')), 2 * silenceMs);
      try {
        if (Number(headers['content-length'] ?? 0) > most) throw tooLarge;
        const chunks: Uint8Array[] = [];
        let length = 0;
        for await (const chunk of body) {
          chunks.push(chunk);
          length += chunk.length;
          if (length > most) throw tooLarge;
        }
        return Buffer.concat(chunks);
      } catch (error) {
        drop();
        signal.throwIfAborted();
        throw noPictures(name, reasonOf(error), error);
      } finally {
        clearTimeout(late);
      }
    },
    async peek(answer, count) {
      const chunks = answer.body[Symbol.asyncIterator]();
      const seen: Uint8Array[] = [];
      let length = 0;
      try {
        while (length < count) {
          const { done, value } = await chunks.next();
          if (done === true) break;
          seen.push(value);
          length += value.length;
        }
      } catch (error) {
        signal.throwIfAborted();
        throw noPictures(name, reasonOf(error), error);
      }
      async function* all(): AsyncGenerator<Uint8Array> {
        try {
          yield* seen;
          for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
        } finally {
          answer.drop();
        }
      }
      return { beginning: Buffer.concat(seen), answer: { ...answer, body: all() } };
    },
    close: hangUp,
  };
}

const NONE: Readonly<Record<string, string>> = {};

function challengesOf(response: IncomingMessage): readonly string[] {
  return response.headersDistinct['www-authenticate'] ?? [];
}

function redirected(name: string, location: string, from: URL): URL {
  const to = URL.parse(location, from.href);
  if (to?.protocol !== 'http:' && to?.protocol !== 'https:') {
    throw noPictures(
      name,
      `it redirects to ${to ? `"${to.protocol}"` : 'no address'}, and only http: and https: are followed`,
    );
  }
  to.username = '';
  to.password = '';
  return to;
}

function refused(name: string, status: number, words: string, loggedIn: boolean): KithError {
  const said = `status ${status}${words === '' ? '' : ` ${words.slice(0, 40)}`}`;
  if (status !== 401) return noPictures(name, said);
  const what = loggedIn
    ? 'the camera refuses this user or this password'
    : 'the camera wants a user and a password, write them into the address: http://user:password@host/…';
  return new KithError('unavailable', `${name} does not deliver pictures (${said}): ${what}.`);
}
