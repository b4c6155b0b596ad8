// What blazeface answers, decoded inside the network: 16 × 16 cells of 16 pixels with 2 anchors each, then 8 × 8 cells
// of 32 pixels with 6; everything is an offset from the middle of the cell, except width and height.

import type { Graph } from './graph.ts';

const GRIDS = [
  { cells: 16, stride: 16, anchors: 2 },
  { cells: 8, stride: 32, anchors: 6 },
] as const;
const ROWS = 896;
const COLUMNS = 16;

export function blazefaceOutputs(graph: Graph, result: (node: string) => string): void {
  const join = (first: string, second: string) => graph.node('Concat', [result(first), result(second)], { axis: 1 });
  const logits = graph.node('Reshape', [join('Identity', 'Identity_1'), graph.ints([0, ROWS])]);
  const anchors = graph.constant(anchorTable(), [ROWS, COLUMNS]);
  const boxes = graph.node('Add', [join('Identity_2', 'Identity_3'), anchors]);
  graph.output('scores', graph.node('Sigmoid', [logits]), 'float32', ['N', ROWS]);
  graph.output('boxes', boxes, 'float32', ['N', ROWS, COLUMNS]);
}

/** x and y of each row's anchor in every column that is an x or a y. */
export function anchorTable(): Float32Array {
  const table = new Float32Array(ROWS * COLUMNS);
  let row = 0;
  for (const { cells, stride, anchors } of GRIDS) {
    for (let cell = 0; cell < cells * cells; cell += 1) {
      const centre = [((cell % cells) + 0.5) * stride, (Math.floor(cell / cells) + 0.5) * stride];
      for (let anchor = 0; anchor < anchors; anchor += 1) {
        for (let column = 0; column < COLUMNS; column += 1) {
          if (column !== 2 && column !== 3) table[row * COLUMNS + column] = centre[column % 2] ?? 0;
        }
        row += 1;
      }
    }
  }
  return table;
}
