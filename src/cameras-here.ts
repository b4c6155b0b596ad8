// The camera programs that this Kith runs: those of kith.json, and those that the store keeps settings for. Follows the store, so
// that a camera made over the API runs, and one that is removed does not, without a restart.

import { maskCredentials } from './camera-address.ts';
import { messageOf } from './errors.ts';
import { pause } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { KeptCamera } from './camera-store-port.ts';
import type { Store } from './store-port.ts';
import { superviseCamera, type CameraChild, type SuperviseOptions, type SupervisorWord } from './supervisor.ts';

export interface OwnCamera {
  readonly id: string;
  readonly name?: string | undefined;
  readonly source: string;
  readonly substream?: string | undefined;
}

export interface CamerasHereOptions<T extends OwnCamera> {
  readonly store: Pick<Store, 'cameras' | 'changes'>;
  readonly log: Log;
  /** Whose kith.json it is, for people and for telling several apart that share a database. */
  readonly by: string;
  /** The cameras of kith.json and of the command line. */
  readonly fixed: readonly T[];
  /** What the program of such a camera is told when it starts. */
  readonly own: (camera: T) => object;
  /** The same for one that gets its settings over its control stream. */
  readonly kept: (id: string) => object;
  /** A camera of `fixed` has ended by itself. */
  readonly onEnded?: (id: string) => void;
  /** Hears what the programs log, as lines of JSON that name their camera. */
  readonly onLine?: (line: string) => void;
  readonly supervise?: (options: SuperviseOptions) => CameraChild;
}

const POLL_MS = 2_000;
const SAY_AGAIN_MS = 500;
const SAY_TRIES = 10;

interface Running {
  readonly child: CameraChild;
  /** Settings for which it was started: one that has ended is started for others only. */
  readonly version: number;
  ended: boolean;
}

export async function openCamerasHere<T extends OwnCamera>(
  options: CamerasHereOptions<T>,
): Promise<{ close(): Promise<void> }> {
  const { store, log, by, fixed, supervise = superviseCamera } = options;
  const closing = new AbortController();
  const own: CameraChild[] = [];
  const running = new Map<string, Running>();
  const fixedIds = new Set(fixed.map(({ id }) => id));

  function start(id: string, settings: object): CameraChild {
    const onLine = (line: string) => options.onLine?.(line.replace(/^\{/, `{"camera":${JSON.stringify(id)},`));
    return supervise({ id, settings, log, onLine, onWord: createSayer(store, id, log, closing.signal) });
  }

  function wanted({ id, settings, runsHere, fixed }: KeptCamera): boolean {
    return runsHere && settings !== null && fixed === null && !fixedIds.has(id);
  }

  async function follow(): Promise<void> {
    const cameras = (await store.cameras.list()).filter(wanted);
    const versions = new Map(cameras.map(({ id, version }) => [id, version]));
    // A program that runs follows new settings by itself.
    const unwanted = [...running].filter(
      ([id, { version, ended }]) => !versions.has(id) || (ended && versions.get(id) !== version),
    );
    await Promise.all(
      unwanted.map(async ([id, { child }]) => {
        log.info({ camera: id }, 'The camera program is ended.');
        await child.close();
        running.delete(id);
      }),
    );
    if (closing.signal.aborted) return;
    for (const { id, version } of cameras.filter(({ id }) => !running.has(id))) {
      log.info({ camera: id }, 'The camera program is started.');
      const one: Running = { child: start(id, options.kept(id)), version, ended: false };
      running.set(id, one);
      void one.child.ended.then(() => (one.ended = true));
    }
  }

  let seen = await store.changes.last();
  let first = true;
  let failing = false;
  let following: Promise<void> | null = null;
  let again = false;

  /** Looks at all cameras where one has changed; one look at a time. */
  async function look(): Promise<void> {
    while (again && !closing.signal.aborted) {
      again = false;
      try {
        const changes = await store.changes.since(seen, 500, 'camera');
        if (!first && changes.length === 0) continue;
        await follow();
        first = false;
        seen = changes.at(-1)?.seq ?? seen;
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, `The cameras of the store cannot be followed (${messageOf(error)}).`);
        failing = true;
      }
    }
  }

  function kick(): void {
    again = true;
    following ??= look().finally(() => (following = null));
  }

  const masked = fixed.map(({ id, name, ...settings }) => {
    const { source, substream } = settings;
    const shown = { source: maskCredentials(source), ...(substream && { substream: maskCredentials(substream) }) };
    return { id, name: name ?? id, settings: { ...settings, ...shown } };
  });
  await store.cameras.fix(by, masked);
  for (const camera of fixed) {
    const child = start(camera.id, options.own(camera));
    own.push(child);
    void child.ended.then(() => closing.signal.aborted || options.onEnded?.(camera.id));
  }
  const stopHints = store.changes.onCommit(kick);
  const poll = setInterval(kick, POLL_MS);
  kick();

  return {
    async close() {
      closing.abort();
      stopHints();
      clearInterval(poll);
      await following;
      await Promise.all([...own, ...[...running.values()].map(({ child }) => child)].map((child) => child.close()));
    },
  };
}

/** Writes the newest word into the store. The program that has just died may still hold the camera's place for a moment, so it is
 * said again; where another program holds it, that one says how it is. */
function createSayer(
  store: Pick<Store, 'cameras'>,
  id: string,
  log: Log,
  signal: AbortSignal,
): (word: SupervisorWord) => void {
  let newest: SupervisorWord | null = null;
  let saying = false;

  async function say(): Promise<void> {
    for (let tries = 0; newest && tries < SAY_TRIES && !signal.aborted; tries++) {
      const word: SupervisorWord = newest;
      const isWritten = await store.cameras.say(id, word, Date.now()).catch((error: unknown) => {
        log.debug({ err: error, camera: id }, 'The state of a camera was not written down.');
        return false;
      });
      if (isWritten && newest === word) newest = null;
      else if (!isWritten) await pause(SAY_AGAIN_MS, signal);
    }
  }

  return (word) => {
    newest = word;
    if (saying) return;
    saying = true;
    void say().finally(() => (saying = false));
  };
}
