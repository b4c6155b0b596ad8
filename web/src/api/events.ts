// What happens, as it happens: one connection to /events for all that is open, which tells the cache what is old.

import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { tellStatus, type Schemas } from './client.ts';

export interface KithEvents {
  detection: Schemas['Detection'];
  person: { id: string; action: 'add' | 'change' | 'remove'; person: Schemas['Person'] | null };
  camera: { id: string; action: 'add' | 'change' | 'remove'; camera: Schemas['Camera'] | null };
}
type Kind = keyof KithEvents;

const KINDS: readonly Kind[] = ['detection', 'person', 'camera'];
const listeners: { [K in Kind]: Set<(event: KithEvents[K]) => void> } = {
  detection: new Set(),
  person: new Set(),
  camera: new Set(),
};

/** Calls back at each event of this kind while the component is there. */
export function useEvent<K extends Kind>(kind: K, listener: (event: KithEvents[K]) => void): void {
  const heard = useEffectEvent(listener);
  useEffect(() => {
    const all = listeners[kind];
    const one = (event: KithEvents[K]): void => heard(event);
    all.add(one);
    return () => void all.delete(one);
  }, [kind]);
}

/** Queries whose key begins with one of these are read again after such an event; a burst is read once. */
const STALE: Readonly<Record<Kind, readonly string[]>> = {
  detection: ['detections', 'visits', 'strangers', 'summary'],
  person: ['persons', 'strangers', 'groups'],
  camera: ['cameras'],
};
const GATHER_MS = 400;

/** Until the function it answers is called. */
export function openEvents(cache: QueryClient): () => void {
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    for (const key of stale) void cache.invalidateQueries({ queryKey: [key] });
    stale.clear();
  }

  const source = new EventSource('/api/v1/events');
  for (const kind of KINDS) {
    source.addEventListener(kind, (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as never;
      for (const listener of listeners[kind]) listener(event);
      for (const key of STALE[kind]) stale.add(key);
      timer ??= setTimeout(flush, GATHER_MS);
    });
  }
  source.addEventListener('open', () => tellStatus(200));
  source.addEventListener('error', () => {
    // Closed for good: refused, and not just away. The next answer of the API says why.
    if (source.readyState === EventSource.CLOSED) void cache.invalidateQueries({ queryKey: ['session'] });
    else tellStatus(0);
  });
  return () => {
    source.close();
    clearTimeout(timer);
  };
}
