// Lines over numbers, with their intervals as areas.

import { Box, Group, Text } from '@mantine/core';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { PlotSpace } from '../../parts/plot-space.tsx';

export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly range?: readonly [low: number, high: number];
  }[];
  /** The area below the line is filled. */
  readonly filled?: boolean;
  /** Single points. */
  readonly dots?: boolean;
}

interface Axis {
  readonly name: string;
  readonly format: (value: number) => string;
  /** Makes it logarithmic, from here to 1. */
  readonly floor?: number;
}

const TEXT = 'var(--mantine-color-dimmed)';
const GRID = 'var(--mantine-color-default-border)';
const TICK = { fill: TEXT, fontSize: 12 };
const HEIGHT = 280;

export function Chart({
  label,
  x,
  y,
  series,
  line,
}: {
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly line?: { readonly x: number; readonly label: string };
}) {
  const axis = (of: Axis) => ({
    type: 'number' as const,
    tick: TICK,
    stroke: TEXT,
    tickFormatter: (value: number) => (of.floor !== undefined && value <= of.floor * 1.01 ? '0' : of.format(value)),
    ...(of.floor === undefined
      ? { domain: ['auto', 'auto'] as [string, string] }
      : {
          scale: 'log' as const,
          domain: [of.floor, 1] as [number, number],
          ticks: decades(of.floor),
          allowDataOverflow: true,
        }),
  });
  return (
    <figure style={{ margin: 0 }}>
      <Box role="img" aria-label={label}>
        <PlotSpace height={HEIGHT}>
          <ComposedChart margin={{ top: 18, right: 16, bottom: 18, left: 4 }} accessibilityLayer={false}>
            <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
            <XAxis
              dataKey="x"
              {...axis(x)}
              label={{ value: x.name, position: 'insideBottom', offset: -12, fill: TEXT, fontSize: 12 }}
            />
            <YAxis dataKey="y" width={58} {...axis(y)} />
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(value) => `${x.name} ${x.format(Number(value))}`}
              formatter={(value, name) => [
                Array.isArray(value) ? value.map((one) => y.format(Number(one))).join(' – ') : y.format(Number(value)),
                name,
              ]}
              contentStyle={{
                background: 'var(--mantine-color-body)',
                borderColor: GRID,
                borderRadius: 8,
                fontSize: 13,
              }}
            />
            {series.flatMap(({ name, color, points, filled = false, dots = false }) => {
              const data = [...points];
              const hasRange = !dots && points.some(({ range }) => range !== undefined);
              return [
                ...(hasRange
                  ? [
                      <Area
                        key={`${name} range`}
                        data={data}
                        dataKey="range"
                        name={name}
                        stroke="none"
                        fill={color}
                        fillOpacity={0.18}
                        isAnimationActive={false}
                        tooltipType="none"
                      />,
                    ]
                  : []),
                filled ? (
                  <Area
                    key={name}
                    data={data}
                    dataKey="y"
                    name={name}
                    stroke={color}
                    strokeWidth={2}
                    fill={color}
                    fillOpacity={0.22}
                    isAnimationActive={false}
                  />
                ) : (
                  <Line
                    key={name}
                    data={data}
                    dataKey="y"
                    name={name}
                    stroke={color}
                    strokeWidth={2}
                    dot={dots ? { r: 6, fill: color } : false}
                    isAnimationActive={false}
                  />
                ),
              ];
            })}
            {line && (
              <ReferenceLine
                x={line.x}
                stroke="var(--mantine-color-text)"
                strokeDasharray="5 4"
                label={{ value: line.label, position: 'top', fill: TEXT, fontSize: 12 }}
              />
            )}
          </ComposedChart>
        </PlotSpace>
      </Box>
      <Group component="figcaption" gap="md" mt={4}>
        {series.map(({ name, color }) => (
          <Group key={name} gap={6} wrap="nowrap">
            <Box w={14} h={4} bg={color} style={{ borderRadius: 2, flexShrink: 0 }} />
            <Text size="xs">{name}</Text>
          </Group>
        ))}
      </Group>
    </figure>
  );
}

function decades(floor: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.round(Math.log10(floor)); power <= 0; power++) ticks.push(10 ** power);
  return ticks;
}
