// Float network → the same network on bytes, in the form that onnxruntime merges into its integer operators: every value
// that is kept as bytes gets a QuantizeLinear and a DequantizeLinear, and every weight a DequantizeLinear. Feature maps are
// unsigned on one scale each, weights signed with one scale per output channel, biases have 32 bits.

import { KithError } from '../errors.ts';
import type { OnnxConstant, OnnxGraph, OnnxNode, TensorData } from './onnx.ts';
import { planOf, type Plan } from './quantise-plan.ts';
import { correctBias, narrowFilters } from './quantise-weights.ts';

/** What calibration found out about a value. */
export interface Measured {
  /** The range that its bytes represent; holds 0. */
  readonly low: number;
  readonly high: number;
  /** Of each channel. */
  readonly mean: readonly number[];
}

/** By the name of the value. */
export type Calibration = ReadonlyMap<string, Measured>;

/** One byte stands for (byte − zero) · scale. */
interface Scale {
  readonly scale: number;
  readonly zero: number;
}

const PIXELS: Scale = { scale: 1, zero: 0 };

/** The values whose ranges must be known. */
export function measuredValues(graph: OnnxGraph): readonly string[] {
  return [...planOf(graph).narrow].flatMap(([value, { kind }]) => (kind === 'measured' ? [value] : []));
}

/** `calibration` holds every value that `measuredValues` names. */
export function quantise(graph: OnnxGraph, calibration: Calibration): OnnxGraph {
  const plan = planOf(graph);
  const { narrow, constants } = plan;
  const scales = scalesOf(plan, calibration);
  const added = new Map<string, OnnxConstant>();
  const nodes: OnnxNode[] = [];

  const readable = (value: string): string => (narrow.has(value) ? `${value}/read` : value);

  function constant(name: string, data: TensorData, dims: readonly number[] = []): string {
    added.set(name, { name, data, dims });
    return name;
  }

  function scaleNames(value: string): readonly string[] {
    const { scale, zero } = lookUp(scales, value);
    return [constant(`${value}/scale`, Float32Array.of(scale)), constant(`${value}/zero`, Uint8Array.of(zero))];
  }

  function round(value: string, from: string): void {
    const inputs = [from, ...scaleNames(value)];
    nodes.push({ op: 'QuantizeLinear', inputs, outputs: [bytesOf(value)], attributes: {} });
  }

  function widen(value: string): void {
    const inputs = [bytesOf(value), ...scaleNames(value)];
    nodes.push({ op: 'DequantizeLinear', inputs, outputs: [readable(value)], attributes: {} });
  }

  /** Constants as bytes, and the node that makes floats of them, which onnxruntime takes away again. */
  function widenConstant(
    name: string,
    data: Int8Array | Int32Array,
    dims: readonly number[],
    each: Float32Array,
  ): string {
    const zeros = data instanceof Int8Array ? new Int8Array(each.length) : new Int32Array(each.length);
    const inputs = [
      constant(`${name}/bytes`, data, dims),
      constant(`${name}/scale`, each, [each.length]),
      constant(`${name}/zero`, zeros, [each.length]),
    ];
    nodes.push({ op: 'DequantizeLinear', inputs, outputs: [name], attributes: { axis: 0 } });
    return name;
  }

  function convolution({ inputs, outputs, attributes }: OnnxNode): readonly string[] {
    const [value = '', weights = '', biases] = inputs;
    const filters = floats(constants, weights);
    const original = biases === undefined ? new Float32Array(filters.dims[0] ?? 0) : floats(constants, biases).data;
    const { scale } = lookUp(scales, value);
    const rounded = narrowFilters(filters, original, scale);
    const mean = calibration.get(origin(plan, value))?.mean;
    const groups = Number(attributes['group'] ?? 1);
    const bias = mean ? correctBias(original, filters, rounded, mean, groups) : original;
    // Rounded to float32 here as they are in the file.
    const biasScales = rounded.scales.map((each) => each * scale);
    const whole = Int32Array.from(bias, (number, channel) => Math.round(number / (biasScales[channel] ?? 1)));
    const name = outputs[0] ?? '';
    return [
      readable(value),
      widenConstant(`${name}/filters`, rounded.bytes, filters.dims, rounded.scales),
      widenConstant(`${name}/bias`, whole, [whole.length], biasScales),
    ];
  }

  /** Amounts of a Pad, and what it fills with, as a byte. */
  function padding({ inputs, outputs }: OnnxNode): readonly string[] {
    const [value = '', amounts = '', filled] = inputs;
    const { scale, zero } = lookUp(scales, value);
    const number = filled === undefined ? 0 : (floats(constants, filled).data[0] ?? 0);
    return [amounts, constant(`${outputs[0] ?? ''}/filling`, Uint8Array.of(toByte(number / scale + zero)))];
  }

  for (const node of graph.nodes) {
    const [value = ''] = node.inputs;
    const [result = ''] = node.outputs;
    const kept = narrow.get(result);
    if (kept?.kind === 'pixels') {
      nodes.push({ op: 'Identity', inputs: [value], outputs: [bytesOf(result)], attributes: {} });
    } else if (kept?.kind === 'moved') {
      const more = node.op === 'Pad' ? padding(node) : [];
      nodes.push({ ...node, inputs: [bytesOf(value), ...more], outputs: [bytesOf(result)] });
    } else if (plan.convolutions.has(node)) {
      nodes.push({ ...node, inputs: convolution(node) });
    } else if (!plan.merged.has(node)) {
      nodes.push({ ...node, inputs: node.inputs.map(readable) });
    }
    if (kept?.kind === 'measured') round(result, kept.from);
    if (kept) widen(result);
  }

  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const left = [...graph.constants, ...added.values()].filter(({ name }) => used.has(name));
  return { ...graph, nodes, constants: left };
}

function scalesOf({ narrow }: Plan, calibration: Calibration): ReadonlyMap<string, Scale> {
  const scales = new Map<string, Scale>();
  for (const [value, kept] of narrow) {
    if (kept.kind === 'pixels') scales.set(value, PIXELS);
    else if (kept.kind === 'moved') scales.set(value, lookUp(scales, kept.of));
    else scales.set(value, scaleOf(value, calibration));
  }
  return scales;
}

function scaleOf(value: string, calibration: Calibration): Scale {
  const range = calibration.get(value);
  if (!range) throw new KithError('invalid', `The range of ${value} was not measured: calibrate the network anew.`);
  const low = Math.min(0, range.low);
  const scale = Math.fround((Math.max(0, range.high) - low) / 255) || 1;
  return { scale, zero: toByte(-low / scale) };
}

function bytesOf(value: string): string {
  return `${value}/bytes`;
}

/** The value whose bytes a value consists of. */
function origin(plan: Plan, value: string): string {
  const kept = plan.narrow.get(value);
  return kept?.kind === 'moved' ? origin(plan, kept.of) : value;
}

function lookUp(scales: ReadonlyMap<string, Scale>, value: string): Scale {
  const scale = scales.get(value);
  if (!scale) throw new Error(`The value ${value} is not kept as bytes.`);
  return scale;
}

function floats(constants: ReadonlyMap<string, OnnxConstant>, name: string) {
  const found = constants.get(name);
  if (!(found?.data instanceof Float32Array)) throw new Error(`The value ${name} is no constant of floats.`);
  return { data: found.data, dims: found.dims };
}

function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
