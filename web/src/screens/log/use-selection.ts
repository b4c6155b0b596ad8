// Which entries are ticked. They stay ticked while the list is read anew.

import { useState } from 'react';
import { entryKey, type Entry } from '../../parts/visit-entry.ts';

export interface Selection {
  readonly size: number;
  has(entry: Entry): boolean;
  /** With `range` all from the one that was ticked last to this one. */
  toggle(entry: Entry, range: boolean): void;
  setAll(entries: readonly Entry[], isChosen: boolean): void;
  clear(): void;
  readonly entries: readonly Entry[];
}

export function useSelection(entries: readonly Entry[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Entry>>(new Map());
  const [last, setLast] = useState<string | null>(null);

  function setAll(some: readonly Entry[], isChosen: boolean): void {
    const next = new Map(chosen);
    for (const entry of some) {
      if (isChosen) next.set(entryKey(entry), entry);
      else next.delete(entryKey(entry));
    }
    setChosen(next);
  }

  return {
    size: chosen.size,
    has: (entry) => chosen.has(entryKey(entry)),
    toggle(entry, range) {
      const key = entryKey(entry);
      const isChosen = !chosen.has(key);
      const [from, to] = [entries.findIndex((one) => entryKey(one) === last), entries.indexOf(entry)];
      setLast(key);
      if (!range || from === -1 || to === -1) setAll([entry], isChosen);
      else setAll(entries.slice(Math.min(from, to), Math.max(from, to) + 1), true);
    },
    setAll,
    clear: () => setChosen(new Map()),
    entries: [...chosen.values()],
  };
}
