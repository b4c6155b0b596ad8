// The first look: is all well, what waits, who works, how full the disk is, which versions run.

import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Checks } from './checks.tsx';
import { Machine } from './machine.tsx';
import { Queue } from './queue.tsx';
import { Storage } from './storage.tsx';
import { Workers } from './workers.tsx';

const LOOK_MS = 3_000;

export function Overview() {
  const { data, error, refetch } = useQuery({
    queryKey: ['system', 'overview'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/system', { signal })),
    refetchInterval: LOOK_MS,
  });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  return (
    <Stack>
      <Checks checks={data.checks} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Queue queue={data.queue} />
        <Workers system={data} />
        {data.storage && <Storage storage={data.storage} />}
        <Machine system={data} />
      </SimpleGrid>
    </Stack>
  );
}
