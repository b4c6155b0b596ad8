// Hours of a week as a picture: a bar for each day. Their line of words says the same to those who cannot see it.

import { Text } from '@mantine/core';
import type { Hours } from '../../../src/alert-port.ts';
import { DAY_MINUTES, EVERY_DAY, partsOfDays } from './hours.ts';
import { weekdayName } from './hours-words.ts';
import classes from './hours.module.css';

const MARKS = [0, 6, 12, 18, 24];

function share(minutes: number): string {
  return `${(minutes / DAY_MINUTES) * 100}%`;
}

export function HoursWeek({ hours }: { readonly hours: Hours }) {
  const days = partsOfDays(hours);
  return (
    <div className={classes['week']} aria-hidden>
      {EVERY_DAY.map((day) => (
        <div key={day} className={classes['day']}>
          <Text size="xs" c="dimmed">
            {weekdayName(day)}
          </Text>
          <div className={classes['bar']}>
            {(days[day] ?? []).map(([from, to], i) => (
              <div key={i} className={classes['span']} style={{ left: share(from), width: share(to - from) }} />
            ))}
          </div>
        </div>
      ))}
      <div className={classes['day']}>
        <span />
        <div className={classes['marks']}>
          {MARKS.map((hour) => (
            <Text key={hour} size="xs" c="dimmed">
              {hour}
            </Text>
          ))}
        </div>
      </div>
    </div>
  );
}
