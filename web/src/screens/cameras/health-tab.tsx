// How a camera was over the last days: faces, how many of them usable and why not, delays. As charts, and the same as a table.

import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { Paper, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PlotSpace } from '../../parts/plot-space.tsx';
import { daysAgo, daysQuery, type Camera, type CameraDay } from './camera-data.ts';
import { DaysTable } from './days-table.tsx';

const SPANS = [7, 14, 31] as const;
const REASONS = ['size', 'sharpness', 'light', 'contrast', 'pose', 'occlusion'] as const;
const COLOURS = ['blue.6', 'orange.6', 'yellow.6', 'grape.6', 'red.6', 'cyan.6'] as const;
const HEIGHT = 220;

export function HealthTab({ camera }: { readonly camera: Camera }) {
  const { t, i18n } = useTranslation();
  const [span, setSpan] = useState<string>('14');
  const from = daysAgo(Number(span) - 1);
  const { data, error, refetch } = useQuery(daysQuery(camera.id, from));
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  const label = (day: string): string =>
    new Date(`${day}T12:00:00Z`).toLocaleDateString(i18n.language, { day: 'numeric', month: 'short' });
  const known = new Map(data.map((day) => [day.day, day]));
  const days = Array.from({ length: Number(span) }, (_, i) => daysAgo(Number(span) - 1 - i));
  const rows = days.map((day) => ({ label: label(day), ...rowOf(known.get(day)) }));
  const common = { h: HEIGHT, data: rows, dataKey: 'label', withLegend: true };
  const line = (name: 'usable' | 'unusable' | 'shots' | 'lookDelay' | 'shotDelay', color: string) => ({
    name,
    label: t(`cameras.health.${name}`),
    color,
  });
  return (
    <Stack>
      <SegmentedControl
        w="fit-content"
        aria-label={t('cameras.health.span')}
        data={SPANS.map((one) => ({ value: String(one), label: t('cameras.health.days', { count: one }) }))}
        value={span}
        onChange={setSpan}
      />
      {data.length === 0 ? (
        <Empty icon={<IconChartBar />} title={t('cameras.health.none')}>
          {t('cameras.health.noneText')}
        </Empty>
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Chart title={t('cameras.health.faces')} text={t('cameras.health.facesText')}>
              <BarChart {...common} type="stacked" series={[line('usable', 'teal.6'), line('unusable', 'gray.5')]} />
            </Chart>
            <Chart title={t('cameras.health.why')} text={t('cameras.health.whyText')}>
              <BarChart
                {...common}
                type="stacked"
                series={REASONS.map((reason, i) => ({
                  name: reason,
                  label: t(`cameras.health.reasons.${reason}`),
                  color: COLOURS[i] ?? 'gray.6',
                }))}
              />
            </Chart>
            <Chart title={t('cameras.health.delays')} text={t('cameras.health.delaysText')}>
              <LineChart
                {...common}
                unit=" ms"
                yAxisProps={{ width: 70 }}
                series={[line('lookDelay', 'blue.6'), line('shotDelay', 'teal.6')]}
              />
            </Chart>
            <Chart title={t('cameras.health.shots')} text={t('cameras.health.shotsText')}>
              <BarChart {...common} withLegend={false} series={[line('shots', 'teal.6')]} />
            </Chart>
          </SimpleGrid>
          <details>
            <summary>{t('cameras.health.table')}</summary>
            <DaysTable days={data} />
          </details>
        </>
      )}
    </Stack>
  );
}

function rowOf(day: CameraDay | undefined) {
  return {
    usable: day?.usable ?? 0,
    unusable: day ? day.faces - day.usable : 0,
    shots: day?.shots ?? 0,
    // A day without a value is a gap in the line.
    lookDelay: day?.lookDelayP50 ?? null,
    shotDelay: day?.shotDelayP50 ?? null,
    ...day?.unusable,
  };
}

function Chart({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactElement;
}) {
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {text}
      </Text>
      <div role="group" aria-label={title}>
        <PlotSpace height={HEIGHT}>{children}</PlotSpace>
      </div>
    </Paper>
  );
}
