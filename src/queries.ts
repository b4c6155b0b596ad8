// What the lists of the store are asked, and how they answer.

import type { Decision, DetectionState, PersonKind } from './domain.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

export interface PageRequest {
  /** 1..500 */
  readonly limit: number;
  readonly cursor?: string;
}

export interface DetectionFilter {
  readonly state?: DetectionState;
  readonly personId?: string;
  readonly cameraId?: string;
  readonly trackId?: string;
  readonly kind?: PersonKind;
  readonly decision?: Decision;
  readonly visitId?: string;
  /** Capture time, inclusive. */
  readonly from?: number;
  /** Capture time, exclusive. */
  readonly to?: number;
}
