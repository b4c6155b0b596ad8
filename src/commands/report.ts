// `kith report`: does it work? In the terminal, as JSON, and as a page.

import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import type { Client } from '../client.ts';
import { KithError, messageOf } from '../errors.ts';
import { EXIT, type Output } from './output.ts';

interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly events: number;
  readonly trials: number;
}

interface Rates {
  readonly threshold: number;
  readonly fmr: Share | null;
  readonly fnmr: Share | null;
  readonly fpir: Share | null;
  readonly fnir: Share | null;
}

/** What the terminal shows of the API's answer. */
export interface ReportAnswer {
  readonly version: string;
  readonly madeAt: string;
  readonly model: string;
  readonly verdict: {
    readonly level: 'green' | 'yellow' | 'red';
    readonly headline: string;
    readonly details: readonly string[];
  };
  readonly counts: { readonly known: number; readonly references: number; readonly unknown: number };
  readonly threshold: { readonly value: number; readonly source: string };
  readonly sample: { readonly note: string };
  readonly known: Readonly<Record<'nearestIsRight' | 'named' | 'missed' | 'somebodyElse' | 'ambiguous', Share | null>>;
  readonly strangers: { readonly falseNames: Share | null };
  readonly histogram: Readonly<Record<'edges' | 'same' | 'nearestOther' | 'different', readonly number[]>>;
  readonly inForce: Rates;
  readonly curve: readonly Rates[];
  readonly confusable: readonly {
    readonly a: { readonly name: string };
    readonly b: { readonly name: string };
    readonly distance: number;
    readonly underThreshold: boolean;
    readonly possiblySame: boolean;
  }[];
  readonly weak: {
    readonly total: number;
    readonly persons: readonly {
      readonly person: { readonly name: string };
      readonly reasons: readonly { readonly message: string }[];
    }[];
  };
  readonly groups: readonly {
    readonly attribute: string;
    readonly values: readonly {
      readonly value: string;
      readonly persons: number;
      readonly fmr: Share | null;
      readonly fnmr: Share | null;
      readonly tooFew: string | null;
    }[];
    readonly moreValues: number;
    readonly differences: readonly string[];
  }[];
}

const LOOK_MS = 300;
const PAIRS = 10;
const WEAK = 15;

/** Exit 1 when the answer is no. */
export async function report(client: Client, options: { readonly html?: string }, output: Output): Promise<number> {
  const answer = await withProgress(client, output, () =>
    client.call<ReportAnswer>({ method: 'GET', path: '/report' }),
  );
  if (options.html !== undefined) {
    const page = await withProgress(client, output, () => client.text('/report.html'));
    try {
      await writeFile(options.html, page);
    } catch (error) {
      throw new KithError('invalid', `${options.html} cannot be written (${messageOf(error)}): give another file.`, {
        cause: error,
      });
    }
  }
  output.answer(answer, (found) => [
    ...reportLines(found),
    ...(options.html === undefined ? [] : ['', `The page with plots: ${options.html}`]),
  ]);
  return answer.verdict.level === 'red' ? EXIT.no : EXIT.done;
}

/** Asks now and then how far it is, as the work is done elsewhere. */
async function withProgress<T>(client: Client, output: Output, work: () => Promise<T>): Promise<T> {
  const draw = output.progress('Trying');
  let drawn = false;
  let total = 0;
  async function look(): Promise<void> {
    const progress = await client.call<{ done: number; total: number } | null>({
      method: 'GET',
      path: '/report/progress',
    });
    if (progress === null || progress.total === 0 || progress.done >= progress.total) return;
    drawn = true;
    total = progress.total;
    draw(progress.done, progress.total);
  }
  // The report itself will say what is wrong.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (drawn) draw(total, total);
  }
}

