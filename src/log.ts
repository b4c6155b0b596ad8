// Logging with pino: one child per part, secrets and faces redacted in one place, pretty only on a terminal. Logs go to
// stderr, because stdout belongs to what a command answers.

import {
  pino,
  destination as openDestination,
  multistream,
  type DestinationStream,
  type Level,
  type Logger,
} from 'pino';
import pretty from 'pino-pretty';
import { HIDDEN, secretsOf, splitAddress } from './secrets.ts';

export type Log = Logger;

const SECRETS = [
  'token',
  'key',
  'password',
  'authorization',
  'cookie',
  'secret',
  'template',
  'vector',
  'image',
  'bytes',
];

export interface LogOptions {
  readonly level?: string;
  readonly pretty?: boolean;
  /** Instead of stderr. */
  readonly to?: DestinationStream;
  /** Hears every line from `info` on too, whatever the level is: what people look at later. */
  readonly also?: DestinationStream;
}

export function openLog(options: LogOptions = {}): Log {
  const level = options.level ?? process.env['KITH_LOG'] ?? 'info';
  const settings = {
    level: options.also && isQuieter(level) ? 'info' : level,
    base: null,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    serializers: { err: serialiseError },
    hooks: { streamWrite: hideCredentials },
  };
  const stream = options.to ?? openStderr(options.pretty ?? process.stderr.isTTY);
  if (!options.also) return pino(settings, stream);
  const also = { stream: options.also, level: isQuieter(level) ? 'info' : (level as Level) } as const;
  return pino(settings, multistream([{ stream, level: level as Level }, also]));
}

function isQuieter(level: string): boolean {
  return (pino.levels.values[level] ?? Infinity) > (pino.levels.values['info'] ?? 0);
}

function openStderr(isPretty: boolean): DestinationStream {
  if (!isPretty) return openDestination({ fd: 2, sync: true });
  return pretty({
    destination: 2,
    sync: true,
    ignore: 'pid,hostname',
    translateTime: 'HH:MM:ss',
    messageFormat: '{part}: {msg}',
    hideObject: false,
    singleLine: true,
  });
}

// A quotation mark stands as \" in a line of JSON.
const LOGIN = /([a-z][a-z0-9+.-]*:\/\/)(?:\\"|[^\s/"])+@/gi;
// Up to the next one, so that each of several is looked at; never with half of an escaped quotation mark.
const ADDRESS = /[a-z][a-z0-9+.-]{0,30}:\/\/(?:(?![a-z][a-z0-9+.-]{1,30}:\/\/)(?:\\[^"]|[^\s"\\]))+/gi;

/** Wherever it stands in a text: `rtsp://user:pass@host` becomes `rtsp://host`, and `http://host/?token=abc` `http://host/?token=***`. */
export function hideCredentials(text: string): string {
  if (!text.includes('://')) return text;
  return text.replaceAll(LOGIN, '$1').replaceAll(ADDRESS, (address) => {
    let out = address;
    for (const { kind, start, end } of secretsOf(address).toReversed()) {
      if (kind === 'key') out = out.slice(0, start) + HIDDEN + out.slice(end);
    }
    const { user, host, rest } = splitAddress(out);
    return user === null ? out : `${out.slice(0, out.indexOf('://') + 3)}${host}${rest}`;
  });
}

function serialiseError(error: unknown): unknown {
  return error instanceof Error ? pino.stdSerializers.err(error) : error;
}
