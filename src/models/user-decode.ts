// What detectors of users answer, decoded inside the network: SCRFD (InsightFace) and YuNet (OpenCV, 2023). Both answer
// per cell of three grids, 8, 16 and 32 pixels wide. Joined to a file of any opset from 7 on, so only operators whose
// form has not changed since are used.

import { KithError } from '../errors.ts';
import { createGraph, type Graph } from './graph.ts';
import type { OnnxGraph } from './onnx.ts';

export interface DecodedOutput {
  readonly name: string;
  readonly dims: readonly number[];
}

interface Grid {
  readonly stride: number;
  readonly rows: number;
}

const STRIDES = [8, 16, 32] as const;

/** Graph of the outputs `boxes` [N, rows, 4] (x, y, width, height), `scores` [N, rows] and `points` [N, rows, 10] (five
 * points as x, y), all in pixels of the input. `outputs` are those of the network for one picture. KithError `invalid`
 * when they are not those of the kind. */
export function decoder(
  kind: 'scrfd' | 'yunet',
  outputs: readonly DecodedOutput[],
  size: readonly [height: number, width: number],
  batch: number | string,
): OnnxGraph {
  const graph = createGraph('decode', 'kith/out/');
  const names = kind === 'scrfd' ? ['score', 'bbox', 'kps'] : ['cls', 'obj', 'bbox', 'kps'];
  const widths = kind === 'scrfd' ? [1, 4, 10] : [1, 1, 4, 10];
  const sorted = kind === 'scrfd' ? byShape(outputs, widths) : byName(outputs, names);
  const grids = gridsOf(kind, sorted, widths, size);
  const rows = grids.reduce((sum, grid) => sum + grid.rows, 0);
  // Each group of three outputs, one under the other.
  const groups = sorted.map((group, index) => {
    const parts = group.map(({ name }, at) =>
      graph.node('Reshape', [name, graph.ints([-1, grids[at]?.rows ?? 0, widths[index] ?? 0])]),
    );
    return graph.node('Concat', parts, { axis: 1 });
  });
  const cells = cellTable(grids, size);
  const [scores, boxes, points] =
    kind === 'scrfd' ? scrfd(graph, groups, cells, rows) : yunet(graph, groups, cells, rows);
  graph.output('boxes', boxes, 'float32', [batch, rows, 4]);
  graph.output('scores', graph.node('Reshape', [scores, graph.ints([-1, rows])]), 'float32', [batch, rows]);
  graph.output('points', points, 'float32', [batch, rows, 10]);
  return graph.parts();
}

type Decoded = [scores: string, boxes: string, points: string];

/** insightface/model_zoo/scrfd.py: distances from the cell's corner to the four sides, and offsets of the points from
 * it, in cells. */
function scrfd(graph: Graph, [scores = '', sides = '', offsets = '']: string[], cells: Cells, rows: number): Decoded {
  const corner = graph.constant(cells.corners, [rows, 2]);
  const strides = graph.constant(cells.strides, [rows, 1]);
  const distances = graph.node('Mul', [sides, strides]);
  const topLeft = graph.node('Sub', [corner, columns(graph, distances, 0, 2)]);
  const extent = graph.node('Add', [columns(graph, distances, 0, 2), columns(graph, distances, 2, 2)]);
  const boxes = graph.node('Concat', [topLeft, extent], { axis: 2 });
  const corners = graph.constant(fiveTimes(cells.corners), [rows, 10]);
  return [scores, boxes, graph.node('Add', [graph.node('Mul', [offsets, strides]), corners])];
}

/** opencv/modules/objdetect/src/face_detect.cpp: the middle as an offset from the cell's corner, the logarithm of the
 * size, all in cells; the score is the geometric mean of class and objectness. */
