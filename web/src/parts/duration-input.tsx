// A length of time to be typed: a number and its unit. Nobody counts a day in seconds.

import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const UNITS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;
type Unit = keyof typeof UNITS;
const NAMES = Object.keys(UNITS) as Unit[];

export function DurationInput({
  label,
  description,
  error,
  seconds,
  most,
  onChange,
}: {
  readonly label: string;
  readonly description?: string;
  readonly error?: ReactNode;
  readonly seconds: number;
  /** Seconds. */
  readonly most: number;
  readonly onChange: (seconds: number) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  // What was chosen stays, also where another unit would say it shorter.
  const [unit, setUnit] = useState<Unit>(() => unitOf(seconds));
  const length = UNITS[unit];
  const count = seconds / length;
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <Group gap="xs" wrap="nowrap" mt={6}>
        <NumberInput
          id={id}
          w={110}
          min={0}
          max={Math.floor(most / length)}
          allowDecimal={!Number.isInteger(count)}
          value={Number.isInteger(count) ? count : Number(count.toFixed(2))}
          onChange={(next) => typeof next === 'number' && onChange(Math.round(next * length))}
        />
        <Select
          w={140}
          aria-label={t('parts.unitOf', { what: label })}
          data={NAMES.filter((name) => UNITS[name] <= most).map((name) => ({
            value: name,
            label: t(`parts.units.${name}`),
          }))}
          value={unit}
          allowDeselect={false}
          onChange={(name) => {
            const next = NAMES.find((one) => one === name) ?? unit;
            setUnit(next);
            onChange(Math.min(most, Math.round(count) * UNITS[next]));
          }}
        />
      </Group>
    </Input.Wrapper>
  );
}

/** The largest that says it in whole numbers. */
function unitOf(seconds: number): Unit {
  return NAMES.findLast((name) => seconds > 0 && seconds % UNITS[name] === 0) ?? 'minute';
}
