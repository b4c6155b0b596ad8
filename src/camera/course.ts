// With which settings the camera runs now: its own, those that the back end keeps, or none for a while, and why.

import { isDeepStrictEqual } from 'node:util';
import type { ControlEvent } from '../camera-port.ts';
import { messageOf, type KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CameraConfig, ProgramConfig } from './config.ts';
import { checkKept, readKept, writeKept, type Kept } from './kept-settings.ts';

/** What is wanted until `changed` aborts. */
export interface Turn {
  readonly config: CameraConfig | null;
  /** Why there is nothing to do, where `config` is null, and whether that may just be the beginning. */
  readonly reason: string;
  readonly state: 'connecting' | 'retrying';
  readonly changed: AbortSignal;
}

export interface Course {
  readonly turn: Turn;
  /** Version of the kept settings in use; null with settings of its own. */
  readonly version: number | null;
  /** The settings in use, also while something else keeps the camera from running with them. */
  readonly config: CameraConfig | null;
  readonly heard: (event: Extract<ControlEvent, { kind: 'settings' }>) => void;
  readonly trouble: (error: KithError | null) => void;
  /** Resolves when what was heard is on disk. */
  settled(): Promise<void>;
}

/** Changes of these need no new opening of the source. */
const BESIDE = new Set(['spoolShots', 'spoolMegabytes', 'spoolHours', 'memoryMegabytes']);

/** `onConfig` hears of each change, also of those that need no new turn. */
export function createCourse(given: {
  readonly program: ProgramConfig;
  readonly folder: string;
  readonly log: Log;
  readonly onConfig: (config: CameraConfig) => void;
}): Course {
  const { program, folder, log, onConfig } = given;
  const origin = new URL(program.server).origin;
  const own: CameraConfig | null = program.source === undefined ? null : program;
  const devices = program.source === undefined && program.devices === true;
  let config = own;
  let version: number | null = null;
  let without = `Waiting for the settings of this camera, which ${origin} keeps.`;
  let conflict: string | null = null;
  let writing: Promise<void> = Promise.resolve();
  let ending = new AbortController();
  /** Once the back end has said something, the copy on disk has nothing to say any more. */
  let hasSpoken = false;
  let isAway = false;
  let turn = next();

  function next(): Turn {
    const reason = conflict ?? without;
    const state = conflict === null && !hasSpoken && !isAway ? 'connecting' : 'retrying';
    return { config: conflict === null ? config : null, reason, state, changed: ending.signal };
  }

  function change(): void {
    const before = turn;
    const after = next();
    const same = before.config && after.config ? sameLooking(before.config, after.config) : false;
    if (same || (!before.config && !after.config && before.reason === after.reason)) return;
    const ended = ending;
    ending = new AbortController();
    turn = next();
    ended.abort();
  }

  function use(kept: Kept): void {
    const { id, server, key } = program;
    config = { ...kept.settings, id, server, key };
    version = kept.version;
    onConfig(config);
  }

  function stop(reason: string): void {
    config = null;
    without = reason;
  }

  async function write(before: Promise<void>, kept: Kept | null): Promise<void> {
    await before;
    try {
      await writeKept(folder, program.key, kept);
    } catch (error) {
      log.warn(`The settings cannot be kept on this machine: ${messageOf(error)}`);
    }
  }

  async function recall(before: Promise<void>): Promise<void> {
    await before;
    const kept = await readKept(folder, devices);
    if (!kept || hasSpoken || config) return;
    log.info({ version: kept.version }, `${origin} is away: running with the settings that it gave last.`);
    use(kept);
    change();
  }

  return {
    get turn() {
      return turn;
    },
    get version() {
      return version;
    },
    get config() {
      return config;
    },
    heard(event) {
      hasSpoken = true;
      if (own) return;
      const { settings } = event;
      try {
        if (settings === null) {
          version = event.version;
          stop(
            `${origin} keeps no settings for camera "${program.id}": set its source there, or put "source" into camera.json.`,
          );
          writing = write(writing, null);
        } else {
          const kept = { version: event.version, settings: checkKept(settings, devices) };
          const before = config;
          use(kept);
          if (version !== null && before && !isDeepStrictEqual(before, config)) log.info({ version }, 'New settings.');
          writing = write(writing, kept);
        }
      } catch (error) {
        version = event.version;
        stop(messageOf(error));
        log.warn(`The new settings cannot be used: ${messageOf(error)}`);
      }
      change();
    },
    trouble(error) {
      conflict = error?.code === 'conflict' ? error.message : null;
      if (own || !error || conflict !== null) return change();
      if (error.code === 'not_found') {
        hasSpoken = true;
        stop(error.message);
        writing = write(writing, null);
        return change();
      }
      if (config || hasSpoken) return change();
      isAway = true;
      without = `No settings yet, ${origin}: ${error.message}`;
      change();
      writing = recall(writing);
    },
    settled: () => writing,
  };
}

function sameLooking(a: CameraConfig, b: CameraConfig): boolean {
  return isDeepStrictEqual(lookingOf(a), lookingOf(b));
}

function lookingOf(config: CameraConfig): object {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !BESIDE.has(key)));
}
