// Chooses days, and shows how much there is on each.

import { Button, Popover, Stack, Text } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import '@mantine/dates/styles.css';
import german from 'dayjs/locale/de';
import { IconCalendar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { dayKey } from '../../parts/when.tsx';
import { today, type LogFilter } from './filter.ts';
import classes from './log.module.css';

type Days = [string | null, string | null];

export function Calendar({
  filter,
  onChange,
}: {
  readonly filter: LogFilter;
  readonly onChange: (days: Pick<LogFilter, 'from' | 'to'>) => void;
}) {
  const { t, i18n } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [month, setMonth] = useState(filter.from ?? today());
  const [begun, setBegun] = useState<Days | null>(null);
  const counts = useCounts(month, filter, opened);
  const choose = (from: string | null, to: string | null): void => {
    setBegun(null);
    setOpened(false);
    onChange({ ...(from !== null && { from }), ...(to !== null && { to }) });
  };
  const presets: readonly [string, string | null, string | null][] = [
    [t('parts.today'), today(), today()],
    [t('parts.yesterday'), today(1), today(1)],
    [t('log.lastWeek'), today(6), today()],
    [t('log.allDays'), null, null],
  ];
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant={filter.from || filter.to ? 'light' : 'default'}
          leftSection={<IconCalendar size={16} />}
          onClick={() => setOpened((is) => !is)}
        >
          {labelOf(filter, i18n.language) ?? t('log.days')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Button.Group orientation="vertical">
            {presets.map(([label, from, to]) => (
              <Button
                key={label}
                size="compact-sm"
                variant="subtle"
                justify="flex-start"
                onClick={() => choose(from, to)}
              >
                {label}
              </Button>
            ))}
          </Button.Group>
          <DatePicker
            type="range"
            allowSingleDateInRange
            locale={i18n.language === 'de' ? german.name : 'en'}
            maxDate={today()}
            date={month}
            onDateChange={setMonth}
            value={begun ?? [filter.from ?? null, filter.to ?? null]}
            onChange={(days) => {
              const [from, to] = days as Days;
              if (from !== null && to !== null) choose(from, to);
              else setBegun([from, to]);
            }}
            ariaLabels={{ previousMonth: t('log.monthBefore'), nextMonth: t('log.monthAfter') }}
            renderDay={(date) => <Day date={date} count={counts.get(date) ?? 0} />}
            getDayProps={(date) => ({ 'aria-label': t('log.dayCount', { day: date, count: counts.get(date) ?? 0 }) })}
          />
          <Text size="xs" c="dimmed" maw={260}>
            {t('log.daysHint')}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Day({ date, count }: { readonly date: string; readonly count: number }) {
  return (
    <Stack gap={1} align="center">
      <span>{Number(date.slice(8))}</span>
      <span className={classes['count']} aria-hidden>
        {count > 0 ? (count > 999 ? '999+' : count) : '·'}
      </span>
    </Stack>
  );
}

/** Of the month and what of its neighbours is in sight. */
function useCounts(month: string, { person, cameras }: LogFilter, enabled: boolean): ReadonlyMap<string, number> {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const asked = {
    from: dayKey(new Date(year, number - 1, -6)),
    to: dayKey(new Date(year, number, 7)),
    zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(person !== undefined && { person }),
    ...(cameras.length > 0 && { camera: [...cameras] }),
  };
  const { data } = useQuery({
    queryKey: ['visits', 'days', asked],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/visits/days', { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
    enabled,
  });
  return new Map(data?.items.map(({ day, known, unknown, undecided }) => [day, known + unknown + undecided]));
}

function labelOf({ from, to }: LogFilter, language: string): string | null {
  const short = (day: string): string =>
    new Date(`${day}T12:00`).toLocaleDateString(language, { day: 'numeric', month: 'short', year: '2-digit' });
  if (from && to) return from === to ? short(from) : `${short(from)} – ${short(to)}`;
  if (from) return `${short(from)} –`;
  return to ? `– ${short(to)}` : null;
}
