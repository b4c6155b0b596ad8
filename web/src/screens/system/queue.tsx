// What waits to be recognised, and how fast it goes.

import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { number } from '../../parts/said.ts';
import { When } from '../../parts/when.tsx';
import { RetryFailed } from './retry-failed.tsx';
import { Fact, Tile } from './tile.tsx';

export function Queue({ queue }: { readonly queue: Schemas['System']['queue'] }) {
  const { t } = useTranslation();
  const hour = queue.minutes.reduce((sum, count) => sum + count, 0);
  return (
    <Tile title={t('system.queue')}>
      <Group gap="xl" mb="xs">
        <Figure value={number(queue.pending)} name={t('system.waiting')} />
        <Figure value={number(queue.perMinute)} name={t('system.perMinute')} />
      </Group>
      <Bars counts={queue.minutes} label={t('system.lastHour', { count: hour })} />
      <Fact name={t('system.oldest')}>{queue.oldestAt === null ? '–' : <When at={queue.oldestAt} size="sm" />}</Fact>
      <Fact name={t('system.failed')}>
        <Group gap="xs" justify="flex-end">
          {number(queue.failed)}
          {queue.failed > 0 && <RetryFailed />}
        </Group>
      </Fact>
    </Tile>
  );
}

function Figure({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <div>
      <Text fz={28} fw={700} lh={1.1}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
    </div>
  );
}

const HEIGHT = 44;
const STEP = 5;

/** One bar a minute. */
function Bars({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...counts);
  return (
    <figure style={{ margin: 0 }}>
      <svg
        viewBox={`0 0 ${counts.length * STEP} ${HEIGHT}`}
        width="100%"
        height={HEIGHT}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <rect y={HEIGHT - 1} width={counts.length * STEP} height={1} fill="var(--mantine-color-default-border)" />
        {counts.map((count, minute) => {
          const height = (count / most) * (HEIGHT - 2);
          return (
            <rect
              // Minutes have no other name than their place.
              // oxlint-disable-next-line react/no-array-index-key
              key={minute}
              x={minute * STEP}
              y={HEIGHT - height}
              width={STEP - 1}
              height={height}
              fill="var(--mantine-primary-color-filled)"
            />
          );
        })}
      </svg>
      <Text component="figcaption" size="xs" c="dimmed">
        {label}
      </Text>
    </figure>
  );
}
