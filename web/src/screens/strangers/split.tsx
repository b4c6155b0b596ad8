// Which of a stranger's shots are somebody else, and who that is.

import { Button, Group, Modal, Stack, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellFailure } from '../../parts/notices.tsx';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';
import { fullTime } from '../../parts/when.tsx';
import type { Stranger } from './queue.ts';
import classes from './strangers.module.css';

const PAGE = 60;

export function Split({
  stranger: { person, sightings },
  cameraNames,
  onClose,
  onSplit,
}: {
  readonly stranger: Stranger;
  readonly cameraNames: ReadonlyMap<string, string>;
  readonly onClose: () => void;
  readonly onSplit: (detections: readonly string[], picked: Picked | null) => Promise<void>;
}) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isBusy, setBusy] = useState(false);
  const { data, error, isPending, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['stranger-queue', 'shots', person.id],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/api/v1/detections', {
          params: { query: { person: person.id, limit: PAGE, ...(pageParam !== '' && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });
  const shots = data?.pages.flatMap(({ items }) => items) ?? [];
  const isAll = chosen.size > 0 && chosen.size >= Math.max(sightings, shots.length);

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }

  async function split(picked: Picked | null): Promise<void> {
    setBusy(true);
    try {
      await onSplit([...chosen], picked);
      onClose();
    } catch (failure) {
      tellFailure(failure);
    }
    setBusy(false);
  }

  return (
    <Modal
      opened
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
      size="lg"
      title={
        <Text fw={600} className="anyName">
          {t('strangers.splitTitle', { name: person.name })}
        </Text>
      }
    >
      <Stack gap="sm">
        <Text size="sm">{t('strangers.splitWhy')}</Text>
        {isPending ? (
          <Loading />
        ) : error && !data ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <div className={classes['choices']}>
            {shots.map(({ id, picture, capturedAt, camera }) => (
              <UnstyledButton
                key={id}
                className={classes['choice']}
                aria-pressed={chosen.has(id)}
                title={`${fullTime(capturedAt)}, ${cameraNames.get(camera) ?? camera}`}
                onClick={() => toggle(id)}
              >
                <Face src={picture} name={`${person.name}, ${fullTime(capturedAt)}`} size="100%" />
                {chosen.has(id) && (
                  <ThemeIcon className={classes['mark'] ?? ''} size={22} radius="xl" aria-hidden>
                    <IconCheck size={14} />
                  </ThemeIcon>
                )}
              </UnstyledButton>
            ))}
          </div>
        )}
        {hasNextPage && (
          <Button variant="subtle" loading={isFetching} onClick={() => void fetchNextPage()}>
            {t('parts.loadMore')}
          </Button>
        )}
        <Text size="sm" role="status" c={isAll ? 'red' : 'dimmed'}>
          {isAll ? t('strangers.splitAll') : t('strangers.chosen', { count: chosen.size })}
        </Text>
        {chosen.size > 0 && !isAll && (
          <Group align="flex-end">
            <div style={{ flex: '1 1 220px' }}>
              <PersonPicker
                label={t('strangers.splitWho')}
                mayCreate
                except={person.id}
                onPick={(picked) => void split(picked)}
              />
            </div>
            <Button loading={isBusy} onClick={() => void split(null)}>
              {t('strangers.splitNew')}
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
