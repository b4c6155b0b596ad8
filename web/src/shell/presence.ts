// Whether Kith answers, for the frame around the screens; when it is back, everything is read again.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { onStatus } from '../api/client.ts';
import { tryNow } from '../api/event-stream.ts';
import { openEvents } from '../api/events.ts';
import { watchPresence, type Presence } from '../api/presence.ts';
import { watchAnew } from '../api/previews.ts';
import { tellDone } from '../parts/notices.tsx';

const PROBE_MS = 5_000;

async function probe(): Promise<boolean> {
  const response = await fetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS) });
  return response.ok;
}

export function usePresence(): Presence {
  const cache = useQueryClient();
  const { t } = useTranslation();
  const [presence, setPresence] = useState<Presence>('here');
  const changed = useEffectEvent((now: Presence, before: Presence) => {
    setPresence(now);
    if (before !== 'away') return;
    tellDone(t('shell.back'));
    tryNow();
    watchAnew();
    void cache.invalidateQueries();
  });
  useEffect(() => {
    const watch = watchPresence({ probe, onChange: (now, before) => changed(now, before) });
    const stopHearing = onStatus((status) => {
      watch.answered(status);
      if (status === 401) void cache.invalidateQueries({ queryKey: ['session'] });
    });
    const stopEvents = openEvents(cache, (open) => watch.events(open));
    return () => {
      stopEvents();
      stopHearing();
      watch.close();
    };
  }, [cache]);
  return presence;
}
