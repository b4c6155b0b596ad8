// The entries that the list shows: pages loaded from the API, and above them what has come since. New ones come in at once while one
// is at the top; further down they wait, so that nothing jumps.

import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useEvent } from '../../api/events.ts';
import { entryKey } from '../../parts/visit-entry.ts';
import type { LogQuery } from './filter.ts';

type Entry = Schemas['LogEntry'];
interface Page {
  readonly items: readonly Entry[];
  readonly next: string | null;
}

/** The first page is there soon; then larger ones, because after a correction all that was loaded is read again, page by page. */
const FIRST = 100;
const PAGE = 500;
const HEAD = 50;

export function useEntries(query: LogQuery, isAtTop: boolean) {
  const list = useInfiniteQuery({
    queryKey: ['log', query],
    queryFn: ({ pageParam, signal }): Promise<Page> =>
      readPage(query, pageParam === null ? FIRST : PAGE, signal, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });
  // After a correction everything that was loaded is read again, which takes a while far down: what was changed is shown at once.
  const cache = useQueryClient();
  useEvent('detection', (now) => {
    cache.setQueryData<InfiniteData<Page, string | null>>(
      ['log', query],
      (before) => before && withChange(before, now),
    );
  });
  const first = list.data?.pages[0];
  const head = useQuery({
    // Read again with every event.
    queryKey: ['visits', 'head', query],
    queryFn: ({ signal }) => readPage(query, HEAD, signal),
    enabled: first !== undefined,
  });
  const [accepted, setAccepted] = useState<{ readonly head: Page; readonly over: Page | undefined } | null>(null);
  const isStanding = accepted !== null && accepted.over === first;
  if (head.data && (isStanding ? isAtTop && accepted.head !== head.data : true)) {
    setAccepted({ head: head.data, over: first });
  }

  const older = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const entries = useMemo(() => (isStanding ? onTop(accepted.head, older) : older), [isStanding, accepted, older]);
  const shown = useMemo(() => new Set(entries.map(entryKey)), [entries]);
  const news = (head.data?.items ?? []).filter((entry) => !shown.has(entryKey(entry)) && isNewer(entry, entries[0]));
  return {
    list,
    entries,
    /** How many wait above. */
    waiting: isAtTop || first === undefined ? 0 : news.length,
    accept: () => {
      if (!head.data) return;
      // More came than the head holds: what lies between is read anew.
      if (!joins(head.data, older)) void list.refetch();
      setAccepted({ head: head.data, over: first });
    },
  };
}

function readPage(query: LogQuery, limit: number, signal: AbortSignal, cursor: string | null = null): Promise<Page> {
  const asked = { ...query, limit, ...(cursor !== null && { cursor }) };
  return dataOf(api.GET('/api/v1/log', { params: { query: asked }, signal }));
}

/** What the best shot of a visit says is what the visit says. Pages without it stay the same objects; undefined: none has it. */
function withChange(
  all: InfiniteData<Page, string | null>,
  { id, visit, person, decision, decidedBy, distance, candidates }: Schemas['Detection'],
): InfiniteData<Page, string | null> | undefined {
  const isMeant = (entry: Entry): boolean => entry.bestDetection === id && entry.visit === visit;
  if (!all.pages.some(({ items }) => items.some(isMeant))) return undefined;
  const change = { person, decision, decidedBy, distance, candidates };
  const pages = all.pages.map((page) =>
    page.items.some(isMeant)
      ? { ...page, items: page.items.map((entry) => (isMeant(entry) ? { ...entry, ...change } : entry)) }
      : page,
  );
  return { ...all, pages };
}

/** As far as the head reaches, it is right: what is not in it has gone. */
function onTop(head: Page, older: readonly Entry[]): readonly Entry[] {
  if (head.next === null) return head.items;
  const last = head.items.at(-1);
  if (!last) return older;
  const keys = new Set(head.items.map(entryKey));
  return [...head.items, ...older.filter((entry) => entry.lastAt <= last.lastAt && !keys.has(entryKey(entry)))];
}

function joins(head: Page, older: readonly Entry[]): boolean {
  const [last, first] = [head.items.at(-1), older[0]];
  return head.next === null || !last || !first || last.lastAt <= first.lastAt;
}

function isNewer(entry: Entry, first: Entry | undefined): boolean {
  return !first || entry.lastAt >= first.lastAt;
}
