// Single keys for the whole screen. Unlike Mantine's hotkeys they work on where a switch or a box was clicked last, and leave text fields
// and what arrows and the space bar do to a button alone.

import { useEffect, useEffectEvent } from 'react';

/** By `KeyboardEvent.key`; letters in lower case. */
export type Keys = Readonly<Record<string, () => void>>;

export function useKeys(keys: Keys): void {
  const heard = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = keys[key];
    if (!act || (isOfControl(key) && isControl(event.target))) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => heard(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function isOfControl(key: string): boolean {
  return key === ' ' || key.startsWith('Arrow');
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, [role=menu]') !== null;
}
