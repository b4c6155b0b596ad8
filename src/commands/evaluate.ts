// `kith evaluate …`: the figures of the protocols, for people and programs.

import type { IdentificationResult, VerificationResult } from '../main.ts';
import { EXIT, type Output } from './output.ts';

const percent = (value: number) => `${(value * 100).toFixed(2)} %`;
const range = ([low, high]: readonly [number, number]) => `(${(low * 100).toFixed(2)} – ${percent(high)})`;

export async function verification(work: Promise<VerificationResult>, output: Output): Promise<number> {
  const result = await work;
  output.answer(result, (r) => [
    `${r.pairs} pairs, model ${r.model}`,
    `accuracy             ${percent(r.accuracy)} ${range(r.intervals.accuracy)}; ± ${percent(r.sd)} over ten folds, threshold ${r.threshold.toFixed(3)}`,
    `TAR at FAR 0.01      ${percent(r.tar['0.01'])} ${range(r.intervals.tar['0.01'])}`,
    `TAR at FAR 0.001     ${percent(r.tar['0.001'])} ${range(r.intervals.tar['0.001'])}`,
    `accepted under 0.6   ${percent(r.acceptAt06)} ${range(r.intervals.acceptAt06)} of the same person, ${percent(r.falseAcceptAt06)} ${range(r.intervals.falseAcceptAt06)} of two persons`,
    'in brackets          95 % confidence intervals',
    `photos without face  ${r.noFace}`,
  ]);
  return EXIT.done;
}

export async function identification(work: Promise<IdentificationResult>, output: Output): Promise<number> {
  const result = await work;
  output.answer(result, (r) => [
    `${r.gallery.persons} persons enrolled with ${r.gallery.templates} photos; probes: ${r.probes.known} known, ${r.probes.unknown} strangers; model ${r.model}`,
    `rank 1                       ${percent(r.rank1)}`,
    `named when 1 % of strangers are   ${percent(r.dirAtFpir['0.01'])} (threshold ${r.threshold.toFixed(3)})`,
    `named when 10 % of strangers are  ${percent(r.dirAtFpir['0.1'])}`,
    `at the model's ${r.atModelThreshold.threshold}: ${percent(r.atModelThreshold.dir)} of the known named, ${percent(r.atModelThreshold.fpir)} of the strangers given a name`,
    `photos without face          ${r.noFace}`,
  ]);
  return EXIT.done;
}
