// Who sits here and what she may. Everything that depends on it asks `useSession`.

import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from './client.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => dataOf(api.GET('/api/v1/session')),
  staleTime: 60_000,
});

export function useSession() {
  return useSuspenseQuery(sessionQuery).data;
}

export type Role = 'administrator' | 'operator' | 'viewer';
const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, administrator: 2 };

export function mayAs(user: { readonly role: Role } | null, role: Role): boolean {
  return user !== null && RANK[user.role] >= RANK[role];
}

/** May whoever is signed in do what this role may? */
export function useMay(role: Role): boolean {
  return mayAs(useSession().user, role);
}