function yunet(
  graph: Graph,
  [cls = '', obj = '', codes = '', offsets = '']: string[],
  cells: Cells,
  rows: number,
): Decoded {
  const strides = graph.constant(cells.strides, [rows, 1]);
  const corner = graph.constant(cells.corners, [rows, 2]);
  const clamp = (x: string) => graph.node('Min', [graph.node('Max', [x, graph.scalar(0)]), graph.scalar(1)]);
  const scores = graph.node('Sqrt', [graph.node('Mul', [clamp(cls), clamp(obj)])]);
  const middle = graph.node('Add', [graph.node('Mul', [columns(graph, codes, 0, 2), strides]), corner]);
  const extent = graph.node('Mul', [graph.node('Exp', [columns(graph, codes, 2, 2)]), strides]);
  const topLeft = graph.node('Sub', [middle, graph.node('Mul', [extent, graph.scalar(0.5)])]);
  const boxes = graph.node('Concat', [topLeft, extent], { axis: 2 });
  const corners = graph.constant(fiveTimes(cells.corners), [rows, 10]);
  return [scores, boxes, graph.node('Add', [graph.node('Mul', [offsets, strides]), corners])];
}

function columns(graph: Graph, x: string, from: number, count: number): string {
  const at = graph.ints(Array.from({ length: count }, (_, index) => from + index));
  return graph.node('Gather', [x, at], { axis: 2 });
}

interface Cells {
  /** x, y of the top left corner, pixels. */
  readonly corners: Float32Array;
  readonly strides: Float32Array;
}

function cellTable(grids: readonly Grid[], [height, width]: readonly [number, number]): Cells {
  const corners: number[] = [];
  const strides: number[] = [];
  for (const { stride, rows } of grids) {
    const across = width / stride;
    const anchors = rows / (across * (height / stride));
    for (let row = 0; row < rows; row += 1) {
      const cell = Math.floor(row / anchors);
      corners.push((cell % across) * stride, Math.floor(cell / across) * stride);
      strides.push(stride);
    }
  }
  return { corners: Float32Array.from(corners), strides: Float32Array.from(strides) };
}

function fiveTimes(pairs: Float32Array): Float32Array {
  return Float32Array.from({ length: pairs.length * 5 }, (_, index) => {
    return pairs[Math.floor(index / 10) * 2 + (index % 2)] ?? 0;
  });
}

/** SCRFD's outputs have numbers for names: the shape tells them apart. */
function byShape(outputs: readonly DecodedOutput[], widths: readonly number[]): DecodedOutput[][] {
  return widths.map((width) =>
    outputs.filter(({ dims }) => dims.at(-1) === width).toSorted((a, b) => (b.dims.at(-2) ?? 0) - (a.dims.at(-2) ?? 0)),
  );
}

function byName(outputs: readonly DecodedOutput[], names: readonly string[]): DecodedOutput[][] {
  return names.map((name) =>
    STRIDES.flatMap((stride) => outputs.filter((output) => output.name.toLowerCase() === `${name}_${stride}`)),
  );
}

function gridsOf(
  kind: string,
  groups: readonly (readonly DecodedOutput[])[],
  widths: readonly number[],
  [height, width]: readonly [number, number],
): Grid[] {
  if (height % 32 !== 0 || width % 32 !== 0) {
    throw new KithError('invalid', `a ${kind} detector needs a size of multiples of 32, not ${height}×${width}`);
  }
  return STRIDES.map((stride, index) => {
    const cells = (height / stride) * (width / stride);
    const rows = groups[0]?.[index]?.dims.at(-2) ?? 0;
    const fits = groups.every((group, at) => {
      const { dims = [] } = group[index] ?? {};
      return group.length === 3 && dims.at(-2) === rows && dims.at(-1) === widths[at];
    });
    const anchors = rows / cells;
    if (fits && rows > 0 && (kind === 'yunet' ? anchors === 1 : Number.isInteger(anchors))) return { stride, rows };
    throw new KithError(
      'invalid',
      kind === 'scrfd'
        ? `an scrfd detector answers score, box and five points (1, 4 and 10 numbers) for each cell of the grids of 8, 16 and 32 pixels`
        : `a yunet detector of 2023 answers cls, obj, bbox and kps for each of the strides 8, 16 and 32 (cls_8 … kps_32)`,
    );
  });
}
