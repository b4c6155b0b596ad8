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

/** All of a list, page by page. */
export async function* everyPage<T>(list: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
  let cursor: string | null = null;
  do {
    const { items, next }: Page<T> = await list({ limit: 500, ...(cursor !== null && { cursor }) });
    yield items;
    cursor = next;
  } while (cursor !== null);
}

/** The same in one piece, for lists that fit into memory. */
export async function everything<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const items of everyPage(list)) all.push(...items);
  return all;
}

export interface DetectionFilter {
  readonly state?: DetectionState;
  readonly personId?: string;
  readonly cameraId?: string;
  /** At one of these cameras; none of them: nothing is found. */
  readonly cameraIds?: readonly string[];
  readonly trackId?: string;
  readonly kind?: PersonKind;
  readonly decision?: Decision;
  readonly decidedBy?: 'system' | 'human';
  readonly qualityAtLeast?: number;
  readonly visitId?: string;
  /** Capture time, inclusive. */
  readonly from?: number;
  /** Capture time, exclusive. */
  readonly to?: number;
}

/** What is said of a visit beyond person, camera and time is said of its best shot. */
export interface VisitFilter {
  readonly personId?: string;
  readonly kind?: PersonKind;
  readonly cameraId?: string;
  /** At one of these cameras; none of them: nothing is found. */
  readonly cameraIds?: readonly string[];
  readonly decision?: Decision;
  readonly decidedBy?: 'system' | 'human';
  readonly qualityAtLeast?: number;
  /** Visits that overlap the time from `from` (inclusive) to `to` (exclusive). */
  readonly from?: number;
  readonly to?: number;
}

/** The log as people read it: visits, and what nobody could be told of, in one line of time. */
export interface TimelineFilter extends Omit<VisitFilter, 'kind'> {
  readonly kind?: PersonKind | 'undecided';
}
