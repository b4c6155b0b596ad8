// Keys of the whole screen. While one writes, or a question is open, they are just letters.

import { useEffect, useEffectEvent } from 'react';

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** By `event.key`, so that they are where the keyboard says; `mod+z` with Ctrl or Command. */
export function useKeys(keys: Keys): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.altKey || isBusy(event.target)) return;
    const name = event.ctrlKey || event.metaKey ? `mod+${event.key.toLowerCase()}` : event.key;
    const act = keys[name];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => pressed(event);
    globalThis.addEventListener('keydown', listener);
    return () => globalThis.removeEventListener('keydown', listener);
  }, []);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target.isContentEditable || target.closest('textarea, select, [role="listbox"]') !== null;
}
