// How much of the strangers' log was explained in this session: kept in the tab, for who is signed in.

import { useSessionStorage } from '@mantine/hooks';
import { useSession } from '../../api/session.ts';

interface Explained {
  /** Of the history's entry. */
  readonly seq: number;
  readonly sightings: number;
}

export function useExplained() {
  const { user } = useSession();
  const [all, setAll] = useSessionStorage<readonly Explained[]>({
    key: `kith-explained-${user?.name ?? ''}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  return {
    sightings: all.reduce((sum, { sightings }) => sum + sightings, 0),
    add: (seq: number, sightings: number) => setAll((before) => [...before, { seq, sightings }]),
    /** It was undone. */
    drop: (seq: number) => setAll((before) => before.filter((one) => one.seq !== seq)),
  };
}

export function percent(share: number, language: string): string {
  const digits = share > 0 && share < 0.01 ? 1 : 0;
  return share.toLocaleString(language, { style: 'percent', maximumFractionDigits: digits });
}
