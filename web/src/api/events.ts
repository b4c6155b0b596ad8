// What happens, as it happens: one connection to /events for all open tabs, which tells the cache what is old.

import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { Schemas } from './client.ts';
import { openElection } from './election.ts';
import { followEvents, tryNow, type HeardEvent } from './event-stream.ts';

export interface KithEvents {
  detection: Schemas['Detection'];
  person: { id: string; action: 'add' | 'change' | 'remove'; person: Schemas['Person'] | null };
  camera: { id: string; action: 'add' | 'change' | 'remove'; camera: Schemas['Camera'] | null };
  run: { id: string; action: 'add' | 'change' | 'remove'; run: Schemas['ActionRun'] };
  action: Told;
  alert: { id: string; action: 'add' | 'change' | 'remove'; alert: Schemas['Alert'] | null };
  rule: Told;
  channel: Told;
  delivery: Told;
}
/** Only that there is something new to read. */
interface Told {
  id: string;
  action: 'add' | 'change' | 'remove';
}
type Kind = keyof KithEvents;

const listeners: { [K in Kind]: Set<(event: KithEvents[K]) => void> } = {
  detection: new Set(),
  person: new Set(),
  camera: new Set(),
  run: new Set(),
  action: new Set(),
  alert: new Set(),
  rule: new Set(),
  channel: new Set(),
  delivery: new Set(),
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
  run: ['runs'],
  action: ['actions'],
  alert: ['alerts', 'deliveries'],
  rule: ['rules', 'snoozes', 'calendar'],
  channel: ['channels'],
  delivery: ['deliveries'],
};
const GATHER_MS = 400;
/** Of a leader whose server says something every 15 s. */
const SILENT_MS = 45_000;
/** Where tabs cannot share, those that nobody looks at give their connection back: browsers open six to a host. */
const HIDDEN_MS = 10_000;

/** What tabs say to each other. */
type Word =
  | { readonly kind: 'event'; readonly event: HeardEvent }
  | { readonly kind: 'state'; readonly open: boolean }
  | { readonly kind: 'hello' };

/** `onState`: whether the connection stands. Until the function it answers is called. */
export function openEvents(cache: QueryClient, onState: (open: boolean) => void): () => void {
  const closing = new AbortController();
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let position: string | null = null;

  function flush(): void {
    timer = undefined;
    for (const key of stale) void cache.invalidateQueries({ queryKey: [key] });
    stale.clear();
  }

  function take({ id, event, data }: HeardEvent): void {
    if (id !== null) position = id;
    if (event === null || !isKind(event)) return;
    const what = JSON.parse(data) as never;
    for (const listener of listeners[event]) listener(what);
    for (const key of STALE[event]) stale.add(key);
    timer ??= setTimeout(flush, GATHER_MS);
  }

  const close = typeof navigator.locks === 'object' && typeof BroadcastChannel === 'function' ? shared() : alone();
  window.addEventListener('online', tryNow, { signal: closing.signal });
  return () => {
    closing.abort();
    close();
    clearTimeout(timer);
  };

  function shared(): () => void {
    const channel = new BroadcastChannel('kith-events');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    const say = (word: Word) => channel.postMessage(word);
    let leads = false;
    let open = false;
    const election = openElection({
      name: 'kith-events',
      locks: navigator.locks,
      isSeen: () => !document.hidden,
      silentMs: SILENT_MS,
      now: () => performance.now(),
      lead(signal) {
        leads = true;
        signal.addEventListener('abort', () => (leads = false));
        void followEvents({
          after: () => position,
          signal,
          onEvent(event) {
            say({ kind: 'event', event });
            take(event);
          },
          onState(now) {
            open = now;
            say({ kind: 'state', open });
            onState(open);
          },
        });
      },
    });
    channel.addEventListener('message', ({ data }: MessageEvent<Word>) => {
      if (data.kind === 'hello') {
        if (leads) say({ kind: 'state', open });
        return;
      }
      election.heard();
      if (leads) return;
      if (data.kind === 'event') take(data.event);
      else onState(data.open);
    });
    say({ kind: 'hello' });
    return () => {
      election.close();
      channel.close();
    };
  }

  /** One connection per tab, while it is looked at. */
  function alone(): () => void {
    let turn: AbortController | undefined;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    function look(): void {
      clearTimeout(hiding);
      if (document.hidden) {
        hiding = setTimeout(() => {
          turn?.abort();
          turn = undefined;
        }, HIDDEN_MS);
      } else if (!turn) {
        turn = new AbortController();
        void followEvents({ after: () => position, onEvent: take, onState, signal: turn.signal });
      }
    }
    document.addEventListener('visibilitychange', look, { signal: closing.signal });
    look();
    return () => {
      clearTimeout(hiding);
      turn?.abort();
    };
  }
}

function isKind(event: string): event is Kind {
  return event in listeners;
}
