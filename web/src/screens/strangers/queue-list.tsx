// Who waits: beside the one who is looked at, or above her where there is little room.

import { Box, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '../../parts/face.tsx';
import { When } from '../../parts/when.tsx';
import type { Queue, Stranger } from './queue.ts';
import classes from './strangers.module.css';

export function QueueList({ queue }: { readonly queue: Queue }) {
  const { t } = useTranslation();
  return (
    <nav className={classes['queue']} aria-label={t('strangers.queue')}>
      {queue.strangers.map((stranger) => (
        <Waiting
          key={stranger.person.id}
          stranger={stranger}
          isCurrent={stranger.person.id === queue.current?.person.id}
          onClick={() => queue.go(stranger.person.id)}
        />
      ))}
    </nav>
  );
}

function Waiting({
  stranger: { person, shots, sightings, lastSeenAt },
  isCurrent,
  onClick,
}: {
  readonly stranger: Stranger;
  readonly isCurrent: boolean;
  readonly onClick: () => void;
}) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent]);
  return (
    <UnstyledButton ref={button} className={classes['waiting']} aria-current={isCurrent || undefined} onClick={onClick}>
      <Face src={shots[0]?.picture ?? null} name={null} size={44} />
      <Box miw={0} w="100%">
        <Text size="sm" fw={500} className="oneLine">
          {person.name}
        </Text>
        <Text size="xs" c="dimmed" visibleFrom="md" className="oneLine" component="div">
          {t('strangers.sightings', { count: sightings })} · <When at={lastSeenAt} inherit span />
        </Text>
      </Box>
    </UnstyledButton>
  );
}
