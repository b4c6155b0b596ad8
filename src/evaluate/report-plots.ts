// The plots of the report as SVG text: echarts without a browser. Colours of the text are the page's own (currentColor), the
// others are neither too light for a white nor too dark for a black page.

import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Proportion } from './intervals.ts';
import type { Rates, Report } from './report-types.ts';

const WIDTH = 520;
const HEIGHT = 340;
export const COLORS = { same: '#2a9d6f', different: '#8a90a0', nearest: '#dd6b38' } as const;
const TEXT = 'currentColor';
const FONT = 13;

/** Distances of the same person, of others, and of the nearest other; the threshold as a line. */
export function plotHistogram({ histogram, threshold }: Report): string {
  const { edges } = histogram;
  const steps = (shares: readonly number[]) => [
    [edges[0], 0],
    ...shares.flatMap((share, i) => [
      [edges[i], share * 100],
      [edges[i + 1], share * 100],
    ]),
    [edges.at(-1), 0],
  ];
  const area = (name: string, color: string, shares: readonly number[]) => ({
    ...quietLine(name, color, steps(shares)),
    areaStyle: { color, opacity: 0.22 },
  });
  return draw('Histogram of distances: same person, other people, nearest other person', {
    xAxis: valueAxis('distance', down(edges[0] ?? 0), up(edges.at(-1) ?? 1), (value) =>
      String(Number(value.toFixed(3))),
    ),
    yAxis: { ...valueAxis('share', 0, undefined, (value) => `${value} %`), splitLine: GRID_LINE },
    series: [
      area('other people', COLORS.different, histogram.different),
      area('nearest other person', COLORS.nearest, histogram.nearestOther),
      { ...area('same person', COLORS.same, histogram.same), ...thresholdLine(threshold.value) },
    ],
  });
}

/** Strangers named and known people missed, over thresholds. */
export function plotErrors({ curve, threshold }: Report): string {
  const floor = floorOf(curve.flatMap(({ fpir, fnir }) => [fpir, fnir]));
  return draw('Share of strangers who get a name and of known people who are missed, over the threshold', {
    xAxis: valueAxis('threshold', down(curve[0]?.threshold ?? 0, 20), up(curve.at(-1)?.threshold ?? 1, 20), (value) =>
      String(Number(value.toFixed(3))),
    ),
    yAxis: logAxis('share', floor),
    series: [
      band(curve, thresholdOf, ({ fnir }) => fnir, floor, COLORS.same),
      band(curve, thresholdOf, ({ fpir }) => fpir, floor, COLORS.nearest),
      rateLine('known people missed', curve, thresholdOf, ({ fnir }) => fnir, floor, COLORS.same),
      {
        ...rateLine('strangers named', curve, thresholdOf, ({ fpir }) => fpir, floor, COLORS.nearest),
        ...thresholdLine(threshold.value),
      },
    ],
  });
}

/** The detection error trade-off: misses against false matches, both axes logarithmic. */
export function plotDet({ curve, inForce }: Report): string {
  const fmrFloor = floorOf(curve.map(({ fmr }) => fmr));
  const fnmrFloor = floorOf(curve.map(({ fnmr }) => fnmr));
  const x = ({ fmr }: Rates) => Math.max(fmrFloor, fmr?.value ?? 0);
  const { fmr, fnmr } = inForce;
  const at = [x(inForce), Math.max(fnmrFloor, fnmr?.value ?? 0)];
  const cross =
    fmr && fnmr
      ? [
          quietLine('', TEXT, [
            [Math.max(fmrFloor, fmr.low), at[1]],
            [Math.max(fmrFloor, fmr.high), at[1]],
          ]),
          quietLine('', TEXT, [
            [at[0], Math.max(fnmrFloor, fnmr.low)],
            [at[0], Math.max(fnmrFloor, fnmr.high)],
          ]),
          {
            type: 'scatter',
            silent: true,
            data: [at],
            symbolSize: 11,
            itemStyle: { color: COLORS.nearest },
            label: { show: true, formatter: 'in force', color: TEXT, fontSize: FONT, position: [14, -18] },
          },
        ]
      : [];
  return draw('DET curve: false non-match rate against false match rate, with the threshold in force', {
    xAxis: { ...logAxis('false match rate', fmrFloor), splitLine: GRID_LINE },
    yAxis: logAxis('false non-match rate', fnmrFloor),
    series: [
      band(curve, x, (rates) => rates.fnmr, fnmrFloor, COLORS.same),
      rateLine('', curve, x, (rates) => rates.fnmr, fnmrFloor, COLORS.same),
      ...cross,
    ],
  });
}

// ── Parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

const GRID_LINE = { show: true, lineStyle: { color: TEXT, opacity: 0.12 } };

function quietLine(name: string, color: string, data: readonly unknown[]): object {
  return {
    name,
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { color, width: 2 },
    itemStyle: { color },
    data,
  };
}

