// The queue of strangers as this screen walks through it: whoever stands in it keeps her place while others come and go, and the one
// who is looked at is never moved by what happens.

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { api, ApiError, dataOf, type Schemas } from '../../api/client.ts';

export type Stranger = Schemas['Stranger'];

export interface QueueFilter {
  readonly sort: 'largest' | 'recent';
  readonly camera: string | undefined;
  readonly ignored: boolean;
}

const PAGE = 24;
/** So many before the end the next page is read. */
const AHEAD = 5;

export function useStrangers({ sort, camera, ignored }: QueueFilter) {
  const query = useInfiniteQuery({
    queryKey: ['stranger-queue', 'list', sort, camera, ignored],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/api/v1/strangers', {
          params: {
            query: {
              limit: PAGE,
              sort,
              ignored,
              ...(camera && { camera }),
              ...(pageParam !== '' && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  // A page that moved may bring somebody twice.
  const strangers = [...new Map(items.map((one) => [one.person.id, one])).values()];
  return { query, strangers, totals: query.data?.pages.at(-1)?.totals };
}

export interface Queue {
  readonly strangers: readonly Stranger[];
  readonly current: Stranger | null;
  /** Of the current one, from 0. */
  readonly place: number;
  go(id: string): void;
  step(by: 1 | -1): void;
  /** She has been answered: the next one is looked at. */
  readonly leave: (id: string) => void;
  /** The answer was taken back, or refused. */
  readonly bringBack: (id: string) => void;
}

export function useQueue(
  { strangers: listed, query }: ReturnType<typeof useStrangers>,
  wanted: string | undefined,
  onGo: (id: string | undefined) => void,
  /** The one who is looked at is no stranger any more, and nobody here has said so. */
  onGone: (stranger: Stranger, why: string) => void,
): Queue {
  const [order, setOrder] = useState<readonly string[]>([]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState<Stranger | null>(null);

  const known = new Set(order);
  const newcomers = listed.map(({ person }) => person.id).filter((id) => !known.has(id));
  if (newcomers.length > 0) setOrder([...order, ...newcomers]);
  const byId = new Map(listed.map((one) => [one.person.id, one]));
  const strangers = [...order, ...newcomers].flatMap((id) => (left.has(id) ? [] : (byId.get(id) ?? [])));

  const isListed = wanted !== undefined && byId.has(wanted);
  const asked = wanted !== undefined && !isListed && !left.has(wanted) ? wanted : undefined;
  const alone = useQuery({
    queryKey: ['stranger-queue', 'one', asked],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/strangers/{id}', { params: { path: { id: asked ?? '' } }, signal })),
    enabled: asked !== undefined && query.isSuccess,
    staleTime: 0,
  });
  const unlisted = asked === undefined ? null : (alone.data ?? (seen?.person.id === asked ? seen : null));
  const current =
    strangers.find(({ person }) => person.id === wanted) ??
    unlisted ??
    (asked === undefined || alone.isError ? strangers[0] : null) ??
    null;
  if (current && current !== seen) setSeen(current);
  const place = current ? strangers.findIndex(({ person }) => person.id === current.person.id) : -1;

  const gone = useEffectEvent(() => {
    if (asked === undefined) return;
    if (seen?.person.id === asked) onGone(seen, alone.error instanceof ApiError ? alone.error.message : '');
    leave(asked);
  });
  const isGone = alone.error instanceof ApiError && (alone.error.status === 404 || alone.error.status === 409);
  useEffect(() => {
    if (isGone) gone();
  }, [isGone, asked]);

  const isNearEnd = place >= strangers.length - AHEAD;
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetching) void fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetching, fetchNextPage]);

  function neighbour(id: string): string | undefined {
    const at = strangers.findIndex(({ person }) => person.id === id);
    return (strangers[at + 1] ?? strangers[at - 1])?.person.id;
  }

  function leave(id: string): void {
    if (id === current?.person.id || id === wanted) onGo(neighbour(id));
    setLeft((before) => new Set([...before, id]));
  }

  return {
    strangers,
    current,
    place,
    go: onGo,
    step(by) {
      const next = strangers[place + by];
      if (next) onGo(next.person.id);
    },
    leave,
    bringBack(id) {
      setLeft((before) => new Set([...before].filter((one) => one !== id)));
      onGo(id);
    },
  };
}
