// The log as people read it, as the rest of Kith sees it: one line of time, and how much there is on each day.

import type { Undecided, Visit } from './domain.ts';
import type { Page, PageRequest, TimelineFilter } from './queries.ts';

/** A day in somebody's time zone: `from` inclusive, `to` exclusive. */
export interface DaySpan {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly from: number;
  readonly to: number;
}

export interface DayCount {
  readonly day: string;
  /** Visits that ended on that day. */
  readonly known: number;
  readonly unknown: number;
  /** Tracks of which nobody could be told. */
  readonly undecided: number;
}

export interface TimelineStore {
  /** Visits and undecided tracks, the latest first. A page may be shorter than asked for, and empty, although `next` says that there
   * is more. */
  list(filter: TimelineFilter, page: PageRequest): Promise<Page<Visit | Undecided>>;
  /** One for each day, in their order. */
  days(
    spans: readonly DaySpan[],
    filter: { readonly personId?: string; readonly cameraIds?: readonly string[] },
  ): Promise<readonly DayCount[]>;
}
