// One stranger at a time, large, with the queue beside her.

import { Anchor, Box, VisuallyHidden } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { tellMeanwhile, undoLast } from '../../parts/notices.tsx';
import { useAnswers } from './answers.ts';
import { useKeys, type Keys } from './keys.ts';
import { bestGuess } from './lookalike.tsx';
import { focusNaming } from './naming.tsx';
import { QueueList } from './queue-list.tsx';
import { useQueue, type useStrangers } from './queue.ts';
import { Split } from './split.tsx';
import { StrangerCard } from './stranger-card.tsx';
import classes from './strangers.module.css';

export function Review({
  strangers,
  sightings,
  cameraNames,
  wanted,
  stopped,
  onGo,
}: {
  readonly strangers: ReturnType<typeof useStrangers>;
  readonly sightings: number;
  readonly cameraNames: ReadonlyMap<string, string>;
  readonly wanted: string | undefined;
  /** Keys mean nothing now. */
  readonly stopped: boolean;
  readonly onGo: (id: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const mayChange = useMay('operator');
  const mayCameras = useMay('administrator');
  const [splits, setSplits] = useState(false);
  const queue = useQueue(strangers, wanted, onGo, ({ person }, why) => {
    tellMeanwhile(t('strangers.meanwhile', { name: person.name }), why === '' ? t('strangers.isGone') : why);
  });
  const answers = useAnswers(queue, sightings);
  const { current } = queue;
  const guess = current && bestGuess(current);

  const walking: Keys = {
    k: () => queue.step(1),
    j: () => queue.step(-1),
    ArrowRight: () => queue.step(1),
    ArrowLeft: () => queue.step(-1),
    ' ': () => queue.step(1),
  };
  const changing: Keys =
    current && mayChange
      ? {
          n: focusNaming,
          i: () => answers.ignore(current),
          d: () => answers.discard(current),
          ...(current.sightings > 1 && { s: () => setSplits(true) }),
          ...(guess && { m: () => answers.merge(current, guess) }),
        }
      : {};
  useKeys(stopped || splits ? {} : { ...walking, ...changing, ...(mayChange && { u: () => void undoLast() }) });

  if (!current) {
    if (strangers.query.isFetching) return null;
    return (
      <Box flex={1}>
        <Empty icon={<IconUserCheck size={30} />} title={t('strangers.empty')}>
          {t('strangers.emptyWhy')}
          {mayCameras && (
            <>
              {' '}
              <Anchor component={Link} to="/cameras">
                {t('strangers.emptyCameras')}
              </Anchor>
            </>
          )}
        </Empty>
      </Box>
    );
  }
  return (
    <div className={classes['review']}>
      <VisuallyHidden role="status">{current.person.name}</VisuallyHidden>
      <QueueList queue={queue} />
      <StrangerCard
        key={current.person.id}
        stranger={current}
        queue={queue}
        answers={answers}
        cameraNames={cameraNames}
        mayChange={mayChange}
        onSplit={() => setSplits(true)}
      />
      {splits && (
        <Split
          stranger={current}
          cameraNames={cameraNames}
          onClose={() => setSplits(false)}
          onSplit={(detections, picked) => answers.split(current, detections, picked)}
        />
      )}
    </div>
  );
}
