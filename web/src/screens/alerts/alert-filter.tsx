// Which alerts: of which rule, about whom, at which cameras, on which days.

import { Select } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import '@mantine/dates/styles.css';
import german from 'dayjs/locale/de';
import { IconCalendar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { CameraFilter } from '../../parts/camera-filter.tsx';
import { countOf, FilterBar, withPart } from '../../parts/filter-bar.tsx';
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
  const may = useMay('operator');
  const rules = useQuery({ ...rulesQuery, enabled: may }).data?.items ?? [];
  const change = (part: { readonly [K in keyof AlertFilter]?: AlertFilter[K] | undefined }): void =>
    onChange(withPart(filter, part));
  return (
    <FilterBar
      count={countOf(searchOf(filter))}
      isFiltered={isFiltered(filter)}
      onClear={() => onChange({ cameras: [] })}
    >
      {may && (
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
      )}
      <PersonFilter person={filter.person} onChange={(person) => change({ person })} />
      <CameraFilter cameras={filter.cameras} onChange={(cameras) => change({ cameras })} />
      <DaysFilter from={filter.from} to={filter.to} onChange={change} />
    </FilterBar>
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
