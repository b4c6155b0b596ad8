// All strangers at once: several are chosen and become one, or are ignored together. Also the list of the ignored ones.

import { Anchor, Button, Checkbox, Paper, Stack, Text } from '@mantine/core';
import { IconEyeOff, IconUserCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Face } from '../../parts/face.tsx';
import { When } from '../../parts/when.tsx';
import { useAnswers } from './answers.ts';
import { GridBar } from './grid-bar.tsx';
import { bestGuess } from './lookalike.tsx';
import type { Stranger, useStrangers } from './queue.ts';
import classes from './strangers.module.css';

export function Grid({
  strangers: { strangers, query },
  sightings,
  cameraNames,
  isIgnored,
  onOpen,
}: {
  readonly strangers: ReturnType<typeof useStrangers>;
  readonly sightings: number;
  readonly cameraNames: ReadonlyMap<string, string>;
  readonly isIgnored: boolean;
  readonly onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  const mayChange = useMay('operator');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const leave = (id: string): void => setLeft((before) => new Set([...before, id]));
  const bringBack = (id: string): void => setLeft((before) => new Set([...before].filter((one) => one !== id)));
  const answers = useAnswers({ leave, bringBack }, sightings);
  const shown = strangers.filter(({ person }) => !left.has(person.id));

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }

  if (shown.length === 0 && !query.isFetching) {
    return isIgnored ? (
      <Empty icon={<IconEyeOff size={30} />} title={t('strangers.noIgnored')}>
        {t('strangers.noIgnoredWhy')}
      </Empty>
    ) : (
      <Empty icon={<IconUserCheck size={30} />} title={t('strangers.empty')}>
        {t('strangers.emptyWhy')}
      </Empty>
    );
  }
  return (
    <Stack>
      <div className={classes['tiles']}>
        {shown.map((stranger) => {
          const { person, shots, lastSeenAt, sightings: count } = stranger;
          const guess = bestGuess(stranger);
          return (
            <Paper
              key={person.id}
              withBorder
              p="xs"
              className={classes['tile'] ?? ''}
              data-chosen={chosen.has(person.id) || undefined}
            >
              <Stack gap={6}>
                <Face src={shots[0]?.picture ?? null} name={person.name} size="100%" />
                {mayChange && !isIgnored ? (
                  <Checkbox
                    checked={chosen.has(person.id)}
                    onChange={() => toggle(person.id)}
                    label={
                      <Text size="sm" fw={500} className="oneLine">
                        {person.name}
                      </Text>
                    }
                    aria-label={t('strangers.choose', { name: person.name })}
                    styles={{ labelWrapper: { minWidth: 0 }, label: { maxWidth: '100%' }, body: { minWidth: 0 } }}
                  />
                ) : (
                  <Text size="sm" fw={500} className="oneLine">
                    {person.name}
                  </Text>
                )}
                <Text size="xs" c="dimmed" component="div">
                  {t('strangers.sightings', { count })} · <When at={lastSeenAt} inherit span />
                </Text>
                <Text size="xs" c="dimmed" className="oneLine">
                  {stranger.cameras.map(({ id }) => cameraNames.get(id) ?? id).join(', ')}
                </Text>
                {isIgnored ? (
                  mayChange && (
                    <Button size="compact-sm" variant="default" onClick={() => answers.unignore(stranger)}>
                      {t('strangers.takeBack')}
                    </Button>
                  )
                ) : (
                  <Anchor
                    component="button"
                    type="button"
                    size="xs"
                    ta="left"
                    className="oneLine"
                    onClick={() => onOpen(person.id)}
                  >
                    {guess
                      ? t('strangers.mayBe.possible', { name: guess.name })
                      : t('strangers.open', { name: person.name })}
                  </Anchor>
                )}
              </Stack>
            </Paper>
          );
        })}
      </div>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('parts.loadMore')}
        </Button>
      )}
      {chosen.size > 0 && (
        <GridBar
          chosen={shown.filter(({ person }: Stranger) => chosen.has(person.id))}
          sightings={sightings}
          leave={leave}
          bringBack={bringBack}
          onDone={() => setChosen(new Set())}
        />
      )}
    </Stack>
  );
}
