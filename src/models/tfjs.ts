// TensorFlow.js graph models → ONNX. Feature maps are kept channels first from the start (TensorFlow: channels last), so
// that nothing is left of the difference but one transposition at the edges. The operators stand in tfjs-ops.ts.

import { KithError } from '../errors.ts';
import { createGraph, type Graph } from './graph.ts';
import { limit } from './layers.ts';
import type { OnnxGraph } from './onnx.ts';
import { pixelInput, type Normalisation } from './pixels.ts';
import { FREE, type Conversion, type TfModel, type Value } from './tfjs-model.ts';
import { OPERATORS } from './tfjs-ops.ts';
import { readWeights, type Weight, type Weights } from './weights.ts';

export interface TfOptions {
  readonly name: string;
  readonly size: readonly [height: number, width: number];
  readonly normalisation: Normalisation;
  /** Names the outputs; `result` is the ONNX name of a node's result, in TensorFlow's layout. Nodes that nobody asks
   * for are left out of the network. */
  readonly finish: (graph: Graph, result: (node: string) => string) => void;
  /** For networks that take one picture at a time. */
  readonly single?: boolean;
}

export function convertTfjs(model: TfModel, bytes: Uint8Array, options: TfOptions): OnnxGraph {
  const weights: Weights = readWeights(model.weightsManifest, bytes);
  const nodes = new Map(model.modelTopology.node.map((node) => [node.name, node]));
  const graph = createGraph(options.name);
  const batch = options.single ? 1 : FREE;
  const values = new Map<string, Value>();
  const limited = new Map<string, Value>();

  const conversion: Conversion = {
    graph,
    batch,
    weight: (name) => weights.get(name),
    raw,
    value(name) {
      const value = raw(name);
      if (!value.limits) return value;
      const known = limited.get(name);
      if (known) return known;
      const { limits, ...rest } = value;
      const made = { ...rest, id: limit(graph, value.id, limits.low, limits.high) };
      limited.set(name, made);
      return made;
    },
    plain(value) {
      return value.planes ? graph.node('Transpose', [value.id], { perm: [0, 2, 3, 1] }) : value.id;
    },
  };

  function raw(reference: string): Value {
    const known = values.get(reference);
    if (known) return known;
    const weight = weights.get(reference);
    const made = weight ? constant(weight) : convert(reference);
    values.set(reference, made);
    return made;
  }

  function constant({ data, dims }: Weight): Value {
    return { id: graph.constant(data, dims), dims, planes: false };
  }

  function convert(reference: string): Value {
    const [name = '', index = '0'] = reference.split(':');
    const node = nodes.get(name);
    if (!node) throw unknown(options.name, `a node named ${name}`);
    if (node.op === 'Placeholder') {
      const [height, width] = options.size;
      const id = pixelInput(graph, height, width, batch === FREE ? 'N' : batch);
      return { id, dims: [batch, height, width, 3], planes: true, pixels: options.normalisation };
    }
    const operator = OPERATORS[node.op];
    if (!operator) throw unknown(options.name, `the operator ${node.op}`);
    const results = operator(conversion, node);
    for (const [position, result] of results.entries())
      values.set(position === 0 ? name : `${name}:${position}`, result);
    const result = results[Number(index)];
    if (!result) throw unknown(options.name, `result ${index} of ${name}`);
    return result;
  }

  options.finish(graph, (node) => conversion.plain(conversion.value(node)));
  return graph.parts();
}

function unknown(model: string, what: string): KithError {
  return new KithError('invalid', `The model ${model} cannot be compiled: ${what} is not known to Kith.`);
}
