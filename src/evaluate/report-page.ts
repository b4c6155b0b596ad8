// The report as one HTML page that needs nothing else: no script, nothing from elsewhere, no picture of anybody.

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Proportion } from './intervals.ts';
import { plotDet, plotErrors, plotHistogram } from './report-plots.ts';
import { confusableSection, groupSections, trafficSection, weakSection } from './report-sections.ts';
import { STYLE } from './report-style.ts';
import type { Rates, Report, TrafficWindow } from './report-types.ts';
import { oneIn } from './report-verdict.ts';
import { escape, figure, legend, percent, row, shareCell, table } from './markup.ts';

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
/** Allows the page's own style sheet and nothing else. */
const POLICY = `default-src 'none'; style-src ${STYLE_HASH}; base-uri 'none'; form-action 'none'`;
/** A document of its own says this by itself only in a header. */
export const REPORT_POLICY = `${POLICY}; frame-ancestors 'none'`;

/** Gives the event loop away between two plots. */
export async function reportPage(report: Report): Promise<string> {
  const drawn = report.histogram.edges.length === 0 ? null : await draw(report);
  const { verdict, madeAt, version, model } = report;
  const answer = { green: 'Yes', yellow: 'Partly', red: 'No' }[verdict.level];
  const when = madeAt.replace('T', ' ').slice(0, 16);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Kith: does it work? ${escape(answer)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Does it work?</h1>
<p class="dim">Kith ${escape(version)}, ${escape(when)} UTC, model ${escape(model)}. ${escape(report.sample.note)}</p>
</header>
<div class="verdict ${verdict.level}">
<p>${escape(verdict.headline)}</p>
${verdict.details.length === 0 ? '' : `<ul>${verdict.details.map((detail) => `<li>${escape(detail)}</li>`).join('\n')}</ul>`}
</div>
${tiles(report)}
${drawn ? plots(report, drawn) : ''}
${trafficSection(report)}
${confusableSection(report)}
${weakSection(report)}
${groupSections(report)}
${about(report)}
</main>
</body>
</html>
`;
}

function tiles({ known, strangers, threshold, traffic, counts }: Report): string {
  const week = traffic.windows.find(({ falseNamesPerWeek }) => falseNamesPerWeek !== null)?.falseNamesPerWeek ?? null;
  return `<div class="tiles">
${tile(known.named ? percent(known.named.value) : '–', `of the photos of known people are recognised${range(known.named)}`)}
${tile(
  strangers.falseNames
    ? strangers.falseNames.events === 0
      ? `0 of ${strangers.falseNames.trials}`
      : oneIn(strangers.falseNames.value)
    : '–',
  `strangers get somebody's name${strangers.falseNames ? ` (at most ${oneIn(strangers.falseNames.high)})` : ''}`,
)}
${tile(...weekTile(week))}
${tile(threshold.value.toFixed(3), `threshold in force${threshold.target === null ? '' : `, for at most 1 in ${threshold.target} strangers`}`)}
${tile(String(counts.known), `known people with ${counts.references} photos; ${counts.unknown} unknown`)}
</div>`;
}

/** Less than one a week is said as one in so many weeks. */
function weekTile(week: TrafficWindow['falseNamesPerWeek']): readonly [string, string] {
  if (week === null) return ['–', 'false names a week (too little traffic to say)'];
  const bound = week.value === 0 ? '≤ ' : '';
  const rate = week.value === 0 ? week.high : week.value;
  if (rate >= 0.95) return [bound + figure(rate), 'false names a week at the traffic in the log'];
  return [`${bound}1 in ${Math.round(1 / rate)} weeks`, 'false names at the traffic in the log'];
}

function tile(value: string, label: string): string {
  return `<div class="tile"><b>${escape(value)}</b><span>${escape(label)}</span></div>`;
}

function range(share: Proportion | null): string {
  return share ? ` (${percent(share.low)} to ${percent(share.high)})` : '';
}

interface Drawn {
  readonly histogram: string;
  readonly errors: string;
  readonly det: string;
}

async function draw(report: Report): Promise<Drawn> {
  const histogram = plotHistogram(report);
  await setImmediate();
  const errors = plotErrors(report);
  await setImmediate();
  return { histogram, errors, det: plotDet(report) };
}

function plots(report: Report, drawn: Drawn): string {
  const { known, strangers, inForce, curve, threshold } = report;
  const shown = some(curve, threshold.value);
  return `<section>
<h2>How far apart people are</h2>
<p>The distance of a photo to other photos of the same person should be on the left of the threshold, the distance to everybody else on the right. What overlaps is confused. The nearest of the others is what a stranger is measured by.</p>
<div class="plot"><div>${drawn.histogram}${legend([
    ['same', 'same person'],
    ['nearest', 'nearest other person'],
    ['different', 'all other people'],
  ])}</div>
${table(
  `Every photo against the gallery without it (${known.photos}), and as a stranger against the gallery without its person (${strangers.photos})`,
  ['', '#share (95 %)', '#photos'],
  [
    row('nearest is the right person', shareCell(known.nearestIsRight), count(known.nearestIsRight)),
    row('recognised', shareCell(known.named), count(known.named)),
    row('missed', shareCell(known.missed), count(known.missed)),
    row('given the name of somebody else', shareCell(known.somebodyElse), count(known.somebodyElse)),
    row('between two people ("A or B?")', shareCell(known.ambiguous), count(known.ambiguous)),
    row('a stranger given a name', shareCell(strangers.falseNames), count(strangers.falseNames)),
  ],
)}</div>
</section>
<section>
<h2>What another threshold would do</h2>
<p>A lower threshold names fewer strangers and misses more of the known people. In force: ${threshold.value.toFixed(3)}, ${escape(threshold.source)}.</p>
<div class="plot"><div>${drawn.errors}${legend([
    ['nearest', 'strangers who get a name (FPIR)'],
    ['same', 'known people who are missed (FNIR)'],
  ])}<p class="note">The areas are 95 % intervals. By distance alone, whatever becomes of near ties.</p></div>
${table(
  'At some thresholds',
  ['#threshold', '#strangers named', '#known missed'],
  shown.map((rates) => rateRow(rates, threshold.value, [rates.fpir, rates.fnir])),
)}</div>
</section>
<section>
<h2>Single comparisons (DET curve)</h2>
<p>One photo against one person: how often two people are taken for one (false match), and one for two (false non-match). The nearer the curve to the lower left corner, the better. The cross is the threshold in force with its 95 % intervals.</p>
<div class="plot"><div>${drawn.det}</div>
${table(
  'At some thresholds',
  ['#threshold', '#false match', '#false non-match'],
  shown.map((rates) => rateRow(rates, threshold.value, [rates.fmr, rates.fnmr])),
)}
</div>
<p class="note">In force: false match ${shareCell(inForce.fmr)}; false non-match ${shareCell(inForce.fnmr)}.</p>
</section>`;
}

/** About nine rows, with the one in force. */
function some(curve: readonly Rates[], inForce: number): readonly Rates[] {
  const interesting = curve.filter(
    ({ threshold, fpir, fnir }) => threshold === inForce || ((fpir?.value ?? 0) < 1 && (fnir?.value ?? 0) < 0.9),
  );
  const step = Math.max(1, Math.ceil(interesting.length / 9));
  const at = interesting.findIndex(({ threshold }) => threshold === inForce);
  return interesting.filter((_, i) => (i - at) % step === 0);
}

function rateRow(rates: Rates, inForce: number, shares: readonly (Proportion | null)[]): string {
  const isNow = rates.threshold === inForce;
  const cells = shares.map((proportion) => `<td class="n">${shareCell(proportion)}</td>`).join('');
  return `<tr${isNow ? ' class="now"' : ''}><td class="n">${rates.threshold.toFixed(3)}${isNow ? '<span class="range">in force</span>' : ''}</td>${cells}</tr>`;
}

function count(proportion: Proportion | null): string {
  return proportion === null ? '–' : `${proportion.events} of ${proportion.trials}`;
}

function about({ counts, sample, threshold, model, version, madeAt }: Report): string {
  const { detections } = counts;
  const entries = [
    [
      'Known people',
      `${counts.known}, of whom ${counts.withoutReferences} have no photo and ${counts.withOneReference} only one`,
    ],
    ['Photos of known people', `${counts.references}; ${sample.checked} were tried`],
    ['Strangers', `${counts.unknown}`],
    [
      'Detections in the log',
      `${detections.classified} classified, ${detections.rejected} rejected, ${detections.failed} failed, ${detections.pending} waiting`,
    ],
    ['Threshold', `${threshold.value.toFixed(3)}: ${threshold.source}`],
    ['Model', model],
    ['Made', `${madeAt}, Kith ${version}`],
  ] as const;
  return `<section>
<h2>Counts and method</h2>
<dl>${entries.map(([term, text]) => `<dt>${escape(term)}</dt><dd>${escape(text)}</dd>`).join('\n')}</dl>
<details><summary>How this was measured</summary>
<p>Each photo of a known person was searched in the gallery as it is, by the rule and the threshold in force: once without this photo (is she found by her other photos?), once without the whole person (does a stranger like her get a name?). Photos that people chose are mostly better than what a camera sees, so cameras miss more.</p>
<p>Intervals are Wilson's at 95 %, widened where the photos of one person fail together; where nothing happened, the largest rate that would still explain it (the rule of three).</p>
</details>
</section>`;
}
