// One entry per TensorFlow operator: how it is said in ONNX. Convolutions and pooling are in tfjs-convolutions.ts.

import { FREE, type Conversion, type TfNode, type Value } from './tfjs-model.ts';
import { addChannels, prelu } from './layers.ts';
import { flag, input, integer, integers, unsupported } from './tfjs-attributes.ts';
import { convolution, matMul, maxPool } from './tfjs-convolutions.ts';

type Operator = (conversion: Conversion, node: TfNode) => Value[];

export const OPERATORS: Readonly<Record<string, Operator>> = {
  Conv2D: convolution,
  _FusedConv2D: convolution,
  DepthwiseConv2dNative: convolution,
  FusedDepthwiseConv2dNative: convolution,
  _FusedMatMul: matMul,
  MaxPool: maxPool,
  Identity: (c, node) => [c.raw(input(node, 0))],
  Add: binary('Add'),
  AddV2: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  RealDiv: binary('Div'),
  // The quotients of this kind in our networks are of whole numbers that are not negative.
  FloorDiv: binary('Div'),
  Minimum: (c, node) => bound(c, node, 'Min'),
  Maximum: (c, node) => bound(c, node, 'Max'),
  Relu: (c, node) => [restrict(c.raw(input(node, 0)), 0, Infinity)],
  Relu6: (c, node) => [restrict(c.raw(input(node, 0)), 0, 6)],
  Sigmoid: unary('Sigmoid'),
  Sqrt: unary('Sqrt'),
  Softmax: (c, node) => {
    const value = c.value(input(node, 0));
    return [{ ...value, id: c.graph.node('Softmax', [c.plain(value)], { axis: -1 }), planes: false }];
  },
  Prelu: (c, node) => {
    const value = c.value(input(node, 0));
    return [{ ...value, id: prelu(c.graph, value.id, floats(c, node, 1)) }];
  },
  SquaredDifference: (c, node) => {
    const [difference] = binary('Sub')(c, node);
    if (!difference) throw unsupported(node, 'no result');
    return [{ ...difference, id: c.graph.node('Mul', [difference.id, difference.id]) }];
  },
  Pad: pad,
  Mean: mean,
  ConcatV2: concat,
  Reshape: reshape,
  ResizeBilinear: resize,
  Cast: cast,
  ExpandDims: (c, node) => {
    const value = c.value(input(node, 0));
    const [axis = 0] = ints(c, node, 1);
    const at = axis < 0 ? value.dims.length + 1 + axis : axis;
    // One picture taken out of its batch and put back: the pixels pass through unchanged.
    if (value.pixels) return [{ ...value, dims: value.dims.toSpliced(at, 0, 1) }];
    const id = c.graph.node('Unsqueeze', [c.plain(value), c.graph.ints([at])]);
    return [{ id, dims: value.dims.toSpliced(at, 0, 1), planes: false }];
  },
  Squeeze: (c, node) => {
    const value = c.value(input(node, 0));
    const axes = integers(node, 'squeeze_dims').map((axis) => (axis < 0 ? value.dims.length + axis : axis));
    const dims = value.dims.filter((_, axis) => !axes.includes(axis));
    if (value.pixels) return [{ ...value, dims }];
    return [{ id: c.graph.node('Squeeze', [c.plain(value), c.graph.ints(axes)]), dims, planes: false }];
  },
  Pack: (c, node) => {
    const axis = integer(node, 'axis');
    const values = (node.input ?? []).map((name) => c.value(name));
    const parts = values.map((value) => c.graph.node('Unsqueeze', [c.plain(value), c.graph.ints([axis])]));
    const dims = (values[0]?.dims ?? []).toSpliced(axis, 0, parts.length);
    return [{ id: c.graph.node('Concat', parts, { axis }), dims, planes: false }];
  },
  Unpack: (c, node) => {
    const value = c.value(input(node, 0));
    const axis = integer(node, 'axis');
    const dims = value.dims.toSpliced(axis, 1);
    if (value.pixels) return [{ ...value, dims }];
    const parts = c.graph.nodes('Split', [c.plain(value)], { axis }, integer(node, 'num'));
    return parts.map((part) => {
      return { id: c.graph.node('Squeeze', [part, c.graph.ints([axis])]), dims, planes: false };
    });
  },
  ArgMax: (c, node) => {
    const value = c.value(input(node, 0));
    const [axis = 0] = ints(c, node, 1);
    const found = c.graph.node('ArgMax', [c.plain(value)], { axis, keepdims: 0 });
    return [{ id: c.graph.node('Cast', [found], { to: 6 }), dims: value.dims.toSpliced(axis, 1), planes: false }];
  },
  GatherNd: (c, node) => {
    const from = c.value(input(node, 0));
    const at = c.value(input(node, 1));
    const places = c.graph.node('Cast', [c.plain(at)], { to: 7 });
    const dims = [...at.dims.slice(0, -1), ...from.dims.slice(at.dims.at(-1))];
    return [{ id: c.graph.node('GatherND', [c.plain(from), places]), dims, planes: false }];
  },
};

