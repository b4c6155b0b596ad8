// What of the log to show: person, kind, cameras, days, decision, quality, who decided.

import { Button, Checkbox, Collapse, Group, Select } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconFilterOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CameraFilter } from '../../parts/camera-filter.tsx';
import { PersonFilter } from '../../parts/person-filter.tsx';
import { Calendar } from './calendar.tsx';
import { DECISIONS, isFiltered, searchOf, type LogFilter } from './filter.ts';

const QUALITIES = { '0.3': 'log.qualityFair', '0.5': 'log.qualityGood', '0.7': 'log.qualityBest' } as const;

export function FilterBar({
  filter,
  onChange,
}: {
  readonly filter: LogFilter;
  readonly onChange: (filter: LogFilter) => void;
}) {
  const { t } = useTranslation();
  const isWide = useMediaQuery('(min-width: 48em)') ?? true;
  const [opened, { toggle }] = useDisclosure(false);
  const count = Object.values(searchOf(filter)).filter((value) => value !== undefined).length;
  /** What is undefined is taken out. */
  const change = (part: { readonly [K in keyof LogFilter]?: LogFilter[K] | undefined }): void => {
    const next = Object.fromEntries(Object.entries({ ...filter, ...part }).filter(([, value]) => value !== undefined));
    onChange(next as unknown as LogFilter);
  };
  const fields = (
    <Group gap="xs" role="search" aria-label={t('log.filter')}>
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
    <>
      <Button variant="default" leftSection={<IconFilter size={16} />} onClick={toggle} aria-expanded={opened}>
        {count === 0 ? t('log.filter') : t('log.filterCount', { count })}
      </Button>
      <Collapse expanded={opened} pt="xs">
        {fields}
      </Collapse>
    </>
  );
}
