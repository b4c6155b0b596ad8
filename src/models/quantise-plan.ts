// Which parts of a network run on bytes: convolutions, and the additions and poolings between them. What stands at the
// edges (decoding of boxes, the last matrix) stays float, which costs next to nothing there.

import type { OnnxConstant, OnnxGraph, OnnxNode } from './onnx.ts';

/** A value that is kept as bytes. */
export type Narrow =
  /** On a scale that was measured. `from`: what is rounded; a ReLU between it and the value needs no work, as bytes end at 0. */
  | { readonly kind: 'measured'; readonly from: string }
  /** The bytes of the picture: exact. */
  | { readonly kind: 'pixels' }
  /** Made of the bytes of `of` without changing them (MaxPool, Pad), so on the same scale. */
  | { readonly kind: 'moved'; readonly of: string };

export interface Plan {
  readonly narrow: ReadonlyMap<string, Narrow>;
  /** Convolutions whose weights become bytes too. */
  readonly convolutions: ReadonlySet<OnnxNode>;
  /** ReLUs and limits that are left out. */
  readonly merged: ReadonlySet<OnnxNode>;
  readonly constants: ReadonlyMap<string, OnnxConstant>;
}

const LIMITS: ReadonlySet<string> = new Set(['Relu', 'Clip']);
const MEANS: ReadonlySet<string> = new Set(['AveragePool', 'GlobalAveragePool']);

export function planOf(graph: OnnxGraph): Plan {
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const readers = Map.groupBy(
    graph.nodes.flatMap((node) => node.inputs.map((input) => ({ input, node }))),
    ({ input }) => input,
  );
  const narrow = new Map<string, Narrow>();
  const convolutions = new Set<OnnxNode>();
  const merged = new Set<OnnxNode>();

  /** Marks the result of a node that runs on bytes: after the ReLU, where only that reads it. */
  function mark(result: string): void {
    const [reader, ...others] = readers.get(result) ?? [];
    const limit = reader && others.length === 0 && startsAtZero(reader.node) ? reader.node : undefined;
    if (limit) merged.add(limit);
    narrow.set(limit ? first(limit.outputs) : result, { kind: 'measured', from: result });
  }

  function startsAtZero({ op, inputs }: OnnxNode): boolean {
    return LIMITS.has(op) && (op === 'Relu' || constants.get(inputs[1] ?? '')?.data[0] === 0);
  }

  /** What a convolution reads, when it is not bytes yet: the picture, or whatever comes there. */
  function markInput(value: string): void {
    if (narrow.has(value)) return;
    const maker = makers.get(value);
    const [before = '', , filling = ''] = maker?.inputs ?? [];
    if (maker?.op === 'Pad' && isPicture(makers.get(before)) && constants.has(filling)) {
      narrow.set(before, { kind: 'pixels' });
      narrow.set(value, { kind: 'moved', of: before });
    } else {
      narrow.set(value, isPicture(maker) ? { kind: 'pixels' } : { kind: 'measured', from: value });
    }
  }

  /** The widening of the picture's bytes, with which our networks begin. */
  function isPicture(node: OnnxNode | undefined): boolean {
    const before = node?.op === 'Cast' ? makers.get(first(node.inputs)) : undefined;
    const source = before?.op === 'Transpose' ? first(before.inputs) : '';
    return graph.inputs.some(({ name, type }) => name === source && type === 'uint8');
  }

  for (const node of graph.nodes) {
    const [value = '', second = ''] = node.inputs;
    const result = first(node.outputs);
    if (node.op === 'Conv' && constants.has(second)) {
      markInput(value);
      convolutions.add(node);
      mark(result);
    } else if (!narrow.has(value)) {
      continue;
    } else if (MEANS.has(node.op) || (node.op === 'Add' && narrow.has(second))) {
      mark(result);
    } else if (node.op === 'MaxPool' || (node.op === 'Pad' && node.inputs.length === 2)) {
      narrow.set(result, { kind: 'moved', of: value });
    }
  }
  return { narrow, convolutions, merged, constants };
}

function first(names: readonly string[]): string {
  return names[0] ?? '';
}
