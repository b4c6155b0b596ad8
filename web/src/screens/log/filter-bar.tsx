// What of the log to show: person, kind, cameras, days, decision, quality, who decided.

import { Checkbox, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CameraFilter } from '../../parts/camera-filter.tsx';
import { countOf, FilterBar, withPart } from '../../parts/filter-bar.tsx';
import { PersonFilter } from '../../parts/person-filter.tsx';
import { Calendar } from './calendar.tsx';
import { DECISIONS, isFiltered, searchOf, type LogFilter } from './filter.ts';

const QUALITIES = { '0.3': 'log.qualityFair', '0.5': 'log.qualityGood', '0.7': 'log.qualityBest' } as const;

export function LogFilterBar({
  filter,
  onChange,
}: {
  readonly filter: LogFilter;
  readonly onChange: (filter: LogFilter) => void;
}) {
  const { t } = useTranslation();
  const change = (part: { readonly [K in keyof LogFilter]?: LogFilter[K] | undefined }): void =>
    onChange(withPart(filter, part));
  return (
    <FilterBar
      count={countOf(searchOf(filter))}
      isFiltered={isFiltered(filter)}
      onClear={() => onChange({ cameras: [] })}
    >
      <PersonFilter person={filter.person} onChange={(person) => change({ person })} />
      <Select
        w={170}
        clearable
        aria-label={t('log.kind')}
        placeholder={t('log.everybody')}
        data={(['known', 'unknown', 'undecided'] as const).map((value) => ({ value, label: t(`log.kinds.${value}`) }))}
        value={filter.kind ?? null}
        onChange={(kind) => change({ kind: kind ?? undefined })}
        clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('log.kind') }) }}
      />
      <CameraFilter cameras={filter.cameras} onChange={(cameras) => change({ cameras })} />
      <Calendar filter={filter} onChange={({ from, to }) => change({ from, to })} />
      <Select
        w={190}
        clearable
        aria-label={t('log.decision')}
        placeholder={t('log.anyDecision')}
        data={DECISIONS.map((value) => ({ value, label: t(`log.decisions.${value}`) }))}
        value={filter.decision ?? null}
        onChange={(decision) => change({ decision: decision ?? undefined })}
        clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('log.decision') }) }}
      />
      <Select
        w={160}
        clearable
        aria-label={t('log.quality')}
        placeholder={t('log.anyQuality')}
        data={Object.entries(QUALITIES).map(([value, text]) => ({ value, label: t(text) }))}
        value={filter.quality === undefined ? null : String(filter.quality)}
        onChange={(value) => change({ quality: value === null ? undefined : Number(value) })}
        clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('log.quality') }) }}
      />
      <Checkbox
        label={t('log.onlyConfirmed')}
        checked={filter.by === 'human'}
        onChange={(event) => change({ by: event.currentTarget.checked ? 'human' : undefined })}
      />
    </FilterBar>
  );
}
