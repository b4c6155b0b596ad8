// Who sits here and what she may. Everything that depends on it asks `useSession`.

import { queryOptions, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, dataOf } from './client.ts';

export type Session = Awaited<ReturnType<typeof readSession>>;

function readSession() {
  return dataOf(api.GET('/api/v1/session'));
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ client }) => keepOpen(client, await readSession()),
  staleTime: 60_000,
});

/** A session that ends while somebody works takes nothing off the screen: what was typed stays, and a dialog asks her to sign in again. */
function keepOpen(cache: QueryClient, now: Session): Session {
  const before = cache.getQueryData<Session>(['session']);
  if (before?.state !== 'open') return now;
  if (now.state === 'open' && now.user?.id !== before.user?.id) location.reload();
  setEnded(now.state !== 'open');
  return now.state === 'open' ? now : before;
}

let ended = false;
const hearers = new Set<() => void>();

function setEnded(now: boolean): void {
  if (ended === now) return;
  ended = now;
  for (const hear of hearers) hear();
}

/** True from when it is known that the session has ended until somebody has signed in again. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    () => ended,
  );
}

/** What a sign-in answered, where a page is open already. Another user gets a page of her own. */
export function resumeSession(cache: QueryClient, session: Session): void {
  const before = cache.getQueryData<Session>(['session']);
  if (before?.state === 'open' && before.user?.id !== session.user?.id) {
    location.reload();
    return;
  }
  cache.setQueryData(['session'], session);
  setEnded(false);
}

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
