import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';

/** Names of the cameras by id; empty until they are read. */
export function useCameraNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['cameras', 'names'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
    staleTime: 60_000,
  });
  return new Map((data?.items ?? []).map(({ id, name }) => [id, name]));
}
