// Calling out by HTTP: one place for the limits of time and size, for the rule on private addresses, and for redirects.
//
// An address is judged when the connection is made, with the answer of the name server that the connection is made with: a name that
// meant something else a moment ago (DNS rebinding) is refused all the same, and so is each address that a redirect leads to.

import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { ChannelError } from '../channel-port.ts';
import { hideCredentials } from '../log.ts';
import { connectionWords } from './http-words.ts';
import { isPrivateAddress } from './private-addresses.ts';

export interface HttpOptions {
  readonly allowPrivate: boolean;
  /** For the whole call, redirects and answer included. */
  readonly timeoutMs?: number;
  /** Of an answer so much is read. */
  readonly maxBytes?: number;
  /** For tests: names and private addresses that do not depend on the machine. */
  readonly resolve?: (name: string) => Promise<readonly LookupAddress[]>;
  readonly isPrivate?: (address: string) => boolean;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that are for this server only: a redirect to another one goes without them. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | null;
  /** As far as it was read. */
  readonly text: string;
}

export interface Http {
  /** Answers whatever the server says; throws ChannelError where it says nothing, or may not be asked. */
  call(call: HttpCall): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024;
const MOST_REDIRECTS = 3;
const KEPT = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, ...KEPT]);

export function openHttp(options: HttpOptions): Http {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, isPrivate = isPrivateAddress } = options;
  const refuses = (address: string): boolean => !options.allowPrivate && isPrivate(address);
  const agent = new Agent({
    connect: { lookup: lookupOf(options.resolve ?? resolveByName, refuses), timeout: timeoutMs },
    // One message after the other: more would only be a crowd at somebody's door.
    connections: 2,
  });

  async function follow(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    let url = checked(call.url, refuses);
    let headers = { 'user-agent': 'Kith', ...call.headers, ...call.credentials };
    for (let hops = 0; ; hops += 1) {
      const answer = await once({ ...call, url: url.href, headers }, signal);
      const location = answer.header('location');
      if (!REDIRECTS.has(answer.status) || location === null) return answer;
      if (hops === MOST_REDIRECTS) throw stop(`${url.host} redirects more than ${MOST_REDIRECTS} times.`);
      const next = checked(URL.parse(location, url.href)?.href ?? location, refuses);
      if (call.method !== 'GET' && !KEPT.has(answer.status)) {
        // As browsers do it, the message would be dropped on the way.
        throw stop(`${url.host} answers ${answer.status}, it has moved: write the new address into the settings.`);
      }
      if (url.protocol === 'https:' && next.protocol === 'http:') {
        throw stop(`${url.host} redirects to an address without encryption: that is refused.`);
      }
      if (next.origin !== url.origin) headers = { 'user-agent': 'Kith', ...call.headers };
      url = next;
    }
  }

  async function once({ url, method, headers = {}, body }: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await request(url, {
      dispatcher: agent,
      method,
      headers,
      signal,
      ...(body !== undefined && { body }),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      // Leaving the loop closes the connection.
      if (bytes >= maxBytes) break;
    }
    const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
    return {
      status: answer.statusCode,
      header(name) {
        const value = answer.headers[name.toLowerCase()];
        return (Array.isArray(value) ? value[0] : value) ?? null;
      },
      text,
    };
  }

  return {
    async call(call) {
      const late = AbortSignal.timeout(timeoutMs);
      const signal = call.signal ? AbortSignal.any([call.signal, late]) : late;
      try {
        return await follow(call, signal);
      } catch (error) {
        if (error instanceof ChannelError) throw error;
        const host = URL.parse(call.url)?.host ?? 'the server';
        if (late.aborted) {
          throw new ChannelError(`${host} did not answer within ${timeoutMs / 1000} s: Kith tries again.`, {
            retry: true,
            cause: error,
          });
        }
        throw new ChannelError(hideCredentials(connectionWords(host, error)), { retry: true, cause: error });
      }
    },
    close: () => agent.destroy(),
  };
}

/** Addresses that are written as such never come to the look-up. Throws ChannelError. */
function checked(text: string, refuses: (address: string) => boolean): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw stop('The address is not one of http:// or https://: correct it in the settings.');
  }
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && refuses(address)) throw privateAddress(url.hostname);
  return url;
}

type Resolve = NonNullable<HttpOptions['resolve']>;

/** Hands only those addresses of a name to the connection that may be reached. */
function lookupOf(resolve: Resolve, refuses: (address: string) => boolean): LookupFunction {
  return (name, { all, family }, answer) => {
    resolve(name).then(
      (found) => {
        const fitting = found.filter((one) => (family === 4 || family === 6 ? one.family === family : true));
        const allowed = fitting.filter(({ address }) => !refuses(address));
        const [first] = allowed;
        if (first === undefined) return answer(fitting.length > 0 ? privateAddress(name) : notFound(name), '');
        return all === true ? answer(null, allowed) : answer(null, first.address, first.family);
      },
      (error: unknown) => answer(error as NodeJS.ErrnoException, ''),
    );
  };
}

const resolveByName: Resolve = (name) =>
  new Promise((found, failed) => {
    dnsLookup(name, { all: true }, (error, addresses) => (error ? failed(error) : found(addresses)));
  });

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${name}`), { code: 'ENOTFOUND' });
}

function privateAddress(host: string): ChannelError {
  return stop(
    `${host} is an address of this machine or of the own network, which is refused: an administrator can allow private addresses in the settings of the channel.`,
  );
}

function stop(message: string): ChannelError {
  return new ChannelError(message, { retry: false });
}
