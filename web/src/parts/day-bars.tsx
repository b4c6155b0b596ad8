// How many there were on each day: a bar for each.

import { Group } from '@mantine/core';
import { dayName } from './when.tsx';

const HEIGHT = 48;
const LEAST = 3;

export function DayBars({
  label,
  days,
  words,
}: {
  readonly label: string;
  /** Days (YYYY-MM-DD) in their order. */
  readonly days: readonly (readonly [day: string, count: number])[];
  /** Of one bar: "3 on Monday". */
  readonly words: (day: string, count: number) => string;
}) {
  const most = Math.max(1, ...days.map(([, count]) => count));
  const said = days.map(([day, count]) => words(dayName(day), count));
  return (
    <Group
      gap={3}
      align="flex-end"
      wrap="nowrap"
      role="img"
      aria-label={`${label}. ${said.join('; ')}`}
      h={HEIGHT}
      flex={1}
    >
      {days.map(([day, count], i) => (
        <div
          key={day}
          title={said[i]}
          style={{
            flex: '1 1 0',
            maxWidth: 28,
            height: LEAST + (count / most) * (HEIGHT - LEAST),
            borderRadius: 3,
            background: count === 0 ? 'var(--mantine-color-default-border)' : 'var(--mantine-primary-color-filled)',
          }}
        />
      ))}
    </Group>
  );
}