function rateLine(
  name: string,
  curve: readonly Rates[],
  x: (rates: Rates) => number,
  y: (rates: Rates) => Proportion | null,
  floor: number,
  color: string,
): object {
  const data = curve.flatMap((rates) => {
    const rate = y(rates);
    return rate ? [[x(rates), Math.max(floor, rate.value)]] : [];
  });
  return quietLine(name, color, data);
}

/** The 95 % intervals as an area. */
function band(
  curve: readonly Rates[],
  x: (rates: Rates) => number,
  y: (rates: Rates) => Proportion | null,
  floor: number,
  color: string,
): object {
  const points = curve.flatMap((rates) => {
    const rate = y(rates);
    return rate ? [{ at: x(rates), low: Math.max(floor, rate.low), high: Math.max(floor, rate.high) }] : [];
  });
  const outline = [...points.map(({ at, high }) => [at, high]), ...points.toReversed().map(({ at, low }) => [at, low])];
  return {
    type: 'custom',
    silent: true,
    clip: true,
    data: points.length === 0 ? [] : [0],
    renderItem: (_params: unknown, api: { coord(point: readonly (number | undefined)[]): number[] }) => ({
      type: 'polygon',
      shape: { points: outline.map((point) => api.coord(point)) },
      style: { fill: color, opacity: 0.18 },
    }),
  };
}

function thresholdLine(threshold: number): object {
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: TEXT, type: [5, 4], width: 1.5, opacity: 0.8 },
      label: { formatter: `threshold ${threshold.toFixed(3)}`, color: TEXT, fontSize: FONT, position: 'end' },
      data: [{ xAxis: threshold }],
    },
  };
}

function axis(name: string): object {
  return {
    name,
    nameLocation: 'middle',
    nameTextStyle: { color: TEXT, fontSize: FONT },
    axisLine: { show: true, onZero: false, lineStyle: { color: TEXT, opacity: 0.5 } },
    axisTick: { show: true, lineStyle: { color: TEXT, opacity: 0.5 } },
    splitLine: { show: false },
  };
}

function valueAxis(
  name: string,
  min: number | undefined,
  max: number | undefined,
  formatter: (value: number) => string,
): object {
  const label = { color: TEXT, fontSize: FONT, formatter, hideOverlap: true, showMinLabel: null, showMaxLabel: null };
  return { ...axis(name), type: 'value', nameGap: 32, min, max, axisLabel: label };
}

/** The lowest decade stands for "none". */
function logAxis(name: string, floor: number): object {
  const formatter = (value: number) => (value <= floor * 1.01 ? '0' : percent(value));
  return {
    ...axis(name),
    type: 'log',
    nameGap: name === 'false match rate' ? 32 : 52,
    min: floor,
    max: 1,
    splitLine: GRID_LINE,
    axisLabel: { color: TEXT, fontSize: FONT, formatter, hideOverlap: true },
  };
}

function percent(value: number): string {
  return `${Number((value * 100).toPrecision(2))} %`;
}

/** A decade below the smallest rate that was seen or could have been. */
function floorOf(rates: readonly (Proportion | null)[]): number {
  let smallest = 0.1;
  for (const rate of rates) {
    if (rate === null) continue;
    smallest = Math.min(smallest, rate.value > 0 ? rate.value : 1 / rate.trials);
  }
  return 10 ** Math.floor(Math.log10(smallest) - 1e-9);
}

function thresholdOf({ threshold }: Rates): number {
  return threshold;
}

/** Ends of an axis on whole tenths, or other parts of one. */
function down(value: number, parts = 10): number {
  return Math.floor(value * parts) / parts;
}

function up(value: number, parts = 10): number {
  return Math.ceil(value * parts) / parts;
}

function draw(label: string, option: EChartsCoreOption): string {
  use([LineChart, CustomChart, ScatterChart, GridComponent, MarkLineComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif', color: TEXT },
      grid: { left: 74, right: 24, top: 30, bottom: 52, containLabel: false },
      ...option,
    });
    return plainSvg(chart.renderToSVGString({ useViewBox: true }), label);
  } finally {
    chart.dispose();
  }
}

/** Without styles and hints for scripts, so that the page's policy can forbid everything but its own style sheet. */
function plainSvg(svg: string, label: string): string {
  return svg
    .replaceAll(/<style[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events|cursor)="[^"]*"/g, '')
    .replaceAll(/ style="([^"]*)"/g, (_all, style: string) => attributesOf(style))
    .replace(/^<svg [^>]*viewBox="([^"]*)"[^>]*>/, `<svg viewBox="$1" role="img" aria-label="${label}">`);
}

function attributesOf(style: string): string {
  return style
    .split(';')
    .flatMap((declaration) => {
      const [name, value] = declaration.split(':');
      return name && value && /^[\w-]+$/.test(name.trim()) ? [` ${name.trim()}="${value.trim()}"`] : [];
    })
    .join('');
}
