// The recogniser in force in this process: follows what the store says, prepares the next model behind it, and takes that over in
// one assignment. The old one is closed once what began with it has ended.

import type { FaceEngine } from './face-port.ts';
import type { ModelState, Store } from './store-port.ts';
import { isKithError, messageOf } from './errors.ts';
import { backoffMs, openLifecycle, pause } from './lifecycle.ts';
import { asksForForce } from './model-control.ts';
import { fillModel, prepareModel, YIELDED, type WorkPorts } from './model-work.ts';
import type { Recogniser } from './recogniser.ts';

export interface ModelSwitchOptions extends WorkPorts {
  readonly store: WorkPorts['store'] & Pick<Store, 'changes'>;
  /** Of the model in force; is closed with the switch. */
  readonly first: Recogniser;
  readonly open: (model: string) => Promise<Recogniser>;
  /** For reading photos beside the engine in force: small and slow. */
  readonly openEngine: (model: string) => Promise<FaceEngine>;
  /** False in an API that runs beside workers, which prepare. */
  readonly prepares: boolean;
  /** Takes the recogniser into use, all of it at once. */
  readonly onSwap: (recogniser: Recogniser) => void;
  /** Answers once everything has ended that has begun with the recogniser of before. */
  readonly drained: () => Promise<void>;
  readonly pollMs?: number;
}

export interface ModelSwitch {
  readonly current: Recogniser;
  /** Why this process cannot follow the others, in words. */
  readonly problem: string | null;
  /** This model is wanted, whatever has failed. */
  force(model: string): void;
  close(): Promise<void>;
}

/** Something hangs: then its work is broken off. */
const DRAIN_MS = 300_000;
const FILL_PAUSE_MS = 5000;
/** So many times longer than a look took is the pause after it. */
const FILL_REST = 100;
const LEAST_PAUSE_MS = 100;

