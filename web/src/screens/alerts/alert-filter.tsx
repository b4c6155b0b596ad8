// Which alerts: of which rule, about whom, at which cameras, on which days.

import { Button, Collapse, Group, Select } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import '@mantine/dates/styles.css';
import german from 'dayjs/locale/de';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconCalendar, IconFilter, IconFilterOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraFilter } from '../../parts/camera-filter.tsx';
import { PersonFilter } from '../../parts/person-filter.tsx';
import { isFiltered, searchOf, type AlertFilter } from './filter.ts';
import { rulesQuery } from './queries.ts';

export function AlertFilterBar({
  filter,
  onChange,
}: {
  readonly filter: AlertFilter;
  readonly onChange: (filter: AlertFilter) => void;
}) {
  const { t } = useTranslation();
  const isWide = useMediaQuery('(min-width: 48em)') ?? true;
  const [opened, { toggle }] = useDisclosure(false);
  const rules = useQuery(rulesQuery).data?.items ?? [];
  const count = Object.values(searchOf(filter)).filter((value) => value !== undefined).length;
  /** What is undefined is taken out. */
  const change = (part: { readonly [K in keyof AlertFilter]?: AlertFilter[K] | undefined }): void => {
    const next = Object.fromEntries(Object.entries({ ...filter, ...part }).filter(([, value]) => value !== undefined));
    onChange(next as unknown as AlertFilter);
  };
  const fields = (
    <Group gap="xs" role="search" aria-label={t('log.filter')}>
      <Select
        w={220}
        clearable
        searchable
        aria-label={t('alerts.rule')}
        placeholder={t('alerts.allRules')}
        data={rules.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.rule ?? null}
        onChange={(rule) => change({ rule: rule ?? undefined })}
        clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('alerts.rule') }) }}
      />
      <PersonFilter person={filter.person} onChange={(person) => change({ person })} />
      <CameraFilter cameras={filter.cameras} onChange={(cameras) => change({ cameras })} />
      <DaysFilter from={filter.from} to={filter.to} onChange={change} />
      {isFiltered(filter) && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconFilterOff size={16} />}
          onClick={() => onChange({ cameras: [] })}
        >
          {t('log.clear')}
        </Button>
      )}
    </Group>
  );
  if (isWide) return fields;
  return (
    <div>
      <Button variant="default" leftSection={<IconFilter size={16} />} onClick={toggle} aria-expanded={opened}>
        {count === 0 ? t('log.filter') : t('log.filterCount', { count })}
      </Button>
      <Collapse expanded={opened} pt="xs">
        {fields}
      </Collapse>
    </div>
  );
}

type Days = [string | null, string | null];

function DaysFilter({
  from,
  to,
  onChange,
}: {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onChange: (days: { readonly from: string | undefined; readonly to: string | undefined }) => void;
}) {
  const { t, i18n } = useTranslation();
  // The first day is chosen, the last one not yet.
  const [begun, setBegun] = useState<Days | null>(null);
  return (
    <DatePickerInput
      type="range"
      w={230}
      allowSingleDateInRange
      locale={i18n.language === 'de' ? german.name : 'en'}
      valueFormat="D MMM YYYY"
      leftSection={<IconCalendar size={16} />}
      placeholder={t('log.days')}
      clearable
      clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('alerts.days') }) }}
      value={begun ?? [from ?? null, to ?? null]}
      onChange={([first, last]) => {
        const isWhole = (first === null) === (last === null);
        setBegun(isWhole ? null : [first, last]);
        if (isWhole) onChange({ from: first ?? undefined, to: last ?? undefined });
      }}
    />
  );
}
