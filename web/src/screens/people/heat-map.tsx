// A week by hours as a table whose cells are the darker the more visits began then; the number is said where one points or goes.

import { Text } from '@mantine/core';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './heat-map.module.css';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Every so many hours one is written. */
const STEP = 6;
/** The least that can be seen. */
const FAINT = 0.2;

function hourName(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

export function HeatMap({ week }: { readonly week: readonly (readonly number[])[] }) {
  const { t, i18n } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const [[row, column], setAt] = useState<readonly [number, number]>([0, 0]);
  const [pointed, setPointed] = useState<readonly [number, number] | null>(null);
  const most = Math.max(1, ...week.flat());
  // 5 January 1970 was a Monday.
  const dayName = (day: number, style: 'long' | 'short'): string =>
    new Date(Date.UTC(1970, 0, 5 + day)).toLocaleDateString(i18n.language, { weekday: style, timeZone: 'UTC' });
  const say = (day: number, hour: number): string =>
    t('people.heatCell', {
      day: dayName(day, 'long'),
      from: hourName(hour),
      to: hourName((hour + 1) % 24),
      visits: t('people.visits', { count: week[day]?.[hour] ?? 0 }),
    });

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Record<string, readonly [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = [Math.min(6, Math.max(0, row + step[0])), Math.min(23, Math.max(0, column + step[1]))] as const;
    setAt(next);
    body.current?.querySelector<HTMLElement>(`[data-at="${next.join()}"]`)?.focus();
  }

  return (
    <div>
      <table className={classes['table']} aria-label={t('people.heatMap')}>
        <thead>
          <tr>
            <th aria-label={t('people.weekday')} />
            {HOURS.map((hour) => (
              <th key={hour} scope="col" aria-label={hourName(hour)}>
                {hour % STEP === 0 ? String(hour).padStart(2, '0') : ''}
              </th>
            ))}
          </tr>
        </thead>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the arrow keys of the focused cell */}
        <tbody ref={body} onKeyDown={onKeyDown} onPointerLeave={() => setPointed(null)}>
          {week.map((hours, day) => (
            <tr key={dayName(day, 'long')}>
              <th scope="row" aria-label={dayName(day, 'long')}>
                {dayName(day, 'short')}
              </th>
              {hours.map((visits, hour) => (
                <td
                  key={hour}
                  className={classes['cell']}
                  style={{ ['--heat' as string]: visits === 0 ? 0 : FAINT + (1 - FAINT) * (visits / most) }}
                  data-at={`${day},${hour}`}
                  data-visits={visits}
                  tabIndex={day === row && hour === column ? 0 : -1}
                  title={say(day, hour)}
                  onFocus={() => {
                    setAt([day, hour]);
                    setPointed([day, hour]);
                  }}
                  onBlur={() => setPointed(null)}
                  onPointerEnter={() => setPointed([day, hour])}
                >
                  {visits}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mih="1.6em">
        {pointed ? say(...pointed) : t('people.heatHint')}
      </Text>
    </div>
  );
}
