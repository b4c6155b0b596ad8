// Runs a program without a shell, with an end: of its time, of what it may say, and of all that it has started.

import { spawn, type ChildProcess } from 'node:child_process';
import { messageOf } from '../errors.ts';

export interface ProgramOptions {
  readonly run: readonly string[];
  /** All that it gets to see beside PATH and the like: no key of Kith's is among it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  /** Null: it was ended by a signal. */
  readonly code: number | null;
  readonly output: string;
}

/** The program was not there, or may not be run. */
export class NoProgram extends Error {}

const MOST_OUTPUT = 4_096;
/** Something that it has left running may hold its output open. */
const OUTPUT_MS = 200;
const KEPT = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot', 'PATHEXT'];

/** Throws NoProgram, or the signal's reason when that has ended it. */
export async function runProgram({ run, environment, folder, signal }: ProgramOptions): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const [file = '', ...args] = run;
  const child = spawn(file, args, {
    env: { ...kept(), ...environment },
    ...(folder !== undefined && { cwd: folder }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it has started is ended with it.
    detached: true,
    windowsHide: true,
  });
  const end = (): void => endAll(child);
  signal.addEventListener('abort', end, { once: true });
  try {
    const said = collect(child);
    const code = await exitOf(child, file, folder);
    signal.throwIfAborted();
    return { code, output: await said() };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function exitOf(child: ChildProcess, file: string, folder: string | undefined): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (error) => {
      const where = folder === undefined ? '' : `, or the folder ${folder} is not there`;
      reject(new NoProgram(`${file} cannot be run (${messageOf(error)})${where}.`, { cause: error }));
    });
  });
}

/** The last of what it says, one line. */
function collect(child: ChildProcess): () => Promise<string> {
  let output = '';
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => (output = (output + text).slice(-MOST_OUTPUT)));
  }
  return async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, OUTPUT_MS);
    await Promise.race([closed, promise]);
    clearTimeout(timer);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return output.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  };
}

function endAll(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function kept(): NodeJS.ProcessEnv {
  return Object.fromEntries(KEPT.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])));
}

/** Of output that goes into an error. */
export function lastWords(output: string): string {
  const most = 300;
  return output === '' ? '' : `: ${output.length > most ? `… ${output.slice(-most)}` : output}`;
}