export function openModelSwitch(options: ModelSwitchOptions): ModelSwitch {
  const { store, log, pollMs = 1000 } = options;
  const life = openLifecycle();
  const retiring = new Set<Promise<void>>();
  let current = options.first;
  let problem: string | null = null;
  let forced: string | null = null;
  /** Opened for the change and not yet in use. */
  let standby: Recogniser | undefined;
  let job: { readonly model: string; readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  let filling = startFilling();

  // ── The change itself ─────────────────────────────────────────────────────────────────────────────────────────

  function take(next: Recogniser): void {
    if (next === standby) standby = undefined;
    if (next === current) return;
    const old = current;
    current = next;
    problem = null;
    options.onSwap(next);
    log.info(`${next.model} is in force.`);
    filling.stop.abort();
    const retired = retire(old, filling.ended).finally(() => retiring.delete(retired));
    retiring.add(retired);
    filling = startFilling();
  }

  async function retire(old: Recogniser, filled: Promise<void>): Promise<void> {
    await Promise.race([options.drained(), pause(DRAIN_MS, life.signal)]);
    await filled;
    await old.close().catch((error: unknown) => log.warn({ err: error }, 'The old model could not be closed.'));
  }

  // ── Following the store ───────────────────────────────────────────────────────────────────────────────────────

  async function look(): Promise<void> {
    const state = await store.models.state();
    await direct(state.preparing);
    const { active } = state;
    if (active === null || active === current.model) return;
    // The one who made the change has it open already.
    if (standby?.model === active) return take(standby);
    try {
      take(await options.open(active));
    } catch (error) {
      const said = problem;
      problem = `The model in force, ${active}, cannot be opened here: ${messageOf(error)}`;
      if (said === null) log.error({ err: error }, problem);
      throw error;
    }
  }

  /** Begins, goes on with or leaves the preparation. */
  async function direct(preparing: ModelState['preparing']): Promise<void> {
    const model = preparing && (options.prepares || forced === preparing.model) ? preparing.model : undefined;
    if (job !== undefined && job.model !== model) {
      job.stop.abort();
      await job.ended;
      if (forced === job.model) forced = null;
      job = undefined;
    }
    if (model !== undefined && job === undefined && !life.signal.aborted) {
      const stop = new AbortController();
      job = { model, stop, ended: prepareUntilDone(model, stop.signal) };
    }
  }

  let announced = false;
  let wake: (() => void) | undefined;
  const stopListening = store.changes.onCommit(() => {
    announced = true;
    wake?.();
  });
  life.signal.addEventListener('abort', () => wake?.());

  async function follow(): Promise<void> {
    let failures = 0;
    while (!life.signal.aborted) {
      const rest = new AbortController();
      wake = () => rest.abort();
      if (failures > 0) await pause(backoffMs(failures), life.signal);
      else if (!announced) await pause(pollMs, rest.signal);
      wake = undefined;
      // Commits come in crowds, and hardly one of them is about the model.
      await pause(Math.min(LEAST_PAUSE_MS, pollMs), life.signal);
      announced = false;
      if (life.signal.aborted) return;
      try {
        await look();
        failures = 0;
      } catch (error) {
        if (failures === 0 && problem === null) log.warn({ err: error }, 'The model in force cannot be looked up.');
        failures++;
      }
    }
  }

  // ── Preparing the next one ────────────────────────────────────────────────────────────────────────────────────

  /** Never throws. */
  async function prepareUntilDone(model: string, signal: AbortSignal): Promise<void> {
    log.info(`Preparing ${model}: kept photos are read anew behind ${current.model}, which stays in force until then.`);
    const work = prepareModel(options, {
      model,
      references: current.gallery.templates,
      openEngine: () => options.openEngine(model),
    });
    let failures = 0;
    while (!signal.aborted) {
      try {
        await work.all(signal);
        await mayChange(model, signal);
        await change(model, work, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error === YIELDED) continue;
        failures++;
        if (failures === 1) log.warn({ err: error }, `Preparing ${model} is interrupted; trying again.`);
        await pause(backoffMs(failures), signal);
      }
    }
  }

  /** Where too much has failed somebody has to want the change. */
  async function mayChange(model: string, signal: AbortSignal): Promise<void> {
    const isWanted = () => forced === model;
    for (let told = false; !isWanted(); told = true) {
      const { preparing } = await store.models.state();
      // Where it is not being prepared any more, `look` ends this in a moment.
      if (preparing?.model === model && !asksForForce(preparing)) return;
      if (!told && preparing) {
        log.warn(
          `${preparing.failed} of ${preparing.total} photos show no face to ${model}, so it does not take over by itself: "kith models switch ${model} --force" wants it all the same, "kith models cancel" leaves it.`,
        );
      }
      await pause(pollMs, signal);
      signal.throwIfAborted();
    }
  }

  async function change(model: string, work: ReturnType<typeof prepareModel>, signal: AbortSignal): Promise<void> {
    const next = await options.open(model);
    standby = next;
    try {
      await work.last(next.engine, signal);
      await next.gallery.sync();
      signal.throwIfAborted();
      await store.models.activate(model);
      take(next);
    } catch (error) {
      // Another process was quicker: the change is made all the same.
      const active = isKithError(error) && error.code === 'conflict' ? (await store.models.state()).active : null;
      if (active === model) take(next);
      else if (current !== next) {
        standby = undefined;
        await next.close();
        throw error;
      }
    }
  }

  // ── Filling gaps of the one in force ──────────────────────────────────────────────────────────────────────────

  function startFilling(): { readonly stop: AbortController; readonly ended: Promise<void> } {
    const stop = new AbortController();
    const ended = options.prepares ? fill(current, AbortSignal.any([stop.signal, life.signal])) : Promise.resolve();
    return { stop, ended };
  }

  /** Never throws. */
  async function fill({ model, engine, gallery }: Recogniser, signal: AbortSignal): Promise<void> {
    const work = fillModel(options, model, engine);
    let failures = 0;
    let shotsToo = true;
    let version = -1;
    while (!signal.aborted) {
      const from = performance.now();
      try {
        // A reference that somebody added with the model of before changes the gallery's version.
        if (gallery.version !== version) {
          const { version: now } = gallery;
          await work.references(signal);
          version = now;
        }
        const took = performance.now() - from;
        if (shotsToo) await work.shots(signal);
        shotsToo = false;
        failures = 0;
        await pause(Math.max(FILL_PAUSE_MS, took * FILL_REST), signal);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        if (failures === 1) log.warn({ err: error }, 'Reading kept photos anew is interrupted; trying again.');
        await pause(backoffMs(failures), signal);
      }
    }
  }

  const following = follow();
  life.onClose(async () => {
    stopListening();
    await following;
    job?.stop.abort();
    await job?.ended;
    await filling.ended;
    await Promise.all(retiring);
    await standby?.close();
    await current.close();
  });

  return {
    get current() {
      return current;
    },
    get problem() {
      return problem;
    },
    force(model) {
      forced = model;
      wake?.();
    },
    close: () => life.close(),
  };
}
