// What the screens of people ask the API, and what of it is in the address.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client.ts';

export type Person = Schemas['Person'];
export type WholePerson = Schemas['WholePerson'];
export type ConsentState = Person['consent']['state'];
export const CONSENT_STATES: readonly ConsentState[] = ['none', 'asked', 'given', 'refused', 'withdrawn'];

export interface Filters {
  readonly query?: string;
  readonly kind?: 'known' | 'unknown';
  readonly ignored?: boolean;
  readonly group?: string;
  readonly attribute?: string;
  readonly consent?: ConsentState;
}
export type Sort = 'name' | 'seen';

/** What somebody may have typed into the address is not trusted. */
export function filtersOf(search: Readonly<Record<string, string | undefined>>): { filters: Filters; sort: Sort } {
  const { q, kind, ignored, group, attribute, consent, sort } = search;
  const state = CONSENT_STATES.find((one) => one === consent);
  return {
    filters: {
      ...(q && { query: q.slice(0, 200) }),
      ...((kind === 'known' || kind === 'unknown') && { kind }),
      // Passers-by who are ignored are looked for on purpose only.
      ...(ignored === 'all' ? {} : { ignored: ignored === 'only' }),
      ...(group && { group }),
      ...(attribute && { attribute }),
      ...(state && { consent: state }),
    },
    sort: sort === 'seen' ? 'seen' : 'name',
  };
}

const PAGE = 120;

export function peopleQuery(filters: Filters, sort: Sort) {
  return infiniteQueryOptions({
    queryKey: ['persons', 'list', filters, sort],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, sort, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) };
      return dataOf(api.GET('/api/v1/persons', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

export function countQuery(filters: Filters) {
  return queryOptions({
    queryKey: ['persons', 'count', filters],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/count', { params: { query: filters }, signal })),
  });
}

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { signal })),
});

export const attributesQuery = queryOptions({
  queryKey: ['persons', 'attributes'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/attributes', { signal })),
});

export function personQuery(id: string) {
  return queryOptions({
    queryKey: ['persons', 'one', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/{id}', { params: { path: { id } }, signal })),
  });
}

export const camerasQuery = queryOptions({
  queryKey: ['cameras'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
});

/** How a person is saved: what changed, on which version. */
export type PersonPatch = NonNullable<
  Parameters<typeof api.PATCH<'/api/v1/persons/{id}', { params: { path: { id: string } }; body: object }>>[1]
>['body'];
