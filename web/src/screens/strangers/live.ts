// What happens while somebody works: the queue is read again, but not at each of many sightings.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useEvent } from '../../api/events.ts';

const SIGHTING_MS = 4000;
/** Somebody was named, merged or ignored. */
const PERSON_MS = 400;

export function useLiveStrangers(): void {
  const cache = useQueryClient();
  const timer = useRef<{ at: number; handle: ReturnType<typeof setTimeout> } | null>(null);

  function readSoon(ms: number): void {
    const at = Date.now() + ms;
    if (timer.current && timer.current.at <= at) return;
    if (timer.current) clearTimeout(timer.current.handle);
    const handle = setTimeout(() => {
      timer.current = null;
      void cache.invalidateQueries({ queryKey: ['stranger-queue'] });
    }, ms);
    timer.current = { at, handle };
  }

  useEvent('person', () => readSoon(PERSON_MS));
  useEvent('detection', ({ person, decision }) => {
    if (person?.kind !== 'known' || decision === 'ambiguous') readSoon(SIGHTING_MS);
  });
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current.handle);
      timer.current = null;
    },
    [],
  );
}
