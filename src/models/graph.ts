// Builds an ONNX graph step by step: constants and nodes get names of their own, inputs and outputs those of the caller.

import {
  encodeModel,
  type Attribute,
  type DataType,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
  type TensorData,
} from './onnx.ts';

export type Dims = readonly (number | string)[];

export interface Graph {
  input(name: string, type: DataType, dims: Dims): string;
  /** Names `value` as an output of the network. */
  output(name: string, value: string, type: DataType, dims: Dims): void;
  constant(data: TensorData, dims: readonly number[]): string;
  /** A list of integers (a shape, axes). */
  ints(values: readonly number[]): string;
  /** One number. */
  scalar(value: number): string;
  /** An empty string as input means an optional input that is left out. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** For operators with several results. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
  ): readonly string[];
  parts(): OnnxGraph;
  encode(): Uint8Array<ArrayBuffer>;
}

/** `prefix` keeps the names apart from those of a graph that this one will be joined with. */
export function createGraph(name: string, prefix = ''): Graph {
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  let count = 0;

  const graph: Graph = {
    input(input, type, dims) {
      inputs.push({ name: input, type, dims });
      return input;
    },
    output(output, value, type, dims) {
      nodes.push({ op: 'Identity', inputs: [value], outputs: [output], attributes: {} });
      outputs.push({ name: output, type, dims });
    },
    constant(data, dims) {
      const constant = { name: `${prefix}c${(count += 1)}`, dims, data };
      constants.push(constant);
      return constant.name;
    },
    ints(values) {
      return graph.constant(BigInt64Array.from(values, BigInt), [values.length]);
    },
    scalar(value) {
      return graph.constant(Float32Array.of(value), []);
    },
    node(op, from, attributes = {}) {
      const output = `${prefix}${op}${(count += 1)}`;
      nodes.push({ op, inputs: from, outputs: [output], attributes });
      return output;
    },
    nodes(op, from, attributes, number) {
      const id = (count += 1);
      const names = Array.from({ length: number }, (_, index) => `${prefix}${op}${id}_${index}`);
      nodes.push({ op, inputs: from, outputs: names, attributes });
      return names;
    },
    parts() {
      return { name, nodes, constants, inputs, outputs };
    },
    encode() {
      return encodeModel(graph.parts());
    },
  };
  return graph;
}
