// What the pages "Settings" and "System" need from outside the server: made in the root, see settings-file.ts, system-facts.ts and
// backups.ts there.

import type { SettingGroup } from '../config.ts';
import type { LoggedLine, LogQuestion } from '../log-ring.ts';

// ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────

export interface SettingState {
  readonly key: string;
  /** JSON schema: title, description, default, limits. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly group: SettingGroup | null;
  readonly takesEffect: 'now' | 'restart';
  /** The variable that sets it. */
  readonly environment: string;
  readonly secret: boolean;
  readonly isSet: boolean;
  /** In force; null where it is not set, and for secrets. */
  readonly value: unknown;
  readonly source: 'default' | 'file' | 'environment' | 'command line';
  /** What sets it outside of the file: it cannot be changed here. */
  readonly lockedBy: string | null;
  /** What stands in the file; null where nothing does, and for secrets. */
  readonly inFile: unknown;
  /** The file holds something else than what is in force. */
  readonly waits: boolean;
}

export interface SettingsState {
  readonly file: {
    readonly path: string;
    readonly exists: boolean;
    /** Changes with each change of the file. */
    readonly revision: string;
    readonly writable: boolean;
    /** Why Kith would not start with it as it is; null where it would. */
    readonly problem: string | null;
  };
  readonly settings: readonly SettingState[];
  /** How many of them stand in the file. */
  readonly cameras: number;
  readonly models: number;
  /** Keys of the file that this Kith does not know. */
  readonly unknownKeys: readonly string[];
  /** The demonstration runs; it does not any more once there is a file. */
  readonly demonstration: boolean;
}

export interface SettingsPort {
  state(): SettingsState;
  /** Null takes a key out of the file. KithError `invalid` for what does not fit or is set elsewhere, `conflict` when the file has
   * another revision by now, `unavailable` when it cannot be written. */
  change(values: Readonly<Record<string, unknown>>, ifRevision: string): Promise<SettingsState>;
}

// ── The log ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface LogPort {
  /** The newest that match, oldest first. */
  read(question: LogQuestion): { readonly lines: readonly LoggedLine[]; readonly parts: readonly string[] };
  /** Names this run of the program: `seq` begins anew with it. */
  readonly run: string;
}

// ── The process and its machine ─────────────────────────────────────────────────────────────────────────────────

export interface WorkerFacts {
  readonly name: string;
  readonly threads: number;
  readonly inFlight: number;
  readonly classified: number;
  readonly rejected: number;
  readonly failed: number;
  readonly retried: number;
}

export interface MachineFacts {
  readonly startedAt: number;
  readonly node: string;
  readonly platform: string;
  readonly hostname: string;
  readonly pid: number;
  readonly cores: number;
  /** Cores' worth since it was last asked: 1 is one core fully used; null at first. */
  readonly cpu: number | null;
  readonly memoryBytes: number;
  readonly machineMemoryBytes: number;
  readonly machineFreeBytes: number;
}

export interface StorageFacts {
  readonly folder: string;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  readonly databaseBytes: number | null;
  /** Null while they are counted for the first time. */
  readonly pictures: { readonly count: number; readonly bytes: number; readonly countedAt: number } | null;
}

export interface SystemPort {
  machine(): MachineFacts;
  storage(): Promise<StorageFacts>;
  /** Null where another process works. */
  worker(): WorkerFacts | null;
}
