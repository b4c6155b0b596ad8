// Takes runs of actions in the order in which they were asked for, has them judged, and does what was granted: once or not at all. One
// in each process that works; several in different processes share the work.

import { randomUUID } from 'node:crypto';
import type { Action, ActionKind, Run } from '../action-port.ts';
import { actionSettings } from '../action-settings.ts';
import { messageOf } from '../errors.ts';
import type { Settings } from '../kind-settings.ts';
import { pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import { judgeRun, WAITING_MS, type AccessContext } from './access.ts';
import type { Deed, Perform } from './deed.ts';

export interface RunnerOptions {
  readonly store: Pick<Store, 'actions' | 'persons' | 'cameras' | 'changes' | 'kind'>;
  readonly perform: Readonly<Record<ActionKind, Perform>>;
  /** Settings of the commands of this machine's configuration file, by id: what the store says of them is not done. */
  readonly commands: ReadonlyMap<string, Settings>;
  /** Host name, for pins. */
  readonly machine: string;
  readonly context: () => Promise<Omit<AccessContext, 'now'>>;
  /** Told what became of what somebody at an alert, or its rule, has asked for. */
  readonly note?: (run: Run) => Promise<void>;
  readonly log: Log;
  readonly clock: () => number;
  /** How long closing waits for what is being done. */
  readonly closeMs?: number;
}

export interface Runner {
  /** Answers when nothing is to be done and nothing is being done here. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const POLL_MS = 1_000;
const RECOVER_MS = 15_000;
const CLOSE_MS = 10_000;
/** Longer than the longest time limit: whoever has begun it is gone. */
const STARTED_MS = 400_000;
/** For what has no time limit of its own: a pulse and the time to begin it. */
const SPARE_MS = 10_000;
/** A performer that does not hear the signal is left alone after this. */
const DEAF_MS = 2_000;
const WRITES = 5;

function limitOf(settings: Settings): number {
  const { timeLimit, pulseMs = 0 } = settings as { timeLimit?: number; pulseMs?: number };
  return timeLimit === undefined ? pulseMs + SPARE_MS : timeLimit * 1000;
}

export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { store, log, clock } = options;
  const owner = randomUUID();
  const stopping = new AbortController();
  /** By action: one after the other. */
  const busy = new Map<string, Promise<void>>();
  const turn: { working?: Promise<void> | undefined; again: boolean; closed: boolean } = {
    again: false,
    closed: false,
  };
  let failing = false;

  function wake(): void {
    turn.again = true;
    if (turn.closed) return;
    turn.working ??= work().finally(() => {
      turn.working = undefined;
      if (turn.again) wake();
    });
  }

  async function work(): Promise<void> {
    try {
      while (turn.again && !turn.closed) {
        turn.again = false;
        await takeAll();
      }
      if (failing) log.info('Actions go on.');
      failing = false;
    } catch (error) {
      turn.again = false;
      if (!failing) log.error({ err: error }, 'Actions wait: the store does not answer. Trying each second.');
      failing = true;
    }
  }

  async function takeAll(): Promise<void> {
    const elsewhere: string[] = [];
    while (!turn.closed) {
      const run = await store.actions.next([...busy.keys(), ...elsewhere]);
      if (!run) return;
      const action = await store.actions.get(run.actionId);
      if (action && !isHere(action)) elsewhere.push(action.id);
      else await take(run.id);
    }
  }

  /** Can it be done by this process? */
  function isHere({ id, kind, settings }: Action): boolean {
    if (kind === 'command') return options.commands.has(id);
    const { machine } = settings as { machine?: string };
    return kind !== 'gpio' || machine === undefined || machine === options.machine;
  }

  async function take(id: string): Promise<void> {
    const context = await options.context();
    const now = clock();
    const run = await store.actions.decide(id, (facts) => judgeRun(facts, { ...context, now }), now);
    if (!run) return;
    log.info({ run: id, action: run.actionId, cause: run.cause, state: run.state }, 'A run was decided.');
    if (run.state !== 'granted') {
      await note(run);
      return;
    }
    if (!(await store.actions.start(id, owner, clock()))) return;
    const doing = finish(run).finally(() => {
      busy.delete(run.actionId);
      wake();
    });
    busy.set(run.actionId, doing);
  }

  /** Never throws. */
  async function finish(run: Run): Promise<void> {
    let error: string | null = null;
    try {
      await perform(run);
    } catch (thrown) {
      error = messageOf(thrown);
    }
    const state = error === null ? 'done' : 'failed';
    log[error === null ? 'info' : 'warn']({ run: run.id, action: run.actionId, state, error }, 'An action has ended.');
    await patiently(() => store.actions.end(run.id, state, error, clock()));
    await note({ ...run, state, error });
  }

  async function perform(run: Run): Promise<void> {
    // As it is now: between asking and doing somebody may have corrected it.
    const action = await store.actions.get(run.actionId);
    if (!action) throw new Error('It was removed before it could be done.');
    const stored = action.kind === 'command' ? options.commands.get(action.id) : action.settings;
    const settings = actionSettings(action.kind, stored ?? {}, null);
    const deed = await deedOf(run);
    await withLimit(limitOf(settings), (signal) => options.perform[action.kind](settings, deed, signal));
  }

  async function withLimit(ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const ending = new AbortController();
    const { promise: deaf, reject } = Promise.withResolvers<never>();
    let grace: NodeJS.Timeout | undefined;
    const end = (why: string) => (): void => {
      const error = new Error(why);
      ending.abort(error);
      grace ??= setTimeout(() => reject(error), DEAF_MS);
    };
    const late = setTimeout(end(`It did not end within ${ms / 1000} s, so it was ended.`), ms);
    const stopped = end('Kith was stopped before it had ended.');
    stopping.signal.addEventListener('abort', stopped, { once: true });
    try {
      await Promise.race([work(ending.signal), deaf]);
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      clearTimeout(late);
      clearTimeout(grace);
      stopping.signal.removeEventListener('abort', stopped);
    }
  }

  async function deedOf(run: Run): Promise<Deed> {
    const person = run.personId === null ? null : await store.persons.get(run.personId);
    const camera = run.cameraId === null ? null : await store.cameras.get(run.cameraId);
    return {
      run,
      person: person && { id: person.id, name: person.name },
      camera: camera && { id: camera.id, name: camera.name },
      at: clock(),
    };
  }

  /** The door is open by now: that has to be written down. */
  async function patiently(write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await write();
        return;
      } catch (error) {
        log.error({ err: error, tries }, 'What became of an action could not be written.');
        if (tries === WRITES) return;
        await pause(tries * 1000, stopping.signal);
      }
    }
  }

  async function note(run: Run): Promise<void> {
    if (run.alertId === null) return;
    try {
      await options.note?.(run);
    } catch (error) {
      log.warn({ err: error, run: run.id }, 'What became of an action could not be noted at its alert.');
    }
  }

  async function recover(startedMs: number): Promise<void> {
    try {
      const left = await store.actions.recover(clock(), { startedMs, waitingMs: WAITING_MS });
      if (left > 0) log.warn({ runs: left }, 'Runs of actions were left by a process that is gone.');
    } catch (error) {
      log.warn({ err: error }, 'Runs that were left could not be looked for.');
    }
  }

  // With SQLite nobody else can have begun anything.
  await recover(store.kind === 'sqlite' ? 0 : STARTED_MS);
  const stopHints = store.changes.onCommit(wake);
  const poll = setInterval(wake, POLL_MS);
  const recovering = setInterval(() => void recover(STARTED_MS), RECOVER_MS);
  wake();

  return {
    async idle() {
      wake();
      while (turn.working || busy.size > 0) await Promise.all([turn.working, ...busy.values()]);
    },
    async close() {
      turn.closed = true;
      stopHints();
      clearInterval(poll);
      clearInterval(recovering);
      await turn.working;
      const timer = setTimeout(() => stopping.abort(), options.closeMs ?? CLOSE_MS);
      await Promise.all(busy.values());
      clearTimeout(timer);
    },
  };
}
