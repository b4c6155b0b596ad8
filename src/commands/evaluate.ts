// `kith evaluate …`: the figures of the protocols, for people and programs.

import type { IdentificationResult, VerificationResult } from '../main.ts';
import { EXIT, type Output } from './output.ts';

const percent = (value: number) => `${(value * 100).toFixed(2)} %`;

export async function verification(work: Promise<VerificationResult>, output: Output): Promise<number> {
  const result = await work;
  output.answer(result, (r) => [
    `${r.pairs} pairs, model ${r.model}`,
    `accuracy             ${percent(r.accuracy)}${range(r.intervals.accuracy)}; ± ${percent(r.sd)} over ten folds, threshold ${r.threshold.toFixed(3)}`,
    `TAR at FAR 0.01      ${percent(r.tar['0.01'])}${range(r.intervals.tar['0.01'])}`,
    `TAR at FAR 0.001     ${percent(r.tar['0.001'])}${range(r.intervals.tar['0.001'])}`,
    `accepted under 0.6   ${percent(r.acceptAt06)}${range(r.intervals.acceptAt06)} of the same person, ${percent(r.falseAcceptAt06)}${range(r.intervals.falseAcceptAt06)} of two persons`,
    'in brackets          95 % confidence intervals',
    `photos without face  ${r.noFace}`,
  ]);
  return EXIT.done;
}

export async function identification(work: Promise<IdentificationResult>, output: Output): Promise<number> {
  const result = await work;
  output.answer(result, (r) => {
    const { calibrated, textbook, intervals } = r;
    const row = (what: string, rate: keyof IdentificationResult['dirAtFpir']) =>
      `named when ${what} of strangers are`.padEnd(38) +
      `${percent(r.dirAtFpir[rate]).padStart(9)}${range(intervals.dirAtFpir[rate])}`.padEnd(30) +
      `textbook ${percent(textbook.dirAtFpir[rate])}`;
    return [
      `${r.gallery.persons} persons enrolled with ${r.gallery.templates} photos; probes: ${r.probes.known} known, ${r.probes.unknown} strangers${r.shots > 1 ? `, up to ${r.shots} photos each` : ''}; model ${r.model}`,
      `${'rank 1'.padEnd(38)}${percent(r.rank1).padStart(9)}${range(intervals.rank1)}`.padEnd(68) +
        `textbook ${percent(textbook.rank1)}`,
      row('0.1 %', '0.001'),
      row('1 %', '0.01'),
      row('10 %', '0.1'),
      `as it runs: at most one false name in ${calibrated.falseNamesIn ?? '?'} sightings of strangers, threshold ${calibrated.threshold.toFixed(3)} (${calibrated.source})`,
      `  known people named                  ${percent(calibrated.dir?.value ?? 0).padStart(9)}${range(calibrated.dir)}, "A or B?" ${percent(calibrated.ambiguous)}`,
      `  strangers given a name              ${percent(calibrated.fpir?.value ?? 0).padStart(9)}${range(calibrated.fpir)}`,
      `textbook: nearest reference under ${textbook.threshold}: ${percent(textbook.dir)} of the known named, ${percent(textbook.fpir)} of the strangers given a name`,
      `photos without face (their middle was used)  ${r.noFace}`,
    ];
  });
  return EXIT.done;
}

function range(interval: { readonly low: number; readonly high: number } | null): string {
  return interval ? ` [${percent(interval.low)}, ${percent(interval.high)}]` : '';
}
