// Runs a float network on pictures and looks at every value that is to become bytes.

import { setImmediate } from 'node:timers/promises';
import { encodeModel, type OnnxGraph } from './onnx.ts';
import { measuredValues, type Calibration } from './quantise.ts';
import { openNetwork } from './session.ts';
import { createSpread } from './value-range.ts';

/** `inputs`: pictures as the network takes them, height × width × 3 bytes each. */
export async function calibrate(
  graph: OnnxGraph,
  [height, width]: readonly [height: number, width: number],
  inputs: readonly Uint8Array[],
  progress: (done: number, total: number) => void = () => {},
): Promise<Calibration> {
  const spreads = new Map(measuredValues(graph).map((value) => [value, createSpread()]));
  const outputs = [...spreads.keys()].map((name) => ({ name, type: 'float32' as const, dims: null }));
  const network = await openNetwork(encodeModel({ ...graph, outputs }), { warmUp: null });
  try {
    for (const [index, data] of inputs.entries()) {
      const found = await network.run({ pixels: { data, dims: [1, height, width, 3] } });
      for (const [value, spread] of spreads) {
        const { data: map, dims } = found[value] ?? {};
        if (map instanceof Float32Array) spread.add(map, dims?.[1] ?? 1);
      }
      progress(index + 1, inputs.length);
      // A run holds the thread; whoever else lives on it (a server that starts) gets a turn.
      await setImmediate();
    }
  } finally {
    await network.close();
  }
  return new Map([...spreads].map(([value, spread]) => [value, spread.measured()]));
}
