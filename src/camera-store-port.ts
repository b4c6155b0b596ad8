// What the store keeps of cameras: the settings of their programs, who holds a camera's place, state and figures.

import type { CameraCounts, CameraDay, CameraReport, CameraState } from './camera-port.ts';
import type { KeptSettings } from './camera-settings.ts';
import type { Camera } from './domain.ts';

/** Who has said nothing for so long is offline, and her place is free for another program. */
export const SILENT_MS = 30_000;

export interface KeptCamera extends Camera {
  /** Grows with every change of the kept settings; 0: there never were any. */
  readonly version: number;
  /** `kith start` runs its program; else a program elsewhere does. */
  readonly runsHere: boolean;
  /** As they were given, with credentials; null: its program brings its own. */
  readonly settings: KeptSettings | null;
  /** It is set in the kith.json of a `kith start`, with these settings; credentials are masked. */
  readonly fixed: { readonly by: string; readonly settings: object } | null;
  /** What was last said of its state; null: nothing ever. */
  readonly said: {
    readonly state: CameraState;
    readonly reason: string | null;
    readonly since: number;
    readonly at: number;
    /** How often its supervisor has started it again. */
    readonly restarts: number;
  } | null;
  /** The last report of a program. */
  readonly report: {
    readonly at: number;
    readonly source: string;
    readonly settingsVersion: number | null;
    readonly memoryMegabytes: number;
    readonly counts: CameraCounts;
  } | null;
}

export interface CameraChange {
  /** Left out: kept as they are; null: removed. */
  readonly settings?: KeptSettings | null;
  readonly runsHere?: boolean;
}

/** What a supervisor says of a camera while no program of it does. */
export interface Supervised {
  readonly state: CameraState;
  readonly reason: string | null;
  readonly restarts: number;
}

/** Of one camera, one program at a time is heard: it holds the camera's place as long as it is connected, or has said something
 * within `SILENT_MS`. Only changes of name, settings and state are in the change log. */
export interface CameraStore {
  /** Makes it or changes it; keys of an earlier camera of this id are gone then. KithError `conflict` for settings of a camera that is fixed. */
  put(id: string, name: string, change?: CameraChange): Promise<KeptCamera>;
  get(id: string): Promise<KeptCamera | null>;
  list(): Promise<readonly KeptCamera[]>;
  /** With its days; its detections stay. KithError `conflict` while it is fixed and runs. */
  remove(id: string, at?: number): Promise<void>;
  /** These cameras are the ones that stand in the kith.json of `by`, and their programs are about to start: their places are free. Those
   * of it that did before are not fixed any more. */
  fix(
    by: string,
    cameras: readonly { readonly id: string; readonly name: string; readonly settings: object }[],
  ): Promise<void>;
  /** A program takes the place of the camera. KithError `not_found`, `conflict` when another one holds it. */
  claim(id: string, program: string, at: number): Promise<KeptCamera>;
  /** It has gone. */
  leave(id: string, program: string): Promise<void>;
  /** For the one process that is on a data folder, when it starts: no program is connected yet, so whoever holds a place was connected
   * to a process that is gone. Else cameras would wait `SILENT_MS` after a crash. */
  freeAll(): Promise<void>;
  /** KithError as `claim`. Days that are far from `at` are passed over: that clock is wrong. */
  report(id: string, report: CameraReport, at: number): Promise<KeptCamera>;
  /** False where it is not written down, because a program that is there says itself how it is. */
  say(id: string, said: Supervised, at: number): Promise<boolean>;
  /** Those that were silent for too long become `offline`. */
  sweep(at: number): Promise<void>;
  /** Sums over the programs, newest day first; both ends (YYYY-MM-DD) are in it. */
  days(id: string, range: { readonly from?: string; readonly to?: string }): Promise<readonly CameraDay[]>;
}
