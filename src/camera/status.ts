// What a camera tells about itself: state with the reason, and counts since it was started.

export type CameraState = 'connecting' | 'running' | 'retrying' | 'ended';

export interface CameraCounts {
  /** Frames that came out of the source at the wanted rate. */
  readonly frames: number;
  /** Searched for faces; the others were still, or came too late. */
  readonly analysed: number;
  readonly still: number;
  /** Replaced by a newer one while the search was busy. */
  readonly dropped: number;
  readonly faces: number;
  /** Confirmed tracks. */
  readonly tracks: number;
  readonly shots: number;
  readonly delivered: number;
  readonly refused: number;
  /** Shots on disk that the back end has not acknowledged. */
  readonly waiting: number;
  /** Shots given up: the spool was full or the disk failed. */
  readonly lost: number;
}

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
