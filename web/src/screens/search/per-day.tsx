// On which days the face was seen: a bar for each.

import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { DayBars } from '../../parts/day-bars.tsx';
import { dayKey } from '../../parts/when.tsx';

const MOST_BARS = 60;

export function PerDay({ sightings }: { readonly sightings: readonly Schemas['SightingFound'][] }) {
  const { t } = useTranslation();
  const days = new Map<string, number>();
  for (const { detection } of sightings) {
    const day = dayKey(detection.capturedAt);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  if (days.size < 2) return null;
  const bars = [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(-MOST_BARS);
  return (
    <Group gap={3} align="flex-end" wrap="nowrap">
      <DayBars label={t('search.perDay')} days={bars} words={(day, count) => t('search.onDay', { day, count })} />
      <Text size="xs" c="dimmed" ml="xs" style={{ whiteSpace: 'nowrap' }}>
        {t('search.perDay')}
      </Text>
    </Group>
  );
}
