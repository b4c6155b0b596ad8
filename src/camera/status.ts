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
