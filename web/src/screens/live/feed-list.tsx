// Visits as they happen. New ones come at the top at once, but never under the pointer: while somebody points at the list or is in it with
// the keyboard they wait.

import { Button, Group, Paper, Skeleton, Stack, Title, VisuallyHidden } from '@mantine/core';
import { IconArrowUp, IconMoodSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { newSince, type Row } from './feed.ts';
import { FeedRow } from './feed-row.tsx';
import classes from './live.module.css';
import type { LiveCamera } from './state.ts';
import { useAnnouncements } from './use-announcements.ts';
import { useFeed } from './use-feed.ts';
import { useHeld } from './use-held.ts';
import { WhoIsThis } from './who-is-this.tsx';

const SKELETONS = 5;

export function Feed({ cameras }: { readonly cameras: readonly LiveCamera[] }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useFeed();
  const [asked, setAsked] = useState<Row | null>(null);
  const all = data ?? [];
  const { list, held, letGo } = useHeld(all);
  const waiting = held ? newSince(all, held) : [];
  const rows = held ? all.filter(({ key }) => held.has(key)) : all;
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const { words, freshKeys } = useAnnouncements(data, nameOf);

  return (
    <Paper component="section" withBorder p="sm" className={classes['feed']} aria-labelledby="live-feed">
      <Group justify="space-between" mb="xs" mih={30} wrap="nowrap">
        <Title order={2} size="h4" id="live-feed">
          {t('live.visits')}
        </Title>
        {waiting.length > 0 && (
          <Button size="compact-sm" leftSection={<IconArrowUp size={14} />} onClick={letGo}>
            {t('live.newOnes', { count: waiting.length })}
          </Button>
        )}
      </Group>
      <VisuallyHidden role="status" aria-live="polite">
        {words}
      </VisuallyHidden>
      {isPending && <Waiting />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data && all.length === 0 && (
        <Empty icon={<IconMoodSearch />} title={t('live.nobody')}>
          {t('live.nobodyYet')}
        </Empty>
      )}
      <ul ref={list} className={classes['rows']}>
        {rows.map((row) => (
          <FeedRow
            key={row.key}
            row={row}
            camera={nameOf(row.camera)}
            fresh={freshKeys.has(row.key)}
            onAsk={() => setAsked(row)}
          />
        ))}
      </ul>
      <WhoIsThis row={asked} onClose={() => setAsked(null)} />
    </Paper>
  );
}

function Waiting() {
  return (
    <Stack gap="xs">
      {Array.from({ length: SKELETONS }, (_, i) => (
        <Skeleton key={i} height={64} />
      ))}
    </Stack>
  );
}
