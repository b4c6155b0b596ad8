// Names of people whose ids are known.

import { queryOptions, useQueries } from '@tanstack/react-query';
import { api, dataOf } from '../api/client.ts';
import { useMay } from '../api/session.ts';

/** Names of people by id; one that one may not read, that is not read yet, or is gone, is not there. */
export function usePersonNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const may = useMay('operator');
  return useQueries({
    queries: [...new Set(ids)].map((id) =>
      queryOptions({
        queryKey: ['persons', id],
        queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/{id}', { params: { path: { id } }, signal })),
        enabled: may,
        retry: false,
        staleTime: 60_000,
      }),
    ),
    combine: (all) => new Map(all.flatMap(({ data }) => (data ? [[data.id, data.name] as const] : []))),
  });
}
