// What the screens about alerts read.

import { infiniteQueryOptions, queryOptions, useQueries } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useMay, useSession } from '../../api/session.ts';
import { readShots, type Shots } from '../../parts/alert-words.ts';
import { entryOfDetection, entryOfVisit, type Entry } from '../../parts/visit-entry.ts';
import { queryOf, type AlertFilter } from './filter.ts';

export type Alert = Schemas['Alert'];

const PAGE = 30;
/** As many as a title names. */
const SHOWN_SIGHTINGS = 3;

export interface AlertPage {
  readonly items: readonly Alert[];
  readonly next: string | null;
  /** Of their first sightings, as the log has them now. */
  readonly shots: Shots;
}

export function alertsQuery(filter: AlertFilter) {
  return infiniteQueryOptions({
    queryKey: ['alerts', 'list', filter],
    async queryFn({ signal, pageParam }): Promise<AlertPage> {
      const query = { limit: PAGE, ...queryOf(filter), ...(pageParam && { cursor: pageParam }) };
      const { items, next } = await dataOf(api.GET('/api/v1/alerts', { params: { query }, signal }));
      const ids = items.flatMap(({ sightings }) =>
        sightings.slice(0, SHOWN_SIGHTINGS).map(({ detectionId }) => detectionId),
      );
      return { items, next, shots: await readShots(ids, signal) };
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export function alertQuery(id: string) {
  return queryOptions({
    queryKey: ['alerts', id],
    async queryFn({ signal }) {
      const alert = await dataOf(api.GET('/api/v1/alerts/{id}', { params: { path: { id } }, signal }));
      return {
        alert,
        shots: await readShots(
          alert.sightings.map(({ detectionId }) => detectionId),
          signal,
        ),
      };
    },
  });
}

/** The visit that a shot belongs to now, or the shot alone. */
export function entryQuery(detectionId: string) {
  return queryOptions({
    queryKey: ['visit', 'of', detectionId],
    async queryFn({ signal }): Promise<Entry> {
      const params = { path: { id: detectionId } };
      const shot = await dataOf(api.GET('/api/v1/detections/{id}', { params, signal }));
      if (shot.visit === null) return entryOfDetection(shot);
      return entryOfVisit(
        await dataOf(api.GET('/api/v1/visits/{id}', { params: { path: { id: shot.visit } }, signal })),
      );
    },
  });
}

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/rules', { signal })),
});

export const snoozesQuery = queryOptions({
  queryKey: ['snoozes'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/snoozes', { signal })),
  // Nobody tells that one is over.
  refetchInterval: 60_000,
});

/** Messages go to everybody, so they are shown only to those who may see all cameras and answer. */
export function useSeesMessages(): boolean {
  const may = useMay('operator');
  return useSession().user?.cameras === null && may;
}

const MOST_DELIVERIES = 500;

/** The messages of these alerts, page by page; of each alert the latest first. An alert whose messages are not read is not there. */
export function useDeliveriesOf(
  pages: readonly (readonly string[])[],
): ReadonlyMap<string, readonly Schemas['Delivery'][]> {
  const enabled = useSeesMessages();
  return useQueries({
    queries: pages.map((alert) =>
      queryOptions({
        queryKey: ['deliveries', 'of', alert],
        queryFn: ({ signal }) => {
          const params = { query: { alert: [...alert], limit: MOST_DELIVERIES } };
          return dataOf(api.GET('/api/v1/deliveries', { params, signal }));
        },
        enabled: enabled && alert.length > 0,
      }),
    ),
    combine: (all) =>
      new Map(
        all.flatMap(({ data }, i) => {
          if (!data) return [];
          const byAlert = Map.groupBy(data.items, ({ alert }) => alert);
          return (pages[i] ?? []).map((id) => [id, byAlert.get(id) ?? []] as const);
        }),
      ),
  });
}