function unary(op: string): Operator {
  return (c, node) => {
    const value = c.value(input(node, 0));
    return [{ ...value, id: c.graph.node(op, [value.id]) }];
  };
}

function binary(op: string): Operator {
  return (c, node) => {
    const [a, b] = [c.value(input(node, 0)), c.value(input(node, 1))];
    if (a.pixels || b.pixels) return normalised(c, node, op);
    const dims = broadcast(a.dims, b.dims);
    const ids = [a, b].map((value, index) => asPlanes(c, input(node, index), value));
    const [first, second] = ids;
    if ((a.planes || b.planes) && first && second)
      return [{ id: c.graph.node(op, [first, second]), dims, planes: true }];
    return [{ id: c.graph.node(op, [c.plain(a), c.plain(b)]), dims, planes: false }];
  };
}

/** Sub, Mul and Add of constants right behind the input are taken into its normalisation. */
function normalised(c: Conversion, node: TfNode, op: string): Value[] {
  const value = c.value(input(node, 0));
  const weight = c.weight(input(node, 1));
  if (!value.pixels || !weight) throw unsupported(node, 'no constant to work on the picture with');
  const by = (channel: number) => weight.data[weight.data.length === 1 ? 0 : channel] ?? 0;
  const { matrix, offset } = value.pixels;
  if (op === 'Mul') {
    const scaled = matrix.map((row, channel) => row.map((factor) => factor * by(channel)));
    return [{ ...value, pixels: { matrix: scaled, offset: offset.map((shift, channel) => shift * by(channel)) } }];
  }
  if (op !== 'Add' && op !== 'Sub') throw unsupported(node, 'a picture as its input');
  const sign = op === 'Add' ? 1 : -1;
  return [{ ...value, pixels: { matrix, offset: offset.map((shift, channel) => shift + sign * by(channel)) } }];
}

/** Null where the value does not have a channel for each of a feature map's. */
function asPlanes(c: Conversion, name: string, value: Value): string | null {
  if (value.planes) return value.id;
  const weight = c.weight(name);
  if (!weight || weight.dims.slice(0, -1).some((dim) => dim !== 1)) return null;
  if (weight.data.length === 1) return c.graph.constant(weight.data, []);
  return c.graph.constant(weight.data, [weight.data.length, 1, 1]);
}

function bound(c: Conversion, node: TfNode, op: 'Min' | 'Max'): Value[] {
  const weight = c.weight(input(node, 1));
  const [value = 0] = weight?.data ?? [];
  if (weight?.data.length !== 1) throw unsupported(node, 'a bound that is not one number');
  const from = c.raw(input(node, 0));
  return [op === 'Min' ? restrict(from, -Infinity, value) : restrict(from, value, Infinity)];
}

function restrict(value: Value, low: number, high: number): Value {
  const limits = value.limits ?? { low: -Infinity, high: Infinity };
  return { ...value, limits: { low: Math.max(limits.low, low), high: Math.min(limits.high, high) } };
}

function pad(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  const amounts = ints(c, node, 1);
  if (value.dims.length !== 4) throw unsupported(node, 'not four dimensions');
  const before = [0, 3, 1, 2].map((axis) => amounts[axis * 2] ?? 0);
  const after = [0, 3, 1, 2].map((axis) => amounts[axis * 2 + 1] ?? 0);
  const dims = value.dims.map((dim, axis) => dim + (amounts[axis * 2] ?? 0) + (amounts[axis * 2 + 1] ?? 0));
  const added = after[1] ?? 0;
  const channels = value.dims[3] ?? 0;
  const onlyChannels = added > 0 && [...before, ...after].reduce((sum, amount) => sum + amount, 0) === added;
  const id = onlyChannels
    ? addChannels(c.graph, value.id, channels, channels + added)
    : c.graph.node('Pad', [value.id, c.graph.ints([...before, ...after])]);
  return [{ id, dims, planes: true }];
}

