// What a command says: one JSON document or lines for people on stdout, progress on stderr, and one line for an error with
// its exit status.

import { CommanderError } from 'commander';
import { isKithError, type ErrorCode } from '../errors.ts';

export interface Output {
  readonly json: boolean;
  /** The answer: as JSON, or as what `lines` makes of it. */
  answer<T>(value: T, lines: (value: T) => string | readonly string[]): void;
  /** A line for people; silent with --json. */
  say(line: string): void;
  /** A counter that is drawn in place on a terminal and now and then elsewhere. */
  progress(what: string): (done: number, total: number) => void;
}

/** 0 done, 1 the answer is no or a check failed, 2 wrong usage, 3 the input cannot be used. */
export const EXIT = { done: 0, no: 1, usage: 2, input: 3 } as const;

const EXIT_OF: Readonly<Record<ErrorCode, number>> = {
  invalid: EXIT.input,
  not_found: EXIT.no,
  conflict: EXIT.no,
  unauthorized: EXIT.no,
  forbidden: EXIT.no,
  unavailable: EXIT.no,
};

/** Thrown for settings that do not fit: wrong usage, not wrong input. */
export class UsageError extends Error {}

/** `write` takes what goes to stdout. */
export function openOutput(
  json: boolean,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Output {
  return {
    json,
    answer(value, lines) {
      const text = json ? JSON.stringify(value, null, 2) : [lines(value)].flat().join('\n');
      if (text !== '') write(`${text}\n`);
    },
    say(line) {
      if (!json) write(`${line}\n`);
    },
    progress(what) {
      let shown = 0;
      return (done, total) => {
        const now = Date.now();
        const last = done >= total;
        if (!last && now - shown < (process.stderr.isTTY ? 100 : 5000)) return;
        shown = now;
        const share = total === 0 ? 1 : done / total;
        const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░');
        const line = `${what} ${bar} ${done}/${total}`;
        process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${line}${last ? '\n' : ''}` : `${line}\n`);
      };
    },
  };
}

/** Says what went wrong in one line and answers the exit status. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has already said it; help and version are no errors.
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  const expected = isKithError(error) || error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`kith: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  if (!expected && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  if (json) {
    const code = isKithError(error) ? error.code : error instanceof UsageError ? 'invalid' : 'internal';
    process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  }
  if (error instanceof UsageError) return EXIT.usage;
  return isKithError(error) ? EXIT_OF[error.code] : EXIT.no;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
