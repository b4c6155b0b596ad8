// What `kith doctor camera` found out about a camera: facts, without a judgement (camera-advice.ts) or words.

import type { Derived } from './camera-figures.ts';
import type { CameraDay } from './camera-port.ts';
import type { CameraSettings } from './camera-settings.ts';
import type { Box, Raster } from './domain.ts';

export interface Examination {
  /** Address without credentials. */
  readonly source: string;
  readonly startedAt: number;
  /** How long it was watched, from the first picture. */
  readonly seconds: number;
  /** Why that is shorter than wished: the recording has ended, or somebody has stopped it. */
  readonly cutShort: 'ended' | 'stopped' | null;
  readonly settings: Pick<CameraSettings, 'profile' | 'rate' | 'search' | 'lookPx' | 'tiles'>;
  readonly stream: StreamFacts;
  readonly light: LightFacts | null;
  readonly faces: FaceFacts;
  /** Faces that were seen too briefly or too unclearly to be followed. */
  readonly glimpses: number;
  /** A closer look at some of the pictures, when the usual one saw nobody. */
  readonly closer: { readonly pictures: number; readonly faces: number; readonly medianPx: number | null } | null;
  /** The figures that the API has of every day. */
  readonly day: CameraDay;
  readonly derived: Derived;
}

export interface StreamFacts {
  readonly kind: 'network' | 'playlist' | 'device' | 'recording' | 'photos';
  readonly frames: number;
  /** Frames a second that really came; null for photos and for less than two frames. */
  readonly frameRate: number | null;
  /** What the stream says of itself. */
  readonly nominalRate: number | null;
  /** Replaced by a newer frame while the search was busy. */
  readonly dropped: number;
  /** Live sources only: longest time between two frames, and the share that came right behind another, as in a burst. */
  readonly longestGapMs: number | null;
  readonly burstShare: number | null;
  /** Why the stream broke, each time. */
  readonly breaks: readonly string[];
  /** Pictures that could not be read. */
  readonly problems: readonly string[];
}

/** Luminance of the picture, 0 (black) to 255. */
export interface LightFacts {
  readonly mean: number;
  /** Shares of the picture without any drawing in them: black, or burnt out. */
  readonly black: number;
  readonly white: number;
  /** Between the darkest and the brightest 5 %: a covered lens shows an even surface. */
  readonly spread: number;
}

/** Medians and counts; the faces are those of the figures. Pixels are those of the full picture, degrees as in Pose. */
export interface FaceFacts {
  readonly pitch: number | null;
  readonly yaw: number | null;
  /** Shares of faces that look more than 25° to the left and to the right edge of the picture. */
  readonly toLeft: number;
  readonly toRight: number;
  /** Mean luminance of the faces. */
  readonly luminance: number | null;
  /** Of the faces that cannot be used, by what is to blame. */
  readonly turned: {
    readonly up: number;
    readonly down: number;
    readonly left: number;
    readonly right: number;
    /** Of the worse angle. */
    readonly degrees: number | null;
  };
  readonly small: { readonly px: number | null; readonly neededPx: number | null };
  /** Moved on while they were blurred; or did not. */
  readonly blurred: { readonly moving: number; readonly still: number };
  readonly lit: { readonly dark: number; readonly backlit: number; readonly bright: number; readonly uneven: number };
  readonly covered: { readonly atEdge: number; readonly inside: number };
  /** Places where a face is nearly all the time. */
  readonly fixed: readonly FixedFace[];
}

export interface FixedFace {
  /** Shares of width and height of the picture. */
  readonly box: Box;
  readonly seconds: number;
  readonly faces: number;
  readonly usable: number;
  /** Does not even move as somebody does who sits still. */
  readonly unmoving: boolean;
}

/** One picture of the camera, and where faces are in it (its pixels), doubtful ones too: they are to be hidden. */
export interface View {
  readonly picture: Raster;
  readonly faces: readonly Box[];
}
