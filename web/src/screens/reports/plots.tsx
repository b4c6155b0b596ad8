// The plots of the report: how far apart people are, what another threshold would do, and the trade-off of single comparisons.

import { Paper, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart, type Series } from './chart.tsx';
import { percent, type Report, type Share } from './report.ts';

const SAME = 'var(--mantine-color-teal-6)';
const NEAREST = 'var(--mantine-color-orange-6)';
const DIFFERENT = 'var(--mantine-color-gray-6)';

export function Plots({ report, children }: { readonly report: Report; readonly children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { histogram, curve, threshold, inForce } = report;
  const share = (value: number): string => percent(value, i18n.language);
  const number = (value: number): string => value.toLocaleString(i18n.language, { maximumFractionDigits: 2 });
  const now = t('reports.inForce', { value: number(threshold.value) });

  const steps = (shares: readonly number[]): Series['points'] => [
    { x: histogram.edges[0] ?? 0, y: 0 },
    ...shares.flatMap((y, i) => [
      { x: histogram.edges[i] ?? 0, y },
      { x: histogram.edges[i + 1] ?? 0, y },
    ]),
    { x: histogram.edges.at(-1) ?? 0, y: 0 },
  ];

  const errorFloor = floorOf(curve.flatMap(({ fpir, fnir }) => [fpir, fnir]));
  const over = (of: (rates: (typeof curve)[number]) => Share): Series['points'] =>
    curve.flatMap((rates) => {
      const rate = of(rates);
      return rate ? [pointOf(rates.threshold, rate, errorFloor)] : [];
    });

  const fmrFloor = floorOf(curve.map(({ fmr }) => fmr));
  const fnmrFloor = floorOf(curve.map(({ fnmr }) => fnmr));
  const det = (rates: typeof inForce): Series['points'] =>
    rates.fmr && rates.fnmr ? [pointOf(Math.max(fmrFloor, rates.fmr.value), rates.fnmr, fnmrFloor)] : [];

  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Plot title={t('reports.distances')} why={t('reports.distancesWhy')}>
        <Chart
          label={t('reports.chart', { name: t('reports.distances') })}
          x={{ name: t('reports.distance'), format: number }}
          y={{ name: t('reports.shareOfPhotos'), format: share }}
          line={{ x: threshold.value, label: now }}
          series={[
            { name: t('reports.different'), color: DIFFERENT, points: steps(histogram.different), filled: true },
            { name: t('reports.nearest'), color: NEAREST, points: steps(histogram.nearestOther), filled: true },
            { name: t('reports.same'), color: SAME, points: steps(histogram.same), filled: true },
          ]}
        />
      </Plot>
      <Plot title={t('reports.errors')} why={t('reports.errorsWhy')}>
        <Chart
          label={t('reports.chart', { name: t('reports.errors') })}
          x={{ name: t('reports.thresholdAxis'), format: number }}
          y={{ name: t('reports.shareOfPhotos'), format: share, floor: errorFloor }}
          line={{ x: threshold.value, label: now }}
          series={[
            { name: t('reports.missed'), color: SAME, points: over(({ fnir }) => fnir) },
            { name: t('reports.falseNames'), color: NEAREST, points: over(({ fpir }) => fpir) },
          ]}
        />
      </Plot>
      <Plot title={t('reports.det')} why={t('reports.detWhy')}>
        <Chart
          label={t('reports.chart', { name: t('reports.det') })}
          x={{ name: t('reports.fmr'), format: share, floor: fmrFloor }}
          y={{ name: t('reports.fnmr'), format: share, floor: fnmrFloor }}
          series={[
            { name: t('reports.fnmr'), color: SAME, points: curve.flatMap(det) },
            { name: t('reports.now'), color: NEAREST, points: det(inForce), dots: true },
          ]}
        />
      </Plot>
      {children}
    </SimpleGrid>
  );
}

function Plot({
  title,
  why,
  children,
}: {
  readonly title: string;
  readonly why: string;
  readonly children: ReactNode;
}) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {why}
      </Text>
      {children}
    </Paper>
  );
}

function pointOf(x: number, rate: NonNullable<Share>, floor: number): Series['points'][number] {
  const at = (value: number): number => Math.max(floor, value);
  return { x, y: at(rate.value), range: [at(rate.low), at(rate.high)] };
}

/** A decade below the smallest rate that was seen or could have been: on a logarithmic axis it stands for "none". */
function floorOf(rates: readonly Share[]): number {
  let smallest = 0.1;
  for (const rate of rates) {
    if (rate) smallest = Math.min(smallest, rate.value > 0 ? rate.value : 1 / rate.trials);
  }
  return 10 ** Math.floor(Math.log10(smallest) - 1e-9);
}
