// Which cameras are watched, remembered in this browser. Where nothing was chosen a few run by themselves: one comes here to see something.

import { useLocalStorage } from '@mantine/hooks';

const BY_THEMSELVES = 4;

interface Chosen {
  /** For those without a choice of their own; null: by their number. */
  readonly all: boolean | null;
  readonly each: Readonly<Record<string, boolean>>;
}

export function useWatching(cameras: number) {
  const [{ all, each }, set] = useLocalStorage<Chosen>({
    key: 'kith-live-watching',
    defaultValue: { all: null, each: {} },
    getInitialValueInEffect: false,
  });
  const watches = (id: string): boolean => each[id] ?? all ?? cameras <= BY_THEMSELVES;
  return {
    watches,
    toggle: (id: string) => set({ all, each: { ...each, [id]: !watches(id) } }),
    setAll: (now: boolean) => set({ all: now, each: {} }),
  };
}
