// Puts nodes of ours before and after the graph of somebody else's ONNX file, on the level of protobuf fields: what is not
// touched is copied as it is, so files of any version and with operators we do not know come through unharmed.

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { KithError } from '../errors.ts';
import { GRAPH, MODEL_GRAPH, writeGraphParts, type OnnxGraph } from './onnx.ts';

interface Field {
  readonly number: number;
  /** With its tag. */
  readonly raw: Uint8Array;
  /** Of strings, bytes and messages. */
  readonly content: Uint8Array;
}

export interface Joint {
  /** The input of the file that `before` makes. */
  readonly input: string;
  readonly before: OnnxGraph;
  readonly after: OnnxGraph;
}

/** The network whose inputs are those of `before` and whose outputs are those of `after`. */
export function joinGraphs(model: Uint8Array, { input, before, after }: Joint): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  // Since IR 4 constants need not be inputs as well, which ours are not.
  writer.tag(1, WireType.Varint).int64(8);
  for (const field of fields(model)) {
    if (field.number === 1) continue;
    if (field.number !== MODEL_GRAPH) {
      writer.raw(field.raw);
      continue;
    }
    const graph = fields(field.content);
    refuseClashes(
      graph,
      input,
      [...before.inputs, ...after.outputs].map(({ name }) => name),
    );
    writer.tag(MODEL_GRAPH, WireType.LengthDelimited).fork();
    writeGraphParts(writer, { ...before, outputs: [] });
    for (const part of graph) if (part.number !== GRAPH.input && part.number !== GRAPH.output) writer.raw(part.raw);
    writeGraphParts(writer, { ...after, inputs: [] });
    writer.join();
  }
  return writer.finish();
}

/** Does the file keep its weights in other files? */
export function hasExternalWeights(model: Uint8Array): boolean {
  const graph = fields(model).find(({ number }) => number === MODEL_GRAPH);
  const constants = graph ? fields(graph.content).filter(({ number }) => number === GRAPH.constant) : [];
  // TensorProto.external_data
  return constants.some(({ content }) => fields(content).some(({ number }) => number === 13));
}

function refuseClashes(graph: readonly Field[], input: string, reserved: readonly string[]): void {
  const names = new Set([input]);
  for (const { number, content } of graph) {
    if (number === GRAPH.node) for (const part of fields(content)) if (part.number === 2) names.add(text(part.content));
    if (number === GRAPH.constant)
      for (const part of fields(content)) if (part.number === 8) names.add(text(part.content));
  }
  const taken = reserved.find((name) => names.has(name));
  if (taken === undefined) return;
  throw new KithError('invalid', `it has a value of its own named "${taken}", which Kith needs: rename it there`);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function fields(bytes: Uint8Array): Field[] {
  const reader = new BinaryReader(bytes);
  const found: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, type] = reader.tag();
    const content = type === WireType.LengthDelimited ? reader.bytes() : reader.skip(type, number);
    found.push({ number, raw: bytes.subarray(start, reader.pos), content });
  }
  return found;
}
