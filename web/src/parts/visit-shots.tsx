// All shots of a visit: click for the large picture, tick to say something about some of them only.

import { ActionIcon, Center, Checkbox, Group, Modal, Text, UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.ts';
import { Face } from './face.tsx';
import { clockTime, fullTime } from './when.tsx';
import classes from './visit.module.css';

type Shot = Schemas['Detection'];

export function VisitShots({
  shots,
  chosen,
  onChoose,
}: {
  readonly shots: readonly Shot[];
  readonly chosen: ReadonlySet<string>;
  /** Absent for those who only look. */
  readonly onChoose?: (id: string, isChosen: boolean) => void;
}) {
  const { t } = useTranslation();
  const [large, setLarge] = useState<number | null>(null);
  const shown = large === null ? undefined : shots[large];
  const step = (by: number): void => setLarge((i) => (i === null ? null : (i + by + shots.length) % shots.length));
  return (
    <>
      <div className={classes['shots']} role="list" aria-label={t('log.shots', { count: shots.length })}>
        {shots.map((shot, i) => (
          <div key={shot.id} role="listitem" className={classes['shot']}>
            <UnstyledButton
              onClick={() => setLarge(i)}
              aria-label={t('log.large', { time: clockTime(shot.capturedAt) })}
            >
              <Face src={shot.picture} name={shot.person?.name ?? null} size="100%" />
            </UnstyledButton>
            {onChoose && shots.length > 1 && (
              <Checkbox
                size="xs"
                className={classes['tick']}
                aria-label={t('log.chooseShot', { time: clockTime(shot.capturedAt) })}
                checked={chosen.has(shot.id)}
                onChange={(event) => onChoose(shot.id, event.currentTarget.checked)}
              />
            )}
            <Text size="xs" c="dimmed" ta="center">
              {clockTime(shot.capturedAt)}
            </Text>
          </div>
        ))}
      </div>
      {shown && (
        <Modal
          opened
          onClose={() => setLarge(null)}
          size="lg"
          title={fullTime(shown.capturedAt)}
          closeButtonProps={{ 'aria-label': t('parts.close') }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft') step(-1);
            if (event.key === 'ArrowRight') step(1);
          }}
        >
          <Group wrap="nowrap" justify="center">
            <ActionIcon
              variant="subtle"
              aria-label={t('log.shotBefore')}
              onClick={() => step(-1)}
              disabled={shots.length < 2}
            >
              <IconChevronLeft />
            </ActionIcon>
            <Center className={classes['large']}>
              <img src={shown.picture} alt={t('parts.faceOf', { name: shown.person?.name ?? t('parts.somebody') })} />
            </Center>
            <ActionIcon
              variant="subtle"
              aria-label={t('log.shotAfter')}
              onClick={() => step(1)}
              disabled={shots.length < 2}
            >
              <IconChevronRight />
            </ActionIcon>
          </Group>
        </Modal>
      )}
    </>
  );
}
