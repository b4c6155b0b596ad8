// The order of the strangers' queue, and how much of the log each explains. It needs all of them at once, so they are counted once
// and kept for a moment.

import { KithError } from '../errors.ts';
import type { Page, PageRequest } from '../queries.ts';
import type { Store } from '../store-port.ts';
import type { StrangerCount } from '../stranger-port.ts';
import type { TotalsJson } from './stranger-schemas.ts';

/** New sightings may be missing for so long; whoever was named, merged or ignored is never shown again. */
const KEEP_MS = 2000;
const MOST_KEPT = 8;
/** "12 strangers explain 80 % of all unknown sightings." */
const MOST = 0.8;

export type StrangerOrder = 'largest' | 'recent';

export interface StrangerList {
  readonly all: readonly StrangerCount[];
  readonly waiting: readonly StrangerCount[];
  readonly totals: TotalsJson;
}

export interface StrangerQueue {
  /** At these cameras; null: all. */
  list(cameras: readonly string[] | null): Promise<StrangerList>;
}

interface Kept {
  readonly at: number;
  readonly seq: number;
  readonly list: Promise<StrangerList>;
}

export function createStrangerQueue(
  { strangers, changes }: Pick<Store, 'strangers' | 'changes'>,
  clock: () => number,
): StrangerQueue {
  const kept = new Map<string, Kept>();

  async function isFresh({ at, seq }: Kept): Promise<boolean> {
    return clock() - at < KEEP_MS && (await changes.since(seq, 1, 'gallery')).length === 0;
  }

  async function count(cameras: readonly string[] | null): Promise<StrangerList> {
    const all = await strangers.counts(cameras, clock());
    const waiting = all.filter(({ ignored }) => !ignored);
    const { ambiguous, unidentified } = await strangers.openCounts(cameras);
    const totals = {
      strangers: waiting.length,
      sightings: sumOf(waiting),
      most: mostOf(waiting),
      ignored: all.length - waiting.length,
      undecided: ambiguous,
      unidentified,
    };
    return { all, waiting, totals };
  }

  return {
    async list(cameras) {
      const key = JSON.stringify(cameras);
      const before = kept.get(key);
      if (before && (await isFresh(before))) return before.list;
      const seq = await changes.last();
      if (kept.size >= MOST_KEPT) kept.clear();
      const list = count(cameras);
      kept.set(key, { at: clock(), seq, list });
      list.catch(() => kept.delete(key));
      return list;
    },
  };
}

export function sumOf(strangers: readonly StrangerCount[]): number {
  return strangers.reduce((sum, { sightings }) => sum + sightings, 0);
}

/** The fewest who have at least `MOST` of the sightings. */
function mostOf(strangers: readonly StrangerCount[]): TotalsJson['most'] {
  const total = sumOf(strangers);
  const largest = Float64Array.from(strangers, ({ sightings }) => sightings)
    .toSorted()
    .toReversed();
  let sum = 0;
  let count = 0;
  for (const sightings of largest) {
    if (sum >= MOST * total) break;
    sum += sightings;
    count++;
  }
  return { strangers: count, share: total === 0 ? 0 : sum / total };
}

const ORDERS: Readonly<Record<StrangerOrder, (a: StrangerCount, b: StrangerCount) => number>> = {
  largest: (a, b) => b.weight - a.weight || b.lastAt - a.lastAt,
  recent: (a, b) => b.lastAt - a.lastAt,
};

/** A page of them in this order. The cursor is the last one and her place: whoever was named meanwhile moves nobody else out. */
export function pageOf(
  strangers: readonly StrangerCount[],
  order: StrangerOrder,
  page: PageRequest,
): Page<StrangerCount> {
  const inOrder = (a: StrangerCount, b: StrangerCount): number => ORDERS[order](a, b) || (a.id < b.id ? -1 : 1);
  const rest = page.cursor === undefined ? strangers : strangersAfter(strangers, inOrder, page.cursor);
  const items = firstOf(rest, inOrder, page.limit);
  const last = items.at(-1);
  const place = strangers.length - rest.length + items.length;
  return { items, next: last && items.length < rest.length ? `${place}.${last.id}` : null };
}

type InOrder = (a: StrangerCount, b: StrangerCount) => number;

/** In no order. */
function strangersAfter(strangers: readonly StrangerCount[], inOrder: InOrder, cursor: string) {
  const [, place, id] = /^(\d{1,9})\.(.+)$/.exec(cursor) ?? [];
  if (place === undefined)
    throw new KithError('invalid', 'The cursor is malformed: pass back exactly what "next" said.');
  const last = strangers.find((stranger) => stranger.id === id);
  if (last) return strangers.filter((stranger) => stranger !== last && inOrder(last, stranger) < 0);
  // Gone: everybody behind her has moved up by one.
  return strangers.toSorted(inOrder).slice(Math.max(0, Number(place) - 1));
}

/** A page of ten thousand is found without putting them all in order. */
function firstOf(strangers: readonly StrangerCount[], inOrder: InOrder, count: number): readonly StrangerCount[] {
  const first: StrangerCount[] = [];
  for (const stranger of strangers) {
    const last = first.at(-1);
    if (last && first.length === count && inOrder(last, stranger) < 0) continue;
    const before = first.findLastIndex((other) => inOrder(other, stranger) < 0);
    first.splice(before + 1, 0, stranger);
    if (first.length > count) first.pop();
  }
  return first;
}
