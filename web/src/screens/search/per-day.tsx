// On which days the face was seen: a bar for each.

import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { dayKey, dayName } from '../../parts/when.tsx';

const HEIGHT = 48;
const MOST_BARS = 60;
const LEAST = 3;

export function PerDay({ sightings }: { readonly sightings: readonly Schemas['SightingFound'][] }) {
  const { t } = useTranslation();
  const days = new Map<string, number>();
  for (const { detection } of sightings) {
    const day = dayKey(detection.capturedAt);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  if (days.size < 2) return null;
  const bars = [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(-MOST_BARS);
  const most = Math.max(...bars.map(([, count]) => count));
  return (
    <Group gap={3} align="flex-end" wrap="nowrap" role="img" aria-label={labelOf()} h={HEIGHT}>
      {bars.map(([day, count]) => (
        <div
          key={day}
          title={t('search.onDay', { day: dayName(day), count })}
          style={{
            flex: '1 1 0',
            maxWidth: 28,
            height: LEAST + (count / most) * (HEIGHT - LEAST),
            borderRadius: 3,
            background: 'var(--mantine-primary-color-filled)',
          }}
        />
      ))}
      <Text size="xs" c="dimmed" ml="xs" style={{ whiteSpace: 'nowrap' }}>
        {t('search.perDay')}
      </Text>
    </Group>
  );

  function labelOf(): string {
    const said = bars.map(([day, count]) => t('search.onDay', { day: dayName(day), count }));
    return `${t('search.perDay')}. ${said.join('; ')}`;
  }
}
