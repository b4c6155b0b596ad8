// Looks at cameras on somebody's wish, each in a child process of its own with a limit of time and of memory, never in the process that
// asks.

import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { CameraSettings } from './camera-settings.ts';
import type { Diagnosis, Probed, TrialAnswer, TrialTask } from './camera-trial.ts';
import { KithError } from './errors.ts';

export interface CameraTrials {
  /** One picture and what the stream is like. KithError in the words of the camera program. */
  readonly probe: (camera: CameraSettings, signal: AbortSignal) => Promise<Probed>;
  /** Watches for some seconds; `signal` ends it early, and what was seen until then is told. */
  readonly examine: (camera: CameraSettings, wish: ExamineWish) => Promise<Diagnosis>;
  /** Ends all of them. */
  close(): Promise<void>;
}

export interface ExamineWish {
  readonly seconds: number;
  readonly showFaces: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (watched: number, faces: number) => void;
}

export interface TrialLimits {
  /** Until the child has loaded its program. */
  readonly startMs: number;
  /** From then to its answer: longer than the patience of the probe, which says more. */
  readonly probeMs: number;
  readonly probeMegabytes: number;
  /** What an examination takes beside its seconds: loading models, waiting for the first picture, a closer look. */
  readonly examineMs: number;
  readonly examineMegabytes: number;
  /** From being asked to stop to being killed. */
  readonly graceMs: number;
  readonly probes: number;
  readonly examinations: number;
}

const LIMITS: TrialLimits = {
  // Under load, code and models come slowly from the disk.
  startMs: 120_000,
  probeMs: 14_000,
  probeMegabytes: 700,
  examineMs: 120_000,
  examineMegabytes: 1_500,
  graceMs: 30_000,
  probes: 2,
  examinations: 1,
};
const CHILD = join(import.meta.dirname, 'camera-trial-child.ts');

export function openCameraTrials(options: {
  /** The data folder: models are kept in it. */
  readonly data: string;
  readonly connection: () => { readonly server: string; readonly key: string } | null;
  readonly limits?: Partial<TrialLimits>;
  /** Instead of the program of the child. */
  readonly program?: string;
}): CameraTrials {
  const { data, connection, program = CHILD } = options;
  const limits = { ...LIMITS, ...options.limits };
  const closing = new AbortController();
  const running = { probe: 0, examine: 0 };
  const all = new Set<Promise<unknown>>();

  async function counted<T>(
    kind: keyof typeof running,
    most: number,
    full: string,
    work: () => Promise<T>,
  ): Promise<T> {
    if (closing.signal.aborted) throw new KithError('unavailable', 'Kith is stopping.');
    if (running[kind] >= most) throw new KithError('unavailable', full, { status: 429 });
    running[kind]++;
    const doing = work().finally(() => running[kind]--);
    all.add(doing);
    try {
      return await doing;
    } finally {
      all.delete(doing);
    }
  }

  return {
    probe: (camera, signal) =>
      counted('probe', limits.probes, `${limits.probes} cameras are being tried already: wait a moment.`, async () => {
        const answer = await child(program, {
          task: { kind: 'probe', camera },
          startMs: limits.startMs,
          limitMs: limits.probeMs,
          limitMegabytes: limits.probeMegabytes,
          kill: AbortSignal.any([signal, closing.signal]),
        });
        if (answer.kind === 'probed') return answer.result;
        throw new Error(`A probe answers ${answer.kind}.`);
      }),
    examine: (camera, { seconds, showFaces, signal, onProgress }) =>
      counted(
        'examine',
        limits.examinations,
        'The doctor looks at another camera: wait until she is done.',
        async () => {
          const answer = await child(program, {
            task: { kind: 'examine', camera, seconds, showFaces, connection: connection(), data },
            startMs: limits.startMs,
            limitMs: seconds * 1000 + limits.examineMs,
            limitMegabytes: limits.examineMegabytes,
            kill: closing.signal,
            stop: { signal, graceMs: limits.graceMs },
            onProgress,
          });
          if (answer.kind === 'examined') return answer.result;
          throw new Error(`An examination answers ${answer.kind}.`);
        },
      ),
    async close() {
      closing.abort();
      await Promise.allSettled(all);
    },
  };
}

interface Job {
  readonly task: TrialTask;
  readonly startMs: number;
  readonly limitMs: number;
  readonly limitMegabytes: number;
  readonly kill: AbortSignal;
  readonly stop?: { readonly signal: AbortSignal; readonly graceMs: number };
  readonly onProgress?: (watched: number, faces: number) => void;
}

type Result = Extract<TrialAnswer, { kind: 'probed' | 'examined' }>;

/** One child from its start to its end. It is gone when this answers, whatever it did. */
async function child(program: string, job: Job): Promise<Result> {
  const { task, startMs, limitMs, limitMegabytes, kill, stop, onProgress } = job;
  if (kill.aborted) throw gaveUp();
  const forked = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  const gone = new Promise<string>((resolve) => {
    forked.once('exit', (code, signal) => resolve(signal ?? `exit ${code ?? 1}`));
    forked.on('error', (error) => forked.pid === undefined && resolve(error.message));
  });
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let begun = false;
  let timer = setTimeout(() => reject(tooLate(startMs)), startMs);
  forked.on('message', (answer: TrialAnswer) => {
    if (!begun) {
      begun = true;
      clearTimeout(timer);
      timer = setTimeout(() => reject(tooLate(limitMs)), limitMs);
    }
    if (answer.kind === 'memory') {
      if (answer.megabytes > limitMegabytes) reject(tooLarge(limitMegabytes));
    } else if (answer.kind === 'progress') onProgress?.(answer.watched, answer.faces);
    else if (answer.kind === 'failed') reject(failureOf(answer));
    else resolve(answer);
  });
  void gone.then((how) => reject(crashed(how)));
  let grace: NodeJS.Timeout | undefined;
  const abandon = (): void => reject(gaveUp());
  const ask = (): void => {
    forked.send({ kind: 'stop' }, () => undefined);
    if (stop) grace = setTimeout(() => reject(tooLate(stop.graceMs)), stop.graceMs);
  };
  kill.addEventListener('abort', abandon, { once: true });
  stop?.signal.addEventListener('abort', ask, { once: true });
  forked.send({ kind: 'begin', task }, () => undefined);
  if (stop?.signal.aborted) ask();
  try {
    return await promise;
  } finally {
    // Also of what is still said while it dies.
    begun = true;
    clearTimeout(timer);
    clearTimeout(grace);
    kill.removeEventListener('abort', abandon);
    stop?.signal.removeEventListener('abort', ask);
    forked.kill('SIGKILL');
    await gone;
  }
}

function failureOf({ code, message }: Extract<TrialAnswer, { kind: 'failed' }>): Error {
  return code === null ? new Error(message) : new KithError(code, message);
}

function gaveUp(): KithError {
  return new KithError('unavailable', 'Given up before the camera was looked at.');
}

function tooLate(ms: number): KithError {
  return new KithError(
    'unavailable',
    `Nothing came of it in ${Math.round(ms / 1000)} s, so it was broken off: look at the camera with another program (VLC, or its own page).`,
  );
}

function tooLarge(megabytes: number): KithError {
  return new KithError(
    'unavailable',
    `Decoding its pictures took more than ${megabytes} MB of memory, so it was broken off: choose a smaller picture in the settings of the camera.`,
  );
}

function crashed(how: string): KithError {
  return new KithError(
    'unavailable',
    `The decoder crashed on what the camera sends (${how}): choose H.264 in its settings, or another of its streams.`,
  );
}
