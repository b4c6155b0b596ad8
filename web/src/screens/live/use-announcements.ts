// What a screen reader is told about new rows, with pauses; and which rows are to stand out for a moment.

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newSince, type Row } from './feed.ts';

const PAUSE_MS = 3_000;

export function useAnnouncements(rows: readonly Row[] | undefined, cameraOf: (id: string) => string) {
  const { t } = useTranslation();
  const known = useRef<ReadonlySet<string> | null>(null);
  const waiting = useRef<readonly Row[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const [words, setWords] = useState('');
  const [freshKeys, setFresh] = useState<ReadonlySet<string>>(new Set());

  const say = useEffectEvent(() => {
    timer.current = null;
    const [one] = waiting.current;
    const count = waiting.current.length;
    waiting.current = [];
    if (!one) return;
    const name = one.person?.name ?? t('live.undecided');
    setWords(count === 1 ? t('live.came', { name, camera: cameraOf(one.camera) }) : t('live.cameMany', { count }));
  });
  const look = useEffectEvent((now: readonly Row[]) => {
    const fresh = known.current === null ? [] : newSince(now, known.current);
    known.current = new Set(now.map(({ key }) => key));
    if (fresh.length === 0) return;
    setFresh(new Set(fresh.map(({ key }) => key)));
    waiting.current = [...waiting.current, ...fresh];
    timer.current ??= setTimeout(() => say(), PAUSE_MS);
  });
  useEffect(() => {
    if (rows) look(rows);
  }, [rows]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return { words, freshKeys };
}
