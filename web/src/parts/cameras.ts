// The cameras to choose from, and their names.

import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../api/client.ts';

function useCameraList() {
  const { data } = useQuery({
    queryKey: ['cameras', 'names'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
    staleTime: 60_000,
  });
  return data?.items ?? [];
}

/** Names of the cameras by id; empty until they are read. */
export function useCameraNames(): ReadonlyMap<string, string> {
  return new Map(useCameraList().map(({ id, name }) => [id, name]));
}

export function useCameraOptions(): { value: string; label: string }[] {
  return useCameraList().map(({ id, name }) => ({ value: id, label: name }));
}

/** Names of the zones that are drawn at these cameras; none given: at any. */
export function useZoneNames(cameraIds: readonly string[]): readonly string[] {
  const cameras = useCameraList().filter(({ id }) => cameraIds.length === 0 || cameraIds.includes(id));
  return [...new Set(cameras.flatMap(({ settings }) => settings?.zones.map(({ name }) => name) ?? []))].toSorted();
}
