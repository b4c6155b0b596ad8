// What the converter of TensorFlow.js graph models speaks of: the model file as it is stored, and values on the way.

import type { Graph } from './graph.ts';
import type { Normalisation } from './pixels.ts';
import type { Weight, WeightGroup } from './weights.ts';

export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfAttribute>>;
}

export interface TfAttribute {
  readonly s?: string;
  readonly i?: string | number;
  readonly b?: boolean;
  readonly type?: string;
  readonly list?: { readonly i?: readonly (string | number)[]; readonly s?: readonly string[] };
  readonly shape?: { readonly dim?: readonly { readonly size: string }[] };
}

export interface TfModel {
  readonly modelTopology: { readonly node: readonly TfNode[] };
  readonly weightsManifest: readonly WeightGroup[];
}

/** A result inside the graph. */
export interface Value {
  /** Its name in the ONNX graph; for the pixels of the input, before any normalisation. */
  readonly id: string;
  /** In TensorFlow's order. The first of a batch is FREE. */
  readonly dims: readonly number[];
  /** Channels first in the ONNX graph. */
  readonly planes: boolean;
  /** A limit (ReLU, ReLU6) that is still to be applied: kept back so that several in a row become one. */
  readonly limits?: { readonly low: number; readonly high: number };
  /** Set on the input only. */
  readonly pixels?: Normalisation;
}

/** The batch's size is not known before it runs. */
export const FREE = -1;

export interface Conversion {
  readonly graph: Graph;
  readonly batch: number;
  weight(name: string): Weight | undefined;
  /** A value as it is stored; limits applied. */
  value(name: string): Value;
  /** The same before its limits. */
  raw(name: string): Value;
  /** Its name in the ONNX graph, in TensorFlow's layout. */
  plain(value: Value): string;
}
