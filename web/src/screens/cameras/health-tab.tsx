// How a camera was over the last days: faces, how many of them usable and why not, delays. As charts, and the same as a table.

import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { Paper, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { daysAgo, daysQuery, type Camera, type CameraDay } from './camera-data.ts';

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
  const name = (key: 'usable' | 'unusable' | 'shots' | 'lookDelay' | 'shotDelay'): string => t(`cameras.health.${key}`);
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
              <BarChart
                h={HEIGHT}
                data={rows}
                dataKey="label"
                type="stacked"
                withLegend
                series={[
                  { name: 'usable', label: name('usable'), color: 'teal.6' },
                  { name: 'unusable', label: name('unusable'), color: 'gray.5' },
                ]}
              />
            </Chart>
            <Chart title={t('cameras.health.why')} text={t('cameras.health.whyText')}>
              <BarChart
                h={HEIGHT}
                data={rows}
                dataKey="label"
                type="stacked"
                withLegend
                series={REASONS.map((reason, i) => ({
                  name: reason,
                  label: t(`cameras.health.reasons.${reason}`),
                  color: COLOURS[i] ?? 'gray.6',
                }))}
              />
            </Chart>
            <Chart title={t('cameras.health.delays')} text={t('cameras.health.delaysText')}>
              <LineChart
                h={HEIGHT}
                data={rows}
                dataKey="label"
                withLegend
                unit=" ms"
                yAxisProps={{ width: 70 }}
                series={[
                  { name: 'lookDelay', label: name('lookDelay'), color: 'blue.6' },
                  { name: 'shotDelay', label: name('shotDelay'), color: 'teal.6' },
                ]}
              />
            </Chart>
            <Chart title={t('cameras.health.shots')} text={t('cameras.health.shotsText')}>
              <BarChart
                h={HEIGHT}
                data={rows}
                dataKey="label"
                series={[{ name: 'shots', label: name('shots'), color: 'teal.6' }]}
              />
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
  readonly children: React.ReactNode;
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
        {children}
      </div>
    </Paper>
  );
}

function DaysTable({ days }: { readonly days: readonly CameraDay[] }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, unit = ''): string =>
    value === null ? '–' : `${value.toLocaleString(i18n.language, { maximumFractionDigits: 1 })}${unit}`;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(['day', 'tracks', 'faces', 'usable', 'shots', 'lookDelay', 'shotDelay', 'frameRate'] as const).map(
              (head) => (
                <Table.Th key={head} scope="col">
                  {t(`cameras.health.${head}`)}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((day) => (
            <Table.Tr key={day.day}>
              <Table.Th scope="row">{day.day}</Table.Th>
              <Table.Td>{number(day.tracks)}</Table.Td>
              <Table.Td>{number(day.faces)}</Table.Td>
              <Table.Td>{day.usableShare === null ? '–' : number(day.usableShare * 100, ' %')}</Table.Td>
              <Table.Td>{number(day.shots)}</Table.Td>
              <Table.Td>{number(day.lookDelayP50, ' ms')}</Table.Td>
              <Table.Td>{number(day.shotDelayP50, ' ms')}</Table.Td>
              <Table.Td>{number(day.frameRate)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
