// Writes an ONNX file: the few messages of onnx.proto that a network needs, field numbers as in that file (IR 8,
// opset 17). Knows nothing of what the operators mean.

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** onnx.proto, TensorProto.DataType */
export const DATA_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type DataType = keyof typeof DATA_TYPE;
export type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

/** A plain number is an integer attribute; ONNX tells `1` from `1.0`. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: DataType;
  /** A string is the name of a free dimension; null: not said. */
  readonly dims: readonly (number | string)[] | null;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export const MODEL_GRAPH = 7;
export const GRAPH = { node: 1, name: 2, constant: 5, input: 11, output: 12 } as const;

export function encodeModel(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(8);
  writer.tag(2, WireType.LengthDelimited).string('kith');
  message(writer, MODEL_GRAPH, () => {
    writer.tag(GRAPH.name, WireType.LengthDelimited).string(graph.name);
    writeGraphParts(writer, graph);
  });
  message(writer, 8, () => writer.tag(2, WireType.Varint).int64(17));
  return writer.finish();
}

/** The parts of a graph without its name, to be written inside a GraphProto. */
export function writeGraphParts(writer: BinaryWriter, graph: Omit<OnnxGraph, 'name'>): void {
  for (const node of graph.nodes) message(writer, GRAPH.node, () => writeNode(writer, node));
  for (const constant of graph.constants) message(writer, GRAPH.constant, () => writeConstant(writer, constant));
  for (const value of graph.inputs) message(writer, GRAPH.input, () => writeValue(writer, value));
  for (const value of graph.outputs) message(writer, GRAPH.output, () => writeValue(writer, value));
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(2, WireType.LengthDelimited).string(name);
  writer.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, () => {
      writer.tag(1, WireType.LengthDelimited).string(name);
      writeAttribute(writer, value);
    });
  }
}

function writeAttribute(writer: BinaryWriter, value: Attribute): void {
  let type: number;
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value);
    type = 2;
  } else if (typeof value === 'string') {
    writer.tag(4, WireType.LengthDelimited).string(value);
    type = 3;
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    type = 1;
  } else {
    for (const item of value) writer.tag(8, WireType.Varint).int64(item);
    type = 7;
  }
  writer.tag(20, WireType.Varint).int32(type);
}

function writeConstant(writer: BinaryWriter, { name, dims, data }: OnnxConstant): void {
  for (const dim of dims) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(DATA_TYPE[dataType(data)]);
  writer.tag(8, WireType.LengthDelimited).string(name);
  // ONNX's raw_data is little-endian, and so is every machine that onnxruntime-node has binaries for.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function writeValue(writer: BinaryWriter, { name, type, dims }: OnnxValue): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(DATA_TYPE[type]);
      if (dims === null) return;
      message(writer, 2, () => {
        for (const dim of dims) {
          message(writer, 1, () => {
            if (typeof dim === 'number') writer.tag(1, WireType.Varint).int64(dim);
            else writer.tag(2, WireType.LengthDelimited).string(dim);
          });
        }
      });
    }),
  );
}

function dataType(data: TensorData): DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}
