// What a camera tells about itself: state with the reason, and counts since it was started.

import type { CameraCounts, CameraState } from '../camera-port.ts';

export interface CameraStatus extends CameraCounts {
  readonly state: CameraState;
  /** Why it is not running, in words. */
  readonly reason: string | null;
}

/** The counts that the camera itself keeps; mutable on purpose, one object per camera. */
export type Tally = { -readonly [K in Exclude<keyof CameraCounts, 'delivered' | 'refused' | 'waiting'>]: number };

export function emptyTally(): Tally {
  return { frames: 0, analysed: 0, still: 0, dropped: 0, faces: 0, tracks: 0, shots: 0, lost: 0 };
}

/** What a camera program tells the process that started it, once a second. */
export interface CameraAlive {
  readonly kind: 'alive';
  /** When the last frame arrived; null before the first one. */
  readonly framesAt: number | null;
  /** No frames are no fault now: a recorder that tells of events only, a recording, or a source that is away. */
  readonly quiet: boolean;
  readonly memoryMegabytes: number;
  /** It is to be started again when it takes more; null while it has no settings. */
  readonly memoryLimitMegabytes: number | null;
  readonly status: CameraStatus;
}
