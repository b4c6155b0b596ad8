// What the screens about rules read: rules, channels with their kinds, groups, actions, the calendar.

import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import type { ObjectShape } from '../../parts/schema.ts';

// The client's types make lists of any length out of the pairs in hours.
export type Rule = Schemas['Rule'];
export type Channel = Schemas['Channel'];

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }) =>
    (await dataOf(api.GET('/api/v1/rules', { signal }))) as { readonly items: readonly Rule[] },
});

export async function readRule(id: string): Promise<Rule> {
  return (await dataOf(api.GET('/api/v1/rules/{id}', { params: { path: { id } } }))) as Rule;
}

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async ({ signal }) =>
    (await dataOf(api.GET('/api/v1/channels', { signal }))) as { readonly items: readonly Channel[] },
});

export async function readChannel(id: string): Promise<Channel> {
  return (await dataOf(api.GET('/api/v1/channels/{id}', { params: { path: { id } } }))) as Channel;
}

export type ChannelKind = Omit<Schemas['ChannelKind'], 'schema'> & { readonly schema: ObjectShape };

export const kindsQuery = queryOptions({
  queryKey: ['channel-kinds'],
  queryFn: async ({ signal }) =>
    (await dataOf(api.GET('/api/v1/channels/kinds', { signal }))).items as readonly ChannelKind[],
  staleTime: Number.POSITIVE_INFINITY,
});

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { signal })),
});

export const actionsQuery = queryOptions({
  queryKey: ['actions'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/actions', { signal })),
});

export const calendarQuery = queryOptions({
  queryKey: ['calendar'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/calendar', { signal })),
});
