// What of the log is shown, as it stands in the address and as the API is asked.

import { dayKey } from '../../parts/when.tsx';

export interface LogFilter {
  readonly person?: string;
  readonly kind?: 'known' | 'unknown' | 'undecided';
  readonly cameras: readonly string[];
  /** Days in the browser's time zone, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly decision?: Decision;
  readonly quality?: number;
  readonly by?: 'human' | 'system';
}

const KINDS = ['known', 'unknown', 'undecided'] as const;
export const DECISIONS = ['known', 'unknown', 'new', 'ambiguous', 'unidentified'] as const;
export type Decision = (typeof DECISIONS)[number];
const BY = ['human', 'system'] as const;

export type Search = Readonly<Record<string, string | undefined>>;

/** What makes no sense in the address is as if it were not there. */
export function filterOf(search: Search): LogFilter {
  const quality = Number(search['quality']);
  const kind = oneOf(KINDS, search['kind']);
  const decision = oneOf(DECISIONS, search['decision']);
  const by = oneOf(BY, search['by']);
  const [from, to] = [dayOf(search['from']), dayOf(search['to'])];
  return {
    ...(search['person'] && { person: search['person'] }),
    ...(kind && { kind }),
    cameras: search['camera']?.split(',').filter(Boolean) ?? [],
    ...(from && { from }),
    ...(to && { to }),
    ...(decision && { decision }),
    ...(quality > 0 && quality <= 1 && { quality }),
    ...(by && { by }),
  };
}

export function searchOf(filter: LogFilter): Search {
  return {
    person: filter.person,
    kind: filter.kind,
    camera: filter.cameras.length > 0 ? filter.cameras.join(',') : undefined,
    from: filter.from,
    to: filter.to,
    decision: filter.decision,
    quality: filter.quality === undefined ? undefined : String(filter.quality),
    by: filter.by,
  };
}

export function isFiltered(filter: LogFilter): boolean {
  return Object.values(searchOf(filter)).some((value) => value !== undefined);
}

export function queryOf(filter: LogFilter) {
  const { person, kind, cameras, from, to, decision, quality, by } = filter;
  return {
    ...(person && { person }),
    ...(kind && { kind }),
    ...(cameras.length > 0 && { camera: [...cameras] }),
    ...(from && { from: midnight(from, 0) }),
    ...(to && { to: midnight(to, 1) }),
    ...(decision && { decision }),
    ...(quality !== undefined && { quality }),
    ...(by && { decidedBy: by }),
  };
}
export type LogQuery = ReturnType<typeof queryOf>;

/** The beginning of a day, or of one after it. */
function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

export function today(daysAgo = 0): string {
  const date = new Date();
  date.setDate(date.getDate() - daysAgo);
  return dayKey(date);
}

function dayOf(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function oneOf<const T extends string>(all: readonly T[], text: string | undefined): T | undefined {
  return all.find((one) => one === text);
}
