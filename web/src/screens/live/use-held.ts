// Keeps a list as it is while somebody points at it or is in it with the keyboard: nothing moves under the pointer.

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Row } from './feed.ts';

export function useHeld(rows: readonly Row[]) {
  const list = useRef<HTMLUListElement>(null);
  /** The rows that are shown meanwhile; null: all. */
  const [held, setHeld] = useState<ReadonlySet<string> | null>(null);
  const hold = useEffectEvent(() => setHeld((before) => before ?? new Set(rows.map(({ key }) => key))));

  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const listening = new AbortController();
    const { signal } = listening;
    // Only when neither pointer nor keyboard is in it any more.
    const release = () =>
      setTimeout(() => {
        if (!element.matches(':hover, :focus-within')) setHeld(null);
      });
    element.addEventListener('pointerenter', () => hold(), { signal });
    element.addEventListener('pointerleave', release, { signal });
    element.addEventListener('focusin', () => hold(), { signal });
    element.addEventListener('focusout', release, { signal });
    return () => listening.abort();
  }, []);

  return { list, held, letGo: () => setHeld(null) };
}
