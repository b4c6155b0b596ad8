// `kith models quantise`: the networks on bytes beside their float originals.

import type { QuantiseResult } from '../quantised.ts';
import { EXIT, type Output } from './output.ts';

const COLUMNS = [
  'model',
  'float',
  'int8',
  'faster',
  'size',
  'largest / mean difference of each output',
  'used',
] as const;

export async function quantise(work: Promise<QuantiseResult>, output: Output): Promise<number> {
  const result = await work;
  output.answer(result, table);
  return EXIT.done;
}

function table({ photos, faces, unreadable, embedder, models }: QuantiseResult): string[] {
  const rows = models.map(({ model, ms, speedup, size, outputs, templates, use }) => [
    model,
    `${ms.one.toFixed(2)} ms`,
    `${ms.other.toFixed(2)} ms`,
    `${speedup.toFixed(2)}×`,
    `${(size.int8 / size.float).toFixed(2)}×`,
    Object.entries(outputs)
      .map(([name, { largest, mean }]) => `${name} ${largest.toPrecision(2)} / ${mean.toPrecision(2)}`)
      .concat(templates ? [`distance ${templates.largest.toFixed(3)} / ${templates.mean.toFixed(3)}`] : [])
      .join(', '),
    use,
  ]);
  const widths = COLUMNS.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    `Calibrated on ${faces} faces of ${photos} photos${unreadable > 0 ? ` (${unreadable} could not be read)` : ''}.`,
    line(COLUMNS),
    ...rows.map(line),
    `Templates of the quantised embedder are marked ${embedder}.`,
  ];
}
