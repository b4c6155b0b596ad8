// The rows of the live page: read once, then told. Now and then they are compared with what the log says.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useEvent } from '../../api/events.ts';
import { rowsOf, withDetection, type Row } from './feed.ts';

const VISITS = 40;
const DETECTIONS = 100;
const KEY = ['live', 'feed'];
/** After the last thing that was told, and at the latest. */
const COMPARE_MS = 3_000;
const CORRECT_MS = 300;
const MOST_RECENT = 200;

export function useFeed() {
  const cache = useQueryClient();
  const recent = useRef<{ readonly at: number; readonly detection: Schemas['Detection'] }[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const feed = useQuery({
    queryKey: KEY,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<readonly Row[]> => {
      const begun = performance.now();
      const [visits, detections] = await Promise.all([
        dataOf(api.GET('/api/v1/visits', { params: { query: { limit: VISITS } }, signal })),
        dataOf(
          api.GET('/api/v1/detections', { params: { query: { limit: DETECTIONS, state: 'classified' } }, signal }),
        ),
      ]);
      // What was told meanwhile may not be in the answers.
      return recent.current
        .filter(({ at }) => at >= begun)
        .reduce((rows, { detection }) => withDetection(rows, detection), rowsOf(visits.items, detections.items));
    },
  });

  function compare(afterMs: number): void {
    if (timer.current !== null && afterMs >= COMPARE_MS) return;
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = null;
      void cache.invalidateQueries({ queryKey: KEY });
    }, afterMs);
  }

  useEvent('detection', (detection) => {
    recent.current = [...recent.current.slice(-MOST_RECENT), { at: performance.now(), detection }];
    cache.setQueryData<readonly Row[]>(KEY, (rows) => rows && withDetection(rows, detection));
    compare(COMPARE_MS);
  });
  // Names, and who was merged with whom.
  useEvent('person', () => compare(CORRECT_MS));
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );

  return feed;
}
