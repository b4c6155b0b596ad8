// "A or B?": sightings that lie between two people, one track at a time.

import { Button, Center, Stack, Text } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellFailure, tellUndoable, undoLast } from '../../parts/notices.tsx';
import type { Picked } from '../../parts/person-picker.tsx';
import { discardDetections, moveDetections, moveToNew, type Done } from './calls.ts';
import { useKeys, type Keys } from './keys.ts';
import { focusNaming } from './naming.tsx';
import { UndecidedCard } from './undecided-card.tsx';

export type Undecided = Schemas['Undecided'];
const PAGE = 20;

export function UndecidedTab({
  cameraNames,
  stopped,
}: {
  readonly cameraNames: ReadonlyMap<string, string>;
  readonly stopped: boolean;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const mayChange = useMay('operator');
  const [place, setPlace] = useState(0);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const query = useInfiniteQuery({
    queryKey: ['stranger-queue', 'undecided'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/api/v1/strangers/undecided', {
          params: { query: { limit: PAGE, ...(pageParam !== '' && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });
  const all = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const open = all.filter(({ id }) => !left.has(id));
  const current = open[Math.min(place, open.length - 1)];

  const back = (id: string): void => setLeft((before) => new Set([...before].filter((one) => one !== id)));

  async function answer({ id }: Undecided, work: () => Promise<Done>, tell: (done: Done) => string): Promise<void> {
    setLeft((before) => new Set([...before, id]));
    try {
      const done = await work();
      tellUndoable(tell(done), done.entries, cache, () => back(id));
    } catch (error) {
      back(id);
      tellFailure(error);
    }
    await cache.invalidateQueries({ queryKey: ['stranger-queue'] });
  }

  const count = ({ detections }: Undecided): string => t('strangers.sightings', { count: detections.length });
  const give = (one: Undecided, picked: Picked | null): void =>
    void answer(
      one,
      () => {
        if (picked === null) return moveDetections(one.detections, null);
        return 'person' in picked
          ? moveDetections(one.detections, picked.person)
          : moveToNew(one.detections, picked.newName);
      },
      ({ name }) =>
        picked === null
          ? t('strangers.answeredNew', { sightings: count(one) })
          : t('strangers.answered', { sightings: count(one), name }),
    );
  const drop = (one: Undecided): void =>
    void answer(
      one,
      () => discardDetections(one.detections),
      () => t('strangers.answeredNoUse', { sightings: count(one) }),
    );
  const pick = (one: Undecided, which: 0 | 1): void => {
    const person = one.candidates[which]?.person;
    if (person) give(one, { person: person as Schemas['Person'] });
  };
  const step = (by: 1 | -1): void =>
    setPlace(Math.max(0, Math.min(open.length - 1, Math.min(place, open.length - 1) + by)));

  const walking: Keys = {
    k: () => step(1),
    j: () => step(-1),
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    ' ': () => step(1),
  };
  const changing: Keys =
    current && mayChange
      ? {
          a: () => pick(current, 0),
          b: () => pick(current, 1),
          x: () => give(current, null),
          n: focusNaming,
          d: () => drop(current),
        }
      : {};
  useKeys(stopped ? {} : { ...walking, ...changing, ...(mayChange && { u: () => void undoLast() }) });

  if (query.isPending) return <Loading />;
  if (!query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!current) {
    return (
      <Empty icon={<IconArrowsSplit2 size={30} />} title={t('strangers.noUndecided')}>
        {t('strangers.noUndecidedWhy')}
      </Empty>
    );
  }
  return (
    <Stack>
      <Text size="sm" c="dimmed" role="status">
        {t('strangers.place', { place: open.indexOf(current) + 1, count: open.length })}
      </Text>
      <UndecidedCard
        key={current.id}
        undecided={current}
        cameraNames={cameraNames}
        mayChange={mayChange}
        onPick={(picked) => give(current, picked)}
        onNoUse={() => drop(current)}
        onLater={() => step(1)}
      />
      {query.hasNextPage && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('parts.loadMore')}
          </Button>
        </Center>
      )}
    </Stack>
  );
}
