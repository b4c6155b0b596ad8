// A camera looked at on somebody's wish, beside its program: tried for a moment, or examined by the doctor. What comes out, and how the
// child process that does it and its parent talk.

import type { Advice } from './camera-advice.ts';
import type { Examination } from './camera-examination.ts';
import type { Finding } from './camera-findings.ts';
import type { CameraSettings } from './camera-settings.ts';
import type { ErrorCode } from './errors.ts';

/** A set of pictures that an ONVIF device offers. */
export interface OfferedProfile {
  /** What is written behind the host of an onvif address. */
  readonly token: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** 0: not said. */
  readonly fps: number;
}

export interface Probed {
  /** Address without credentials. */
  readonly source: string;
  /** Of the full picture. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number | null;
  /** FFmpeg's name of it. */
  readonly codec: string | null;
  /** Of an ONVIF device; empty for others. */
  readonly profiles: readonly OfferedProfile[];
  readonly jpeg: Uint8Array;
}

export interface Diagnosis {
  readonly advice: Advice;
  readonly findings: readonly Finding[];
  readonly examination: Examination;
  /** One picture of the camera, faces hidden unless they were asked for. */
  readonly jpeg: Uint8Array | null;
}

export interface UsbCamera {
  /** For "source". */
  readonly address: string;
  readonly name: string;
}

export type TrialTask =
  | { readonly kind: 'probe'; readonly camera: CameraSettings }
  | {
      readonly kind: 'examine';
      readonly camera: CameraSettings;
      readonly seconds: number;
      readonly showFaces: boolean;
      /** For pictures that come from the back end itself (a kiosk page's). */
      readonly connection: { readonly server: string; readonly key: string } | null;
      readonly data: string;
    };

/** Parent to child. */
export type TrialWord = { readonly kind: 'begin'; readonly task: TrialTask } | { readonly kind: 'stop' };

/** Child to parent. */
export type TrialAnswer =
  | { readonly kind: 'memory'; readonly megabytes: number }
  | { readonly kind: 'progress'; readonly watched: number; readonly faces: number }
  | { readonly kind: 'probed'; readonly result: Probed }
  | { readonly kind: 'examined'; readonly result: Diagnosis }
  | { readonly kind: 'failed'; readonly code: ErrorCode | null; readonly message: string };
