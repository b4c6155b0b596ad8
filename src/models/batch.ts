// Takes batches of tensors apart and puts them together, for networks that take one picture at a time.

import type { Tensor } from '../model-port.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** Item `index` of every tensor, as a batch of one; no copy. */
export function itemOf(batch: Tensors, index: number): Tensors {
  return map(batch, ({ data, dims }) => {
    const length = data.length / (dims[0] ?? 1);
    return { data: data.subarray(index * length, (index + 1) * length), dims: [1, ...dims.slice(1)] };
  });
}

/** One tensor out of the float32 tensors of the same name, one below the other. */
export function joinItems(items: readonly Tensors[]): Tensors {
  return map(items[0] ?? {}, (first, name) => {
    const data = new Float32Array(first.data.length * items.length);
    for (const [index, item] of items.entries()) {
      const part = item[name]?.data;
      if (!(part instanceof Float32Array)) throw new TypeError(`The output ${name} is not float32.`);
      data.set(part, index * first.data.length);
    }
    return { data, dims: [items.length * (first.dims[0] ?? 1), ...first.dims.slice(1)] };
  });
}

function map(tensors: Tensors, change: (tensor: Tensor, name: string) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));
}