function mean(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  if (!value.planes || ints(c, node, 1).join() !== '1,2') throw unsupported(node, 'axes other than height and width');
  const [batch = 1, , , channels = 0] = value.dims;
  const pooled = c.graph.node('GlobalAveragePool', [value.id]);
  if (flag(node, 'keep_dims')) return [{ id: pooled, dims: [batch, 1, 1, channels], planes: true }];
  return [{ id: c.graph.node('Flatten', [pooled], { axis: 1 }), dims: [batch, channels], planes: false }];
}

function concat(c: Conversion, node: TfNode): Value[] {
  const names = (node.input ?? []).slice(0, -1);
  const values = names.map((name) => c.value(name));
  const rank = values[0]?.dims.length ?? 0;
  const [given = 0] = ints(c, node, names.length);
  const axis = given < 0 ? rank + given : given;
  const size = values.reduce((sum, value) => sum + (value.dims[axis] ?? 0), 0);
  const dims = (values[0]?.dims ?? []).with(axis, size);
  const planes = values.every((value) => value.planes);
  const ids = values.map((value) => (planes ? value.id : c.plain(value)));
  return [{ id: c.graph.node('Concat', ids, { axis: planes ? ([0, 2, 3, 1][axis] ?? 0) : axis }), dims, planes }];
}

function reshape(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  const known = value.dims.filter((dim) => dim !== c.batch).reduce((product, dim) => product * dim, 1);
  const wanted = ints(c, node, 1);
  const rest = wanted.slice(1).reduce((product, dim) => product * dim, 1);
  // TensorFlow froze a batch of one into some networks; here the batch stays free.
  const keepsBatch =
    c.batch === FREE &&
    wanted.length > 1 &&
    wanted[0] !== known &&
    (rest < 0 || rest === known) &&
    value.dims.length > 1;
  if (!keepsBatch) {
    const total = value.dims.reduce((product, dim) => product * Math.abs(dim), 1);
    const others = wanted.filter((dim) => dim >= 0).reduce((product, dim) => product * dim, 1);
    const dims = wanted.map((dim) => (dim < 0 ? total / others : dim));
    return [{ id: c.graph.node('Reshape', [c.plain(value), c.graph.ints(wanted)]), dims, planes: false }];
  }
  const others = wanted
    .slice(1)
    .filter((dim) => dim >= 0)
    .reduce((product, dim) => product * dim, 1);
  const shape = wanted.slice(1).map((dim) => (dim < 0 ? known / others : dim));
  const id = c.graph.node('Reshape', [c.plain(value), c.graph.ints([c.batch, ...shape])]);
  return [{ id, dims: [c.batch, ...shape], planes: false }];
}

function resize(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  if (!flag(node, 'half_pixel_centers') || flag(node, 'align_corners')) throw unsupported(node, 'another grid');
  const [height = 1, width = 1] = ints(c, node, 1);
  const [batch = 1, fromHeight = 1, fromWidth = 1, channels = 1] = value.dims;
  const scales = c.graph.constant(Float32Array.of(1, 1, height / fromHeight, width / fromWidth), [4]);
  const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const id = c.graph.node('Resize', [value.id, '', scales], attributes);
  return [{ id, dims: [batch, height, width, channels], planes: true }];
}

function cast(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  if (value.pixels) return [value];
  const type = node.attr?.['DstT']?.type;
  if (type !== 'DT_FLOAT' && type !== 'DT_INT32') throw unsupported(node, `the target ${type}`);
  return [{ ...value, id: c.graph.node('Cast', [value.id], { to: type === 'DT_FLOAT' ? 1 : 6 }) }];
}

function ints(c: Conversion, node: TfNode, index: number): number[] {
  const weight = c.weight(input(node, index));
  if (!weight) throw unsupported(node, `an input ${index} that is not constant`);
  return [...weight.data];
}

function floats(c: Conversion, node: TfNode, index: number): Float32Array {
  const weight = c.weight(input(node, index));
  if (!(weight?.data instanceof Float32Array)) throw unsupported(node, `an input ${index} that is not constant`);
  return weight.data;
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const x = a[index - rank + a.length] ?? 1;
    const y = b[index - rank + b.length] ?? 1;
    return x === 1 ? y : x;
  });
}
