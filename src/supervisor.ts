// Cameras as child processes: started, watched, and started again with the stepped back-off when they crash, when no frame comes any
// more, when they hang or take too much memory. The settings go over the IPC channel, so that no key stands in a process list, and
// a child whose parent is gone ends itself.

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { CameraState } from './camera-port.ts';
import { messageOf } from './errors.ts';
import { backoffMs, pause } from './lifecycle.ts';
import type { Log } from './log.ts';

/** What a child says once a second. */
export interface ChildAlive {
  readonly kind: 'alive';
  /** When its last frame came; null before the first one. */
  readonly framesAt: number | null;
  /** No frame is no fault now. */
  readonly quiet: boolean;
  readonly memoryMegabytes: number;
  /** Null while it has no settings. */
  readonly memoryLimitMegabytes: number | null;
  readonly status: ChildStatus;
}

/** The same while it has nothing to say yet: loading, or finding out which camera it is. */
export interface ChildWaiting {
  readonly kind: 'waiting';
}

export interface ChildStatus {
  readonly state: CameraState;
  readonly reason: string | null;
  readonly [count: string]: unknown;
}

/** What the supervisor says of a camera while no child does. */
export interface SupervisorWord {
  readonly state: 'starting' | 'restarting' | 'ended';
  readonly reason: string | null;
  /** How often the child was started again. */
  readonly restarts: number;
}

export interface SuperviseTimes {
  /** Without a frame for so long the source has stalled; the child opens it anew after 20 s, so this is later. */
  readonly stallMs: number;
  /** Without a word for so long the child hangs. */
  readonly hangMs: number;
  /** The same until it begins: models may have to be compiled first. */
  readonly startMs: number;
  /** From being asked to end to being killed. */
  readonly graceMs: number;
  /** Whoever ran longer begins the back-off anew. */
  readonly healthyMs: number;
  /** How often is looked, and how often an unchanged word is repeated. */
  readonly lookMs: number;
  readonly repeatMs: number;
  readonly backoff: (tries: number) => number;
}

const TIMES: SuperviseTimes = {
  stallMs: 40_000,
  hangMs: 20_000,
  startMs: 180_000,
  graceMs: 8_000,
  healthyMs: 60_000,
  lookMs: 1_000,
  repeatMs: 10_000,
  backoff: backoffMs,
};

/** How it ended for good. */
export interface CameraEnd {
  /** 0 done, 2 wrong settings, 3 the input cannot be used, 1 with `endsEarly`; 0 also when it was closed. */
  readonly status: number;
  /** The last that the child said of itself. */
  readonly last: ChildStatus | null;
}

export interface CameraChild {
  /** Resolves when the source has ended (a file), when its settings cannot be used, or when it is closed. */
  readonly ended: Promise<CameraEnd>;
  close(): Promise<void>;
}

export interface SuperviseOptions {
  readonly id: string;
  /** Sent to the child as it is. */
  readonly settings: unknown;
  readonly log: Log;
  /** Hears every line that the child logs. */
  readonly onLine?: (line: string) => void;
  /** Hears how it is while no child says so itself; again and again as long as that lasts. */
  readonly onWord?: (word: SupervisorWord) => void;
  /** One that ends with exit status 1 before it has begun is not tried again: whoever started it reads why. */
  readonly endsEarly?: boolean;
  /** The program of the child instead of `kith camera --from-parent`. */
  readonly program?: { readonly file: string; readonly args: readonly string[] };
  readonly times?: Partial<SuperviseTimes>;
}

/** `why`: in words that can stand before ": started again". */
type RunEnd =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'died' | 'killed'; readonly why: string };

