// The screens that are likely next are loaded while nothing else is to do, so that they open at once, also when Kith is away by then.

import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

const NEXT = ['/live', '/log', '/people', '/strangers', '/cameras', '/search'] as const;
const AFTER_MS = 2_500;

export function usePreloading(): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const to of NEXT) {
        const route = router.routesByPath[to];
        void router.loadRouteChunk(route);
      }
    }, AFTER_MS);
    return () => clearTimeout(timer);
  }, [router]);
}
