// Two networks that should answer the same, on the same pictures: how far apart their answers are and how long they take,
// alternating, so that whatever else the machine does falls on both.

import type { Network, Tensor } from '../model-port.ts';

export interface NetworkComparison {
  readonly pictures: number;
  /** Absolute differences over all numbers of all outputs, by output. */
  readonly outputs: Readonly<Record<string, { readonly largest: number; readonly mean: number }>>;
  /** Medians, one picture at a time, on one thread. */
  readonly ms: { readonly one: number; readonly other: number };
}

type Answer = Readonly<Record<string, Tensor>>;

/** `inputs`: height × width × 3 bytes each. `onAnswers` sees both answers to each of them. */
export async function compareNetworks(
  one: Network,
  other: Network,
  [height, width]: readonly [height: number, width: number],
  inputs: readonly Uint8Array[],
  rounds: number,
  onAnswers: (a: Answer, b: Answer) => void = () => {},
): Promise<NetworkComparison> {
  const sums = new Map(one.outputs.map((name) => [name, { largest: 0, sum: 0, count: 0 }]));
  const times: { one: number[]; other: number[] } = { one: [], other: [] };
  async function run(network: Network, data: Uint8Array | undefined, kept?: number[]): Promise<Answer> {
    const started = performance.now();
    const answer = await network.run({ pixels: { data: data ?? new Uint8Array(), dims: [1, height, width, 3] } });
    kept?.push(performance.now() - started);
    return answer;
  }
  for (const input of inputs) {
    const [a, b] = [await run(one, input), await run(other, input)];
    onAnswers(a, b);
    for (const [name, total] of sums) {
      const [x, y] = [a[name]?.data, b[name]?.data];
      if (!(x instanceof Float32Array && y instanceof Float32Array)) continue;
      for (const [i, value] of x.entries()) {
        const difference = Math.abs(value - (y[i] ?? 0));
        total.largest = Math.max(total.largest, difference);
        total.sum += difference;
      }
      total.count += x.length;
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    const input = inputs[round % inputs.length];
    await run(one, input, times.one);
    await run(other, input, times.other);
  }
  const outputs = [...sums].map(([name, { largest, sum, count }]) => [name, { largest, mean: sum / count }] as const);
  return {
    pictures: inputs.length,
    outputs: Object.fromEntries(outputs),
    ms: { one: median(times.one), other: median(times.other) },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
