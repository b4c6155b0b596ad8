// A program whose standard output is a video: started, watched, and ended with its stream. What it says on standard error is kept, as
// its last words are the reason when it ends.

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';

export interface ProgramStream {
  readonly pid: number;
  readonly output: Readable;
  /** Resolves with its first bytes: true; false when it ends without any. */
  began(): Promise<boolean>;
  /** Why it has ended, or said nothing; null while all is well and after `close`. */
  reason(): string | null;
  /** Resolves when the process is gone. */
  close(): Promise<void>;
}

// It gets so long to put the camera down.
const GRACE_MS = 2_000;
const KEPT_LINES = 20;

/** The first of `programs` that exists. Null when there is none. Throws what else starting it throws. */
export async function openProgram(
  programs: readonly string[],
  args: readonly string[],
  { silenceMs, signal }: { readonly silenceMs: number; readonly signal: AbortSignal },
): Promise<ProgramStream | null> {
  for (const program of programs) {
    signal.throwIfAborted();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    if (await started(child)) return watched(child, program, { silenceMs, signal });
  }
  return null;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

async function started(child: Child): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  child.once('spawn', () => resolve(true));
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') resolve(false);
    else reject(error);
  });
  return promise;
}

function watched(
  child: Child,
  program: string,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal },
): ProgramStream {
  const lines: string[] = [];
  let reason: string | null = null;
  let closing = false;
  const gone = Promise.withResolvers<void>();
  const began = Promise.withResolvers<boolean>();

  child.on('error', () => undefined);
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    lines.push(
      ...text
        .split('\n')
        .map((line) => line.trim().slice(0, 300))
        .filter((line) => line !== ''),
    );
    lines.splice(0, lines.length - KEPT_LINES);
  });
  const silent = setTimeout(() => {
    reason ??= `${program} gave nothing for ${Math.round(silenceMs / 1_000)} s`;
    child.kill('SIGKILL');
  }, silenceMs);
  const output = child.stdout.pipe(new PassThrough());
  child.stdout.on('data', () => {
    silent.refresh();
    began.resolve(true);
  });
  child.once('close', (code, how) => {
    clearTimeout(silent);
    signal.removeEventListener('abort', abort);
    const said = lastWords(lines);
    if (!closing) reason ??= said ?? `${program} ended with ${how ?? `status ${code ?? 0}`}`;
    began.resolve(false);
    gone.resolve();
  });
  const abort = (): void => void close();
  signal.addEventListener('abort', abort, { once: true });

  async function close(): Promise<void> {
    if (!closing && child.exitCode === null && child.signalCode === null) {
      closing = true;
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      child.kill('SIGTERM');
      void gone.promise.then(() => clearTimeout(late));
    }
    closing = true;
    // What it has still written is wanted by nobody, and would keep the pipe from closing.
    output.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    await gone.promise;
  }

  if (signal.aborted) abort();
  return { pid: child.pid ?? 0, output, began: () => began.promise, reason: () => reason, close };
}

/** The last that sounds like an error, else the last; without stars and stamps. */
export function lastWords(lines: readonly string[]): string | null {
  const line =
    lines.findLast((one) => /error|fail|\*\*\*|not |no /i.test(one) && !/\b(?:INFO|WARN)\b/.test(one)) ?? lines.at(-1);
  const words = line
    ?.replaceAll(/^(?:\[[\d:.]+\]\s*)*(?:\[\d+\]\s*)?|^ERROR:?\s*|\*\*\*/g, '')
    .replace(/^\s*ERROR:?\s*/, '');
  return words?.trim() || null;
}
