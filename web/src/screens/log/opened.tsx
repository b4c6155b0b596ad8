// The visit that stands in the address: beside the list where there is room for both, over it elsewhere.

import { Button, Drawer, Paper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconHistoryOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ApiError, dataOf } from '../../api/client.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import type { VisitActs } from '../../parts/visit-acts.tsx';
import { entryOfDetection, entryOfVisit, type Entry } from '../../parts/visit-entry.ts';
import { VisitView } from '../../parts/visit-view.tsx';
import classes from './log.module.css';

export interface OpenedAddress {
  readonly visit?: string | undefined;
  /** Of a track or shot that is nobody's: its latest detection. */
  readonly shot?: string | undefined;
}

/** `listed`: what the list shows of it, until it is read whole. */
export function useOpened({ visit, shot }: OpenedAddress, listed: Entry | undefined) {
  const query = useQuery({
    queryKey: ['visit', visit ?? '', shot ?? ''],
    queryFn: async ({ signal }): Promise<Entry> =>
      visit === undefined
        ? entryOfDetection(
            await dataOf(api.GET('/api/v1/detections/{id}', { params: { path: { id: shot ?? '' } }, signal })),
          )
        : entryOfVisit(await dataOf(api.GET('/api/v1/visits/{id}', { params: { path: { id: visit } }, signal }))),
    enabled: visit !== undefined || shot !== undefined,
  });
  // Of an undecided track the list knows all, a single shot of it only itself.
  const entry = visit === undefined ? (listed ?? query.data) : (query.data ?? listed);
  return { ...query, entry: query.error ? undefined : entry };
}

export function Opened({
  opened,
  acts,
  onClose,
}: {
  readonly opened: ReturnType<typeof useOpened>;
  readonly acts: VisitActs;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const isWide = useMediaQuery('(min-width: 72em)', true, { getInitialValueInEffect: false });
  const { entry, error } = opened;
  const content = entry ? (
    <VisitView entry={entry} acts={acts} onClose={onClose} />
  ) : error instanceof ApiError && error.status === 404 ? (
    <Empty icon={<IconHistoryOff />} title={t('log.gone')}>
      {t('log.goneText')}
      <Button variant="default" mt="sm" onClick={onClose}>
        {t('parts.close')}
      </Button>
    </Empty>
  ) : error ? (
    <Failed error={error} onRetry={() => void opened.refetch()} />
  ) : (
    <Loading />
  );
  if (isWide) {
    return (
      <Paper withBorder p="md" className={classes['aside'] ?? ''} component="aside" aria-label={t('log.opened')}>
        {content}
      </Paper>
    );
  }
  return (
    <Drawer.Root opened onClose={onClose} size="100%" position="right">
      <Drawer.Content aria-label={t('log.opened')}>
        <Drawer.Body pt="md">{content}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
