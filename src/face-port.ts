// The face engine as the rest of Kith sees it: what it is asked, and what it answers.

import type { Box, Face, Point, Raster } from './domain.ts';
import type { EmbedderInfo } from './model-port.ts';

/** Where a detector takes something for a face. */
export interface FaceCandidate {
  readonly box: Box;
  readonly score: number;
  /** Right eye, left eye where the detector tells them: the head's turn. */
  readonly eyes: readonly [Point, Point] | null;
  /** Large enough for the detector to be trusted more. */
  readonly large?: boolean;
}

export interface AnalyseOptions {
  /** `near`: faces from about 1/12 of the picture's side. `far`: also small ones, by tiles, down to 24 px. `auto`: near first,
   * far only where that is worth it (the default). `shot`: the picture is a crop around one face, and when the
   * detector finds none the answer is an empty list. `quick`: a single look of the near detector. */
  readonly search?: 'near' | 'auto' | 'far' | 'shot' | 'quick';
  /** Only where faces may be, unmeasured: `Analysis.candidates`. With `known` they are measured in a better picture. */
  readonly candidatesOnly?: boolean;
  /** No search: these may be faces (pixels of this picture). Answers those that are. */
  readonly known?: readonly FaceCandidate[];
  /** Look only here (pixels of the upright picture). */
  readonly region?: Box;
  readonly maxFaces?: number;
  readonly minFacePx?: number;
  readonly minScore?: number;
  /** Where the face is when none is found: the camera's box, or the middle of a shot or of a photo of one person. */
  readonly fallback?: Box | 'middle';
  readonly mesh?: boolean;
  readonly chip?: boolean;
  readonly template?: boolean;
}

export interface Analysis {
  /** Of the upright picture; the boxes are in its pixels even where a huge picture was reduced for the search. */
  readonly width: number;
  readonly height: number;
  /** Best first (score × size). */
  readonly faces: readonly Face[];
  /** Present where only they were asked for. */
  readonly candidates?: readonly FaceCandidate[];
}

/** Picture in, faces out, on threads of its own. */
export interface FaceEngine {
  readonly embedder: EmbedderInfo;
  readonly threads: number;
  /** A raster's bytes are handed over (transferred) unless they are a SharedArrayBuffer's. Bytes that are no picture
   * give a KithError `invalid`. */
  analyse(picture: Uint8Array | Raster, options?: AnalyseOptions, signal?: AbortSignal): Promise<Analysis>;
  close(): Promise<void>;
}
