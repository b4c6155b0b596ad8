// The settings as the panel changes them: what is in force and where it comes from, and kith.json, which is written whole or not at all
// and keeps whatever this Kith does not know.

import { createHash, randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fixedActions } from './action-settings.ts';
import {
  checkCameras,
  ConfigSchema,
  ENVIRONMENT,
  environmentOf,
  readJson,
  type Config,
  type Raw,
  type SettingKeywords,
} from './config.ts';
import { KithError, messageOf } from './errors.ts';
import type { SettingsPort, SettingsState, SettingState } from './server/system-ports.ts';
import { validate } from './validate.ts';

type Key = keyof typeof ENVIRONMENT;
type Values = Readonly<Record<string, unknown>>;

export interface SettingsOptions {
  /** With what this process was started. */
  readonly config: Config;
  readonly env?: NodeJS.ProcessEnv;
  /** The file where none was read: where the next start looks. */
  readonly file?: string;
  /** Takes over what takes effect at once. */
  readonly onChange?: (values: Partial<Raw>) => void;
}

const KEYS = Object.keys(ENVIRONMENT) as Key[];
const NONE = 'none';
/** What is set where the panel has pages of its own. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  cameras: 'Cameras of the file are changed in the file, others on the page "Cameras"',
  actions: 'Actions of the file are changed in the file (docs/doors.md), others on the page "Actions"',
  models: 'Own models are changed in the file (docs/models.md), the one in force on the page "System"',
};

export function createSettings({ config, env = process.env, onChange, ...options }: SettingsOptions): SettingsPort {
  const path = config.file ?? resolve(options.file ?? 'kith.json');
  const fromEnvironment = environmentOf(env);
  const begun = read();
  /** As people wrote it; `config` has some of it worked out, such as the number of threads. */
  const started = merged(begun.problem === null ? begun.values : {});
  const inForce: Record<string, unknown> = { ...started };
  const fileAtStart = new Set(Object.keys(begun.values));
  const demonstration = resolve(String(started['data'])) !== config.data;

  /** The file with the environment over it, and defaults. What is wrong with the file is said elsewhere. */
  function merged(values: Values): Record<string, unknown> {
    const known = Object.fromEntries(Object.entries(values).filter(([key]) => key in ConfigSchema.properties));
    try {
      return validate(ConfigSchema, { ...known, ...fromEnvironment }, path);
    } catch {
      return validate(ConfigSchema, fromEnvironment, 'environment');
    }
  }

  function read(): { text: string; values: Values; revision: string; problem: string | null } {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      const problem = isAbsent ? null : `${path} cannot be read (${messageOf(error)}): correct its rights.`;
      return { text: '', values: {}, revision: NONE, problem };
    }
    const revision = createHash('sha256').update(text).digest('hex').slice(0, 32);
    try {
      const values = readJson(path);
      return { text, values, revision, problem: problemOf(values) };
    } catch (error) {
      return { text, values: {}, revision, problem: messageOf(error) };
    }
  }

  function problemOf(values: Values): string | null {
    try {
      check({ ...values, ...fromEnvironment });
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  function check(values: Values): void {
    const { cameras, actions } = validate(ConfigSchema, values, path);
    checkCameras(cameras);
    fixedActions(actions);
  }

  function lockOf(key: Key): string | null {
    if (key in fromEnvironment) return ENVIRONMENT[key];
    return key === 'data' && demonstration ? '--demo' : null;
  }

  function stateOf(key: Key, values: Values): SettingState {
    const { secret = false, group = null, takesEffect = 'restart', ...schema } = keywordsOf(key);
    const lockedBy = lockOf(key);
    const now = key === 'data' && demonstration ? config.data : inForce[key];
    const waits = lockedBy === null && !same(merged(values)[key], inForce[key]);
    return {
      key,
      schema,
      group,
      takesEffect,
      environment: ENVIRONMENT[key],
      secret,
      isSet: now !== undefined,
      value: secret ? null : (now ?? null),
      source: sourceOf(key, lockedBy),
      lockedBy,
      inFile: secret ? null : (values[key] ?? null),
      waits,
    };
  }

  function sourceOf(key: Key, lockedBy: string | null): SettingState['source'] {
    if (lockedBy !== null) return lockedBy.startsWith('-') ? 'command line' : 'environment';
    return fileAtStart.has(key) ? 'file' : 'default';
  }

  function state(): SettingsState {
    const { values, revision, problem } = read();
    return {
      file: { path, exists: revision !== NONE, revision, writable: whyNot(path) === null, problem },
      settings: KEYS.map((key) => stateOf(key, values)),
      cameras: lengthOf(values['cameras']),
      models: lengthOf(values['models']),
      unknownKeys: Object.keys(values).filter((key) => !(key in ConfigSchema.properties)),
      demonstration,
    };
  }

  return {
    state,
    // In one turn of the event loop, so that two who save at once cannot both go by the same revision.
    async change(wanted, ifRevision) {
      const { text, values, revision } = read();
      if (revision !== ifRevision) {
        const message = `${path} was changed meanwhile: look at it as it is now, then change it again.`;
        throw new KithError('conflict', message, { more: { revision } });
      }
      if (revision !== NONE) readJson(path);
      for (const key of Object.keys(wanted)) mayChange(key);
      const next: Record<string, unknown> = { ...values };
      for (const [key, value] of Object.entries(wanted)) {
        if (value === null) delete next[key];
        else next[key] = value;
      }
      const known = Object.fromEntries(Object.entries(next).filter(([key]) => key in ConfigSchema.properties));
      check({ ...known, ...fromEnvironment });
      write(path, asText(next, text));
      const live: Record<string, unknown> = {};
      const after = merged(next);
      for (const key of KEYS) {
        if (keywordsOf(key).takesEffect !== 'now' || lockOf(key) !== null) continue;
        if (!same(after[key], inForce[key])) live[key] = inForce[key] = after[key];
        if (key in next) fileAtStart.add(key);
        else fileAtStart.delete(key);
      }
      if (Object.keys(live).length > 0) onChange?.(live);
      return state();
    },
  };

  /** Throws KithError `invalid`. */
  function mayChange(key: string): void {
    const elsewhere = ELSEWHERE[key];
    if (elsewhere !== undefined) throw new KithError('invalid', `${elsewhere}: "${key}" cannot be set here.`);
    // Says which one was meant.
    if (!(key in ENVIRONMENT)) check({ [key]: null });
    if (keywordsOf(key as Key).secret) {
      const message = `"${key}" is secret: set it with ${ENVIRONMENT[key as Key]} or in ${path}, and start Kith again.`;
      throw new KithError('invalid', message);
    }
    const lock = lockOf(key as Key);
    if (lock === null) return;
    const what = lock.startsWith('-') ? 'the command line' : 'the environment variable';
    throw new KithError('invalid', `"${key}" is set by ${what} ${lock}: change it there, or take it away there first.`);
  }
}

function keywordsOf(key: Key): SettingKeywords & Record<string, unknown> {
  // Symbols and hidden properties of the schema are left out.
  return JSON.parse(JSON.stringify(ConfigSchema.properties[key])) as SettingKeywords & Record<string, unknown>;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** As the file was indented. */
function asText(values: Values, before: string): string {
  const indent = /^[^\S\r\n]+(?=")/m.exec(before)?.[0] ?? '  ';
  return `${JSON.stringify(values, null, indent)}\n`;
}

/** Why the file cannot be written; null where it can. */
function whyNot(path: string): string | null {
  const folder = dirname(existsSync(path) ? realpathSync(path) : path);
  try {
    // It is replaced, not written into: the folder counts. A file that is not to be written is left alone all the same.
    accessSync(folder, constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.W_OK);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whole or not at all, also when the power fails. KithError `unavailable`. */
function write(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const folder = dirname(target);
  const temporary = join(folder, `.kith.json.${randomUUID()}`);
  try {
    const refused = whyNot(path);
    if (refused !== null) throw new Error(refused);
    // It may hold secrets.
    const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o600;
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
    syncFolder(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    const isMount = error instanceof Error && 'code' in error && error.code === 'EBUSY';
    const what = isMount
      ? 'a container has it as a single file: give it the folder instead, or change the file outside'
      : 'give Kith the right to write it and its folder, or change it by hand';
    throw new KithError('unavailable', `${path} cannot be written (${messageOf(error)}): ${what}.`, { cause: error });
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
