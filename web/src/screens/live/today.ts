// The day that it is, also for a page that stays open over midnight.

import { useSyncExternalStore } from 'react';
import { dayKey } from '../../parts/when.tsx';

const LOOK_MS = 30_000;

/** YYYY-MM-DD in the browser's time zone. */
export function useToday(): string {
  return useSyncExternalStore(follow, today);
}

function today(): string {
  return dayKey(Date.now());
}

function follow(changed: () => void): () => void {
  const timer = setInterval(changed, LOOK_MS);
  return () => clearInterval(timer);
}
