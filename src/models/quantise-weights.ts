// Weights to bytes, with one scale for each output channel. On x86 without VNNI onnxruntime adds the products of two
// neighbouring input channels in 16 bits, where 255 · 127 twice would be cut off. Instead of giving all weights 7 bits,
// which costs accuracy, a scale is chosen so that no two neighbours exceed 16 bits: every machine computes the same.

/** [out, in / groups, height, width] */
export interface Filters {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface NarrowFilters {
  readonly bytes: Int8Array;
  /** One for each output channel: weight ≈ byte · scale. */
  readonly scales: Float32Array;
}

const LARGEST = 127;
/** 255 · 128 fits into 16 bits; half of a byte is left to rounding. */
const LARGEST_PAIR = 127.5;
/** The bias is kept in 32 bits on the scale of input times weight; this leaves room for the sums that it is added to. */
const LARGEST_BIAS = 2 ** 29;

export function narrowFilters({ data, dims }: Filters, bias: Float32Array, inputScale: number): NarrowFilters {
  const [channels = 1, into = 1] = dims;
  const length = data.length / channels;
  const bytes = new Int8Array(data.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel += 1) {
    const filter = data.subarray(channel * length, (channel + 1) * length);
    const least = Math.abs(bias[channel] ?? 0) / inputScale / LARGEST_BIAS;
    const scale = Math.max(largestOf(filter) / LARGEST, largestPair(filter, into) / LARGEST_PAIR, least);
    // A filter of zeros keeps any scale.
    scales[channel] = scale > 0 ? scale : 1;
    const divisor = scales[channel] ?? 1;
    for (let i = 0; i < length; i += 1) {
      const byte = Math.round((filter[i] ?? 0) / divisor);
      bytes[channel * length + i] = Math.max(-LARGEST, Math.min(LARGEST, byte));
    }
  }
  return { bytes, scales };
}

/** Rounding shifts the mean of each output; the bias takes that back. `mean`: of each channel of the input. */
export function correctBias(
  bias: Float32Array,
  { data, dims }: Filters,
  { bytes, scales }: NarrowFilters,
  mean: readonly number[],
  groups: number,
): Float32Array {
  const [channels = 1, into = 1] = dims;
  const length = data.length / channels;
  const area = length / into;
  return bias.map((value, channel) => {
    const first = Math.floor((channel * groups) / channels) * into;
    let shift = 0;
    for (let i = 0; i < length; i += 1) {
      const at = channel * length + i;
      const error = (bytes[at] ?? 0) * (scales[channel] ?? 0) - (data[at] ?? 0);
      shift += error * (mean[first + Math.floor(i / area)] ?? 0);
    }
    return value - shift;
  });
}

function largestOf(filter: Float32Array): number {
  return filter.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** The largest sum of two that are added together: onnxruntime goes through a filter place by place, at each place through
 * the channels. */
function largestPair(filter: Float32Array, into: number): number {
  const area = filter.length / into;
  const at = (k: number): number => filter[(k % into) * area + Math.floor(k / into)] ?? 0;
  let most = 0;
  for (let k = 0; k < filter.length; k += 2) most = Math.max(most, Math.abs(at(k) + at(k + 1)));
  return most;
}
