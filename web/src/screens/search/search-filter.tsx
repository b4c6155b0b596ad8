// Which part of the log is searched: days and cameras. It stands in the address.

import { Button, Group, MultiSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dayKey } from '../../parts/when.tsx';
import { useCameraNames } from './sightings.tsx';
import { ALL, type Filter } from './subject.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;

export function SearchFilter({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}) {
  const { t } = useTranslation();
  const cameras = useCameraNames();
  const { from, to, camera } = filter;
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        type="date"
        label={t('search.from')}
        value={from === ALL ? '' : (from ?? firstDay())}
        onChange={(event) => onChange({ ...filter, from: event.currentTarget.value || ALL })}
      />
      <TextInput
        type="date"
        label={t('search.to')}
        value={to ?? ''}
        onChange={(event) => onChange({ ...filter, to: event.currentTarget.value || undefined })}
      />
      <MultiSelect
        label={t('search.cameras')}
        placeholder={camera ? '' : t('search.allCameras')}
        data={[...cameras].map(([value, label]) => ({ value, label }))}
        value={camera?.split(',') ?? []}
        onChange={(ids) => onChange({ ...filter, camera: ids.length > 0 ? ids.join(',') : undefined })}
        clearable
        searchable
        miw={200}
        style={{ flex: '1 1 200px' }}
      />
      <Button
        variant="default"
        onClick={() => onChange({ ...filter, from: from === ALL ? undefined : ALL, to: undefined })}
      >
        {from === ALL ? t('search.lastDays') : t('search.ever')}
      </Button>
    </Group>
  );
}

/** As Kith takes it where nothing is asked for. */
function firstDay(): string {
  return dayKey(Date.now() - DAYS * DAY_MS);
}
