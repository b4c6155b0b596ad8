// Logging with pino: one child per part, secrets and faces redacted in one place, pretty only on a terminal. Logs go to
// stderr, because stdout belongs to what a command answers.

import { pino, destination as openDestination, type Logger } from 'pino';
import pretty from 'pino-pretty';

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

export function openLog(options: { level?: string; pretty?: boolean } = {}): Log {
  const level = options.level ?? process.env['KITH_LOG'] ?? 'info';
  const settings = {
    level,
    base: null,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    serializers: { err: serialiseError },
    hooks: { streamWrite: hideCredentials },
  };
  if (options.pretty ?? process.stderr.isTTY) {
    return pino(
      settings,
      pretty({
        destination: 2,
        sync: true,
        ignore: 'pid,hostname',
        translateTime: 'HH:MM:ss',
        messageFormat: '{part}: {msg}',
        hideObject: false,
        singleLine: true,
      }),
    );
  }
  return pino(settings, openDestination({ fd: 2, sync: true }));
}

/** `rtsp://user:pass@host` becomes `rtsp://host`, wherever it stands in a text. */
export function hideCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/"']+@/gi, '$1');
}

function serialiseError(error: unknown): unknown {
  return error instanceof Error ? pino.stdSerializers.err(error) : error;
}