export function reportLines(report: ReportAnswer): string[] {
  const { verdict, known, strangers, threshold, inForce, confusable, weak, groups, counts } = report;
  const lines = [
    styleText([verdict.level, 'bold'], verdict.headline),
    ...verdict.details.map((detail) => `  ${plain(detail)}`),
    '',
    `${counts.known} known people with ${counts.references} photos, ${counts.unknown} unknown; model ${report.model}`,
    `Threshold ${threshold.value.toFixed(3)}: ${threshold.source}. ${report.sample.note}`,
  ];
  if (report.histogram.edges.length === 0) return lines;
  lines.push(
    '',
    'Known people, each photo against the gallery without it',
    shareLine('nearest is the right person', known.nearestIsRight),
    shareLine('recognised', known.named),
    shareLine('missed (FNIR)', known.missed),
    shareLine('given the name of somebody else', known.somebodyElse),
    shareLine('between two people', known.ambiguous),
    'Strangers, each photo against the gallery without its person',
    shareLine('given a name (FPIR)', strangers.falseNames),
    'Single comparisons at the threshold',
    shareLine('false match (FMR)', inForce.fmr),
    shareLine('false non-match (FNMR)', inForce.fnmr),
    '',
    ...histogramLines(report),
    '',
    ...thresholdLines(report),
  );
  if (confusable.length > 0) {
    lines.push('', 'Hardest to tell apart');
    for (const { a, b, distance, underThreshold, possiblySame } of confusable.slice(0, PAIRS)) {
      const note = possiblySame
        ? styleText('yellow', '  possibly the same person')
        : underThreshold
          ? "  one can get the other's name"
          : '';
      lines.push(`  ${distance.toFixed(3)}  ${plain(a.name)}, ${plain(b.name)}${note}`);
    }
    if (confusable.length > PAIRS) lines.push(`  and ${confusable.length - PAIRS} more pairs with --json or --html`);
  }
  if (weak.total > 0) {
    lines.push('', `Photos that need attention (${weak.total} people)`);
    for (const { person, reasons } of weak.persons.slice(0, WEAK)) {
      for (const { message } of reasons) lines.push(`  ${plain(person.name)}: ${plain(message)}`);
    }
    if (weak.total > WEAK) lines.push(`  and ${weak.total - WEAK} more people with --json or --html`);
  }
  for (const { attribute, values, moreValues, differences } of groups) {
    lines.push('', `By ${plain(attribute)} (false match and false non-match, 95 %)`);
    if (values.every(({ fmr, fnmr }) => fmr === null && fnmr === null)) {
      lines.push(`  too few people in each of the ${values.length + moreValues} groups to say anything`);
      continue;
    }
    for (const { value, persons, fmr, fnmr, tooFew } of values) {
      const rates = tooFew ?? `${rangeOf(fmr)}   ${rangeOf(fnmr)}`;
      lines.push(`  ${plain(value).slice(0, 24).padEnd(24)} ${String(persons).padStart(5)}  ${rates}`);
    }
    if (moreValues > 0) lines.push(`  and ${moreValues} more values`);
    lines.push(...differences.map((difference) => `  ${plain(difference)}`));
  }
  return lines;
}

function shareLine(what: string, share: Share | null): string {
  const text = share === null ? 'cannot be said' : `${rangeOf(share).padEnd(34)} ${share.events} of ${share.trials}`;
  return `  ${what.padEnd(32)} ${text}`;
}

function rangeOf(share: Share | null): string {
  return share === null ? '–' : `${percent(share.value)} (${percent(share.low)} – ${percent(share.high)})`;
}

function percent(value: number): string {
  const shown = value * 100;
  return `${shown === 0 || shown >= 10 ? shown.toFixed(1) : Number(shown.toPrecision(2))} %`;
}

const BLOCKS = ' ▁▂▃▄▅▆▇█';

/** One row of blocks for each kind of distance, its tallest bar full. */
function histogramLines({ histogram, threshold }: ReportAnswer): string[] {
  const { edges } = histogram;
  const rows = [
    ['same person', histogram.same, 'green'],
    ['nearest other', histogram.nearestOther, 'red'],
    ['all others', histogram.different, 'dim'],
  ] as const;
  const bars = rows.map(([name, shares, color]) => {
    const most = Math.max(...shares, 0);
    const blocks = shares.map((share) => BLOCKS[most === 0 ? 0 : Math.ceil((share / most) * 8)] ?? ' ').join('');
    return `  ${name.padEnd(14)} ${styleText(color, blocks)}`;
  });
  const at = edges.findIndex((edge) => edge > threshold.value);
  const mark = at <= 0 ? '' : `${' '.repeat(at - 1)}▲ threshold ${threshold.value.toFixed(3)}`;
  const [first, last] = [(edges[0] ?? 0).toFixed(2), (edges.at(-1) ?? 0).toFixed(2)];
  return [
    'Distances',
    ...bars,
    `  ${''.padEnd(14)} ${mark}`,
    `  ${''.padEnd(14)} ${first}${last.padStart(Math.max(0, edges.length - 1 - first.length))}`,
  ];
}

/** A few thresholds around the one in force. */
function thresholdLines({ curve, threshold }: ReportAnswer): string[] {
  const at = curve.findIndex((rates) => rates.threshold === threshold.value);
  const rows = curve.filter((_, i) => Math.abs(i - at) <= 12 && (i - at) % 4 === 0);
  return [
    `  ${'threshold'.padEnd(12)}${'strangers named'.padEnd(32)}known missed`,
    ...rows.map((rates) => {
      const line = `  ${rates.threshold.toFixed(3).padEnd(12)}${rangeOf(rates.fpir).padEnd(32)}${rangeOf(rates.fnir)}`;
      return rates.threshold === threshold.value ? styleText('bold', `${line}  in force`) : line;
    }),
  ];
}

/** Names come from people: no escape sequence of one reaches the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
