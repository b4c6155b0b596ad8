// What a failed call by HTTP is in words, and whether trying again may help.

import { ChannelError } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import type { HttpAnswer } from './http.ts';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection: nothing listens there, or a firewall is in between',
  ECONNRESET: 'broke the connection off',
  EPIPE: 'broke the connection off',
  UND_ERR_SOCKET: 'broke the connection off',
  ENOTFOUND: 'is not known to the name server: look at the spelling',
  EAI_AGAIN: 'could not be looked up: the name server does not answer',
  EHOSTUNREACH: 'cannot be reached from this machine',
  ENETUNREACH: 'cannot be reached from this machine',
  ETIMEDOUT: 'does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that nobody vouches for',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that nobody vouches for',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that nobody vouches for',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate that nobody vouches for',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  EPROTO: 'does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS there',
  UND_ERR_ABORTED: 'was not waited for any longer',
};

/** One line for people. */
export function connectionWords(host: string, error: unknown): string {
  const code = codeOf(error);
  const words = code === undefined ? undefined : WORDS[code];
  return words === undefined ? `${host} could not be asked (${messageOf(error)}).` : `${host} ${words}.`;
}

/** Of the error, or of the first one that it stands for. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}

const SECOND_MS = 1000;
const LONGEST_MS = 24 * 3600 * SECOND_MS;
const MOST_WORDS = 200;

/** What an answer that is no success means for a message. `who`: for people, "The ntfy server". */
export function answerError(who: string, answer: HttpAnswer, now: number): ChannelError {
  const { status } = answer;
  const said = answer.text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  const words = `${who} answers ${status}${said === '' ? '' : `: ${shortened(said)}`}`;
  const afterMs = retryAfterMs(answer.header('retry-after'), now);
  const retry = status >= 500 || status === 408 || status === 425 || status === 429;
  return new ChannelError(words, { retry, ...(retry && afterMs !== undefined && { afterMs }) });
}

/** Seconds, or a date. At most a day. */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * SECOND_MS : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS);
}

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= MOST_WORDS ? text : `${characters.slice(0, MOST_WORDS).join('')} …`;
}
