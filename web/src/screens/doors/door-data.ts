// Actions, doors among them, and their runs as the panel reads them.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AccessPolicy } from '../../../../src/action-port.ts';
import { api, dataOf, type Schemas } from '../../api/client.ts';

export type Policy = AccessPolicy;
/** The client widens the spans of hours to lists of any length. */
export type Action = Omit<Schemas['Action'], 'access'> & { readonly access: Policy | null };
export type Run = Schemas['ActionRun'];
export type Trial = Schemas['AccessTrial'];
export type Evidence = Run['evidence'][number];
export const RUN_STATES = ['asked', 'refused', 'granted', 'started', 'done', 'failed', 'unclear'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Names for the ids that stand in policies and runs. */
export type CameraNames = ReadonlyMap<string, string>;

export const actionsQuery = queryOptions({
  queryKey: ['actions', 'list'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/actions', { signal }))).items as unknown as Action[],
});

export function actionQuery(id: string) {
  return queryOptions({
    queryKey: ['actions', 'one', id],
    queryFn: async ({ signal }) => {
      const action = await dataOf(api.GET('/api/v1/actions/{id}', { params: { path: { id } }, signal }));
      return action as unknown as Action;
    },
  });
}

export const kindsQuery = queryOptions({
  queryKey: ['actions', 'kinds'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/actions/kinds', { signal }))).items,
  staleTime: Infinity,
});

export function lastRunQuery(action: string) {
  return queryOptions({
    queryKey: ['runs', 'last', action],
    queryFn: async ({ signal }) => {
      const { items } = await dataOf(api.GET('/api/v1/runs', { params: { query: { action, limit: 1 } }, signal }));
      return items[0] ?? null;
    },
  });
}

export interface RunFilter {
  readonly action?: string;
  readonly person?: string;
  readonly state?: RunState;
}

export function runFilterOf({ action, person, state }: Readonly<Record<string, string | undefined>>): RunFilter {
  const known = RUN_STATES.find((one) => one === state);
  return { ...(action && { action }), ...(person && { person }), ...(known && { state: known }) };
}

const PAGE = 50;

export function runsQuery(filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: ['runs', 'list', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) };
      return dataOf(api.GET('/api/v1/runs', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** The API's document has lists that may be changed. */
export function policyBody(policy: Policy): NonNullable<Schemas['Action']['access']> {
  return policy as unknown as NonNullable<Schemas['Action']['access']>;
}
