// Hours of a week to be edited: a preset to begin with, rows of days and times, what holds on holidays, and the week as a picture.

import { ActionIcon, Button, Chip, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hours } from '../../../src/alert-port.ts';
import { api, dataOf } from '../api/client.ts';
import {
  areSame,
  clockOf,
  DAY_MINUTES,
  EVERY_DAY,
  HOURS_PRESETS,
  isAllDay,
  isOverMidnight,
  minuteOf,
  presetOf,
  rowsOf,
  weekOf,
  type HoursPreset,
  type HoursRow,
} from './hours.ts';
import { HoursWeek } from './hours-week.tsx';
import { hoursText, weekdayName } from './hours-words.ts';

const PRESETS = ['always', 'working', 'outside', 'nights'] as const;
const HOLIDAYS = ['usual', 'sunday', 'never', 'all_day'] as const;
const NEW_ROW: HoursRow = { days: [0, 1, 2, 3, 4], from: 480, to: 1020 };
/** As many spans of one day as the API takes. */
const MOST_ROWS = 24;

export function HoursEditor({
  label,
  value,
  onChange,
  disabled = false,
}: {
  readonly label: string;
  /** Null: always. */
  readonly value: Hours | null;
  readonly onChange: (hours: Hours | null) => void;
  readonly disabled?: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [wantsOwn, setWantsOwn] = useState(false);
  const rows = useRows(value);
  const preset = wantsOwn && value !== null ? 'own' : (presetOf(value) ?? 'own');

  function choose(name: string): void {
    setWantsOwn(name === 'own');
    if (name !== 'own') onChange(HOURS_PRESETS[name as HoursPreset]);
    else if (value === null) onChange(HOURS_PRESETS.working);
  }

  function change(next: readonly HoursRow[]): void {
    const hours = { week: weekOf(next), holidays: value?.holidays ?? 'usual' } as const;
    rows.keep(next, hours);
    onChange(hours);
  }

  return (
    <Stack gap="xs" role="group" aria-labelledby={id}>
      <Text size="sm" fw={600} id={id}>
        {label}
      </Text>
      <Chip.Group value={preset} onChange={choose}>
        <Group gap={6}>
          {[...PRESETS, 'own' as const].map((name) => (
            <Chip key={name} value={name} size="sm" disabled={disabled}>
              {t(`hours.${name}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {value !== null && (
        <Paper withBorder p="sm">
          <Stack gap="md">
            {rows.shown.map((row, i) => (
              <Row
                // Rows have no name of their own, and nothing of theirs is kept beside them.
                key={i}
                row={row}
                disabled={disabled}
                onChange={(next) => change(rows.shown.with(i, next))}
                onRemove={() => change(rows.shown.toSpliced(i, 1))}
              />
            ))}
            <Group>
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlus size={16} />}
                disabled={disabled || rows.shown.length >= MOST_ROWS}
                onClick={() => change([...rows.shown, NEW_ROW])}
              >
                {t('hours.add')}
              </Button>
            </Group>
            <Select
              label={t('hours.onHolidays')}
              data={HOLIDAYS.map((name) => ({ value: name, label: t(`hours.holidays.${name}`) }))}
              value={value.holidays}
              allowDeselect={false}
              disabled={disabled}
              onChange={(name) => onChange({ ...value, holidays: name as Hours['holidays'] })}
            />
            <HoursWeek hours={value} />
          </Stack>
        </Paper>
      )}
      <Text size="sm" c="dimmed" aria-live="polite">
        {/* Where it is always, the choice says so already. */}
        {value !== null && (
          <>
            {hoursText(value)}
            <Zone />
          </>
        )}
      </Text>
    </Stack>
  );
}

/** The rows as they are edited: a day that is in none for a moment, or a row without days, is kept while it stands on the screen. */
function useRows(value: Hours | null) {
  const [kept, setKept] = useState<{ readonly rows: readonly HoursRow[]; readonly hours: Hours } | null>(null);
  const isKept = kept !== null && areSame({ ...kept.hours, holidays: value?.holidays ?? 'usual' }, value);
  return {
    shown: isKept ? kept.rows : value ? rowsOf(value) : [],
    keep: (rows: readonly HoursRow[], hours: Hours) => setKept({ rows, hours }),
  };
}

function Row({
  row,
  disabled,
  onChange,
  onRemove,
}: {
  readonly row: HoursRow;
  readonly disabled: boolean;
  readonly onChange: (row: HoursRow) => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      <Chip.Group
        multiple
        value={row.days.map(String)}
        onChange={(days) => onChange({ ...row, days: days.map(Number).toSorted((a, b) => a - b) })}
      >
        <Group gap={3}>
          {EVERY_DAY.map((day) => (
            <Chip
              key={day}
              value={String(day)}
              size="xs"
              icon={null}
              disabled={disabled}
              aria-label={weekdayName(day, 'long')}
              styles={{ iconWrapper: { display: 'none' }, label: { paddingInline: 7 } }}
            >
              {weekdayName(day)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group gap="xs" wrap="nowrap">
        <Clock
          name={t('hours.from')}
          minute={row.from}
          disabled={disabled}
          onChange={(from) => onChange({ ...row, from })}
        />
        <Text aria-hidden>–</Text>
        <Clock
          name={t('hours.to')}
          minute={row.to}
          disabled={disabled}
          onChange={(to) => onChange({ ...row, to: to === 0 ? DAY_MINUTES : to })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          disabled={disabled}
          aria-label={t('hours.remove')}
          onClick={onRemove}
        >
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
      <Text size="xs" c={row.days.length === 0 ? 'red' : 'dimmed'}>
        <Hint row={row} />
      </Text>
    </Stack>
  );
}

function Hint({ row }: { readonly row: HoursRow }) {
  const { t } = useTranslation();
  if (row.days.length === 0) return t('hours.noDays');
  if (isAllDay(row)) return t('hours.allDay');
  return isOverMidnight(row) ? t('hours.nextDay') : null;
}

function Clock({
  name,
  minute,
  disabled,
  onChange,
}: {
  readonly name: string;
  readonly minute: number;
  readonly disabled: boolean;
  readonly onChange: (minute: number) => void;
}) {
  return (
    <TextInput
      type="time"
      aria-label={name}
      // Its clock knows no 24:00.
      value={clockOf(minute % DAY_MINUTES)}
      disabled={disabled}
      onChange={(event) => {
        const next = minuteOf(event.currentTarget.value);
        if (next !== null) onChange(next);
      }}
    />
  );
}

/** In which zone the hours are meant. */
function Zone() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['calendar'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/calendar', { signal })),
    staleTime: 60_000,
  });
  return data ? ` (${t('hours.zone', { zone: data.timeZone.replaceAll('_', ' ') })})` : null;
}
