// The end of an endless list: the next page comes as it is scrolled into view, or at a click.

import { Button, Group } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from './failed.tsx';

export function More({
  list: { error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage },
}: {
  /** Of `useInfiniteQuery`. */
  readonly list: {
    readonly error: unknown;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly isFetchNextPageError: boolean;
    readonly fetchNextPage: () => unknown;
  };
}) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: '400px' });
  const isNear = entry?.isIntersecting === true;
  // What has failed is asked for again by a click only: else a server in trouble would be asked without a pause.
  const comesByItself = isNear && hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (comesByItself) fetchNextPage();
  }, [comesByItself, fetchNextPage]);
  if (!hasNextPage) return null;
  if (isFetchNextPageError && !isFetchingNextPage) return <Failed error={error} onRetry={() => void fetchNextPage()} />;
  return (
    <Group justify="center" ref={ref}>
      <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
        {t('parts.loadMore')}
      </Button>
    </Group>
  );
}
