// The engine's threads: who is free gets the oldest task; who dies is replaced, and its tasks fail with a clear error.

import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { EmbedderInfo } from '../model-port.ts';
import type { Analysis } from '../face-port.ts';
import { KithError, messageOf } from '../errors.ts';
import { fromPlain, type FromThread, type ToThread } from './protocol.ts';

export interface Task {
  readonly message: Extract<ToThread, { kind: 'job' }>;
  readonly transfer: ArrayBuffer[];
  resolve(analysis: Analysis): void;
  reject(error: Error): void;
}

export interface Crew {
  readonly embedder: EmbedderInfo;
  add(task: Task): void;
  /** Takes the task out of the queue, or tells its thread that nobody wants the answer. */
  cancel(task: Task): void;
  close(): Promise<void>;
}

export interface CrewOptions {
  readonly entry: URL;
  readonly data: unknown;
  readonly threads: number;
  readonly onCrash?: (error: Error) => void;
}

interface Member {
  readonly worker: Worker;
  readonly tasks: Map<number, Task>;
  readonly embedder: EmbedderInfo;
}

/** Tasks that a thread holds at a time: one in work, the next ones decoded meanwhile and embedded together with it. */
const AT_A_TIME = 4;
/** A thread that dies again so soon has a lasting reason. */
const RESTART_PAUSE_MS = 60_000;
/** Closing waits this long for a run that cannot be interrupted. */
const CLOSE_MS = 5_000;

export async function openCrew(options: CrewOptions): Promise<Crew> {
  const queue: Task[] = [];
  const members = new Set<Member>();
  let starting = 0;
  let lastCrash = -Infinity;
  let closed = false;

  async function hire(): Promise<Member> {
    // What a thread sets in an environment of its own does not reach native libraries: see models/session.ts.
    const worker = new Worker(options.entry, { workerData: options.data, env: SHARE_ENV });
    try {
      const embedder = await ready(worker);
      const member: Member = { worker, tasks: new Map(), embedder };
      worker.on('message', (message: FromThread) => onMessage(member, message));
      // `error` comes before `exit`, with the reason.
      worker.on('error', (error) => onDeath(member, error));
      worker.on('exit', (code) => onDeath(member, new Error(`exit code ${code}`)));
      members.add(member);
      return member;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  function onMessage(member: Member, message: FromThread): void {
    if (message.kind === 'ready') return;
    const task = member.tasks.get(message.id);
    member.tasks.delete(message.id);
    if (message.kind === 'done') task?.resolve(message.analysis);
    else task?.reject(fromPlain(message.error));
    assign();
  }

  function onDeath(member: Member, reason: unknown): void {
    if (!members.delete(member) || closed) return;
    const error = new KithError(
      'unavailable',
      `A face recognition thread has died (${messageOf(reason)}): try this picture again.`,
      { cause: reason },
    );
    for (const task of member.tasks.values()) task.reject(error);
    member.tasks.clear();
    options.onCrash?.(error);
    void replace();
  }

  async function replace(): Promise<void> {
    const now = performance.now();
    const often = now - lastCrash < RESTART_PAUSE_MS;
    lastCrash = now;
    starting += 1;
    try {
      if (often) throw new Error('threads die again and again');
      const member = await hire();
      if (closed) await member.worker.terminate();
    } catch (error) {
      options.onCrash?.(new Error(`A face recognition thread is not started again: ${messageOf(error)}`));
    }
    starting -= 1;
    assign();
  }

  function assign(): void {
    while (queue.length > 0) {
      const free = freest(members);
      if (!free) break;
      const task = queue.shift();
      if (!task) break;
      try {
        free.worker.postMessage(task.message satisfies ToThread, task.transfer);
        free.tasks.set(task.message.id, task);
      } catch (error) {
        // Options or pixels that cannot cross to a thread.
        task.reject(
          new KithError('invalid', `The picture cannot be handed to a thread: ${messageOf(error)}`, { cause: error }),
        );
      }
    }
    if (members.size > 0 || starting > 0) return;
    const error = new KithError(
      'unavailable',
      'All face recognition threads have died: restart Kith and look at its log.',
    );
    for (const task of queue.splice(0)) task.reject(error);
  }

  async function close(): Promise<void> {
    closed = true;
    const error = new KithError('unavailable', 'The face engine has been closed.');
    for (const task of queue.splice(0)) task.reject(error);
    await Promise.all([...members].map(dismiss));
    members.clear();

    async function dismiss({ worker, tasks }: Member): Promise<void> {
      for (const task of tasks.values()) task.reject(error);
      tasks.clear();
      const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
      worker.postMessage({ kind: 'close' } satisfies ToThread, []);
      await gone;
      clearTimeout(timer);
    }
  }

  const hired = await Promise.allSettled(Array.from({ length: options.threads }, hire));
  const failed = hired.find((result) => result.status === 'rejected');
  const first = hired.find((result) => result.status === 'fulfilled');
  if (failed || !first) {
    await close();
    throw failed?.reason ?? new Error('No face recognition thread was started.');
  }

  return {
    embedder: first.value.embedder,
    add(task) {
      queue.push(task);
      assign();
    },
    cancel(task) {
      const at = queue.indexOf(task);
      if (at >= 0) queue.splice(at, 1);
      const { id } = task.message;
      for (const { worker, tasks } of members) {
        if (tasks.has(id)) worker.postMessage({ kind: 'cancel', id } satisfies ToThread, []);
      }
    },
    close,
  };
}

/** The thread with the fewest tasks, when it has room for one more. */
function freest(members: ReadonlySet<Member>): Member | undefined {
  let best: Member | undefined;
  for (const member of members) {
    if (member.tasks.size < Math.min(AT_A_TIME, best?.tasks.size ?? AT_A_TIME)) best = member;
  }
  return best;
}

/** Resolves with the first message of the thread, or throws what it has thrown. */
function ready(worker: Worker): Promise<EmbedderInfo> {
  return new Promise((resolve, reject) => {
    const done = (how: () => void): void => {
      worker.off('message', onReady);
      worker.off('error', onError);
      worker.off('exit', onExit);
      how();
    };
    const onReady = (message: FromThread): void => {
      done(() => {
        if (message.kind === 'ready') resolve(message.embedder);
        else if (message.kind === 'failed') reject(fromPlain(message.error));
        else reject(new Error('The thread spoke before it was ready.'));
      });
    };
    const onError = (error: unknown): void =>
      done(() => reject(error instanceof Error ? error : new Error(String(error))));
    const onExit = (code: number): void => done(() => reject(new Error(`The thread ended with exit code ${code}.`)));
    worker.on('message', onReady);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}