export function superviseCamera(options: SuperviseOptions): CameraChild {
  const {
    id,
    log,
    program = { file: join(import.meta.dirname, 'cli.ts'), args: ['camera', '--from-parent'] },
  } = options;
  const times = { ...TIMES, ...options.times };
  const stop = new AbortController();
  let restarts = 0;
  let last: ChildStatus | null = null;
  let word: SupervisorWord = { state: 'starting', reason: null, restarts };
  /** A child is there and speaks for itself. */
  let isHeard = false;

  function say(state: SupervisorWord['state'], reason: string | null): void {
    isHeard = false;
    word = { state, reason, restarts };
    options.onWord?.(word);
  }

  async function supervise(): Promise<CameraEnd> {
    let failures = 0;
    while (!stop.signal.aborted) {
      const began = performance.now();
      const end = await runOnce();
      if (stop.signal.aborted) break;
      if (end.kind === 'exit') {
        say('ended', last?.reason ?? endReason(end.status));
        return { status: end.status, last };
      }
      failures = performance.now() - began > times.healthyMs ? 1 : failures + 1;
      restarts++;
      const waitMs = times.backoff(failures);
      const reason = `${end.why}: started again.`;
      log.warn({ camera: id, restarts, againInMs: waitMs }, `The camera program is started again. ${end.why}.`);
      say('restarting', reason);
      await pause(waitMs, stop.signal);
    }
    return { status: 0, last };
  }

  /** One child from its start to its end. */
  async function runOnce(): Promise<RunEnd> {
    const child = fork(program.file, [...program.args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const exited = whenGone(child);
    const watch = watchChild(child);
    // One that is gone already cannot be told; its exit says the rest.
    child.send(options.settings as object, () => undefined);
    const asked = (): void => endChild(child, exited);
    stop.signal.addEventListener('abort', asked, { once: true });
    if (stop.signal.aborted) asked();
    const { code, signal, error } = await exited;
    stop.signal.removeEventListener('abort', asked);
    watch.close();
    if (watch.fault !== null) return { kind: 'killed', why: watch.fault };
    if (code === 0 || code === 2 || code === 3) return { kind: 'exit', status: code };
    if (code === 1 && options.endsEarly && last === null) return { kind: 'exit', status: 1 };
    if (error !== null) return { kind: 'died', why: `The program could not be started (${error})` };
    const how = signal === null ? `exit ${code ?? 1}` : signal;
    const said = last?.reason ? `; it said: ${last.reason.replace(/[.:]+$/, '')}` : '';
    return { kind: 'died', why: `The program ended unexpectedly (${how})${said}` };
  }

  /** Asks it to end, and does not wait for ever. */
  function endChild(child: ChildProcess, exited: Promise<unknown>): void {
    child.kill('SIGTERM');
    const grace = setTimeout(() => child.kill('SIGKILL'), times.graceMs);
    void exited.then(() => clearTimeout(grace));
  }

  /** Kills a child that stalls, hangs or grows. All on our own steady clock: the wall clock of a small machine steps. */
  function watchChild(child: ChildProcess): { readonly fault: string | null; close(): void } {
    let fault: string | null = null;
    let alive: ChildAlive | null = null;
    let heardAt = performance.now();
    let frameAt = heardAt;
    last = null;

    child.on('message', (message) => {
      if (isLine(message)) return options.onLine?.(message.line);
      heardAt = performance.now();
      if (!isAlive(message)) return;
      // Only while it claims to run can it stall: from when it began to.
      if (message.framesAt !== alive?.framesAt || !mayStall(message) || !alive || !mayStall(alive)) frameAt = heardAt;
      alive = message;
      last = message.status;
      isHeard = true;
    });

    function faultNow(): string | null {
      const now = performance.now();
      const silentMs = now - heardAt;
      if (!alive) return silentMs > times.startMs ? `It did not begin within ${seconds(times.startMs)}` : null;
      if (silentMs > times.hangMs) return `It did not answer for ${seconds(times.hangMs)}`;
      if (mayStall(alive) && now - frameAt > times.stallMs) return `No frame came for ${seconds(times.stallMs)}`;
      const { memoryMegabytes: memory, memoryLimitMegabytes: limit } = alive;
      if (limit !== null && memory > limit) return `It took ${Math.round(memory)} MB of memory, ${limit} are allowed`;
      return null;
    }

    let lookedAt = heardAt;
    const timer = setInterval(() => {
      // Where this process itself was held up, what the child said meanwhile is not read yet.
      const lateMs = performance.now() - lookedAt - times.lookMs;
      if (lateMs > times.lookMs) {
        heardAt += lateMs;
        frameAt += lateMs;
      }
      lookedAt = performance.now();
      if (fault === null && !stop.signal.aborted) {
        fault = faultNow();
        // Whatever it hangs in, a signal that it could handle would not be handled. What it has kept lies on disk.
        if (fault !== null) child.kill('SIGKILL');
      }
    }, times.lookMs);
    return {
      get fault() {
        return fault;
      },
      close: () => clearInterval(timer),
    };
  }

  // Nobody else speaks for the camera meanwhile, and who is silent for too long counts as offline.
  const repeating = setInterval(() => {
    if (!isHeard) options.onWord?.(word);
  }, times.repeatMs);
  say('starting', null);
  const ended = supervise().finally(() => clearInterval(repeating));
  return {
    ended,
    async close() {
      stop.abort();
      await ended;
    },
  };
}

function mayStall({ status, quiet }: ChildAlive): boolean {
  return status.state === 'running' && !quiet;
}

function isAlive(message: unknown): message is ChildAlive {
  return typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'alive';
}

function isLine(message: unknown): message is { readonly kind: 'line'; readonly line: string } {
  return typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'line';
}

function whenGone(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; error: string | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, error: null }));
    child.on('error', (error) => {
      // Also of a signal or a message that could not be sent: then the child lives, or its exit follows.
      if (child.pid === undefined) resolve({ code: null, signal: null, error: messageOf(error) });
    });
  });
}

function endReason(status: number): string | null {
  if (status === 2) return 'Its settings are wrong: the log says what.';
  return status === 3 ? 'Its source cannot be used: the log says why.' : null;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
