import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { isKithError } from '../errors.ts';
import { createGraph, type Dims } from './graph.ts';
import { openNetwork } from './session.ts';

/** Twice the sum of each row. */
function rowSums(dims: Dims): Uint8Array<ArrayBuffer> {
  const graph = createGraph('sums');
  const x = graph.input('x', 'float32', dims);
  const sum = graph.node('ReduceSum', [x, graph.ints([1])], { keepdims: 0 });
  graph.output('sums', graph.node('Mul', [sum, graph.scalar(2)]), 'float32', [dims[0] ?? 1]);
  return graph.encode();
}

const THREE_ROWS = { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [3, 2] };

test('a network runs a batch, also when it was made for one at a time', async () => {
  for (const rows of ['N', 1]) {
    const network = await openNetwork(rowSums([rows, 2]));
    assert.deepEqual(network.inputs, ['x']);
    const { sums } = await network.run({ x: THREE_ROWS });
    assert.deepEqual([...(sums?.data ?? [])], [6, 14, 22]);
    assert.deepEqual(sums?.dims, [3]);
    await network.close();
  }
});

test('a network says what it takes', async () => {
  const network = await openNetwork(rowSums(['N', 2]));
  assert.deepEqual(network.inputShapes, [{ name: 'x', type: 'float32', dims: ['N', 2] }]);
  await assert.rejects(network.run({ x: { data: new Float32Array(3), dims: [1, 3] } }));
  await assert.rejects(network.run({}), /x/);
  await network.close();
});

test('closing twice is closing once, and nothing runs afterwards', async () => {
  const network = await openNetwork(rowSums(['N', 2]));
  await network.close();
  await network.close();
  await assert.rejects(network.run({ x: THREE_ROWS }), (error) => isKithError(error) && error.code === 'unavailable');
});

test('what is no network is refused', async () => {
  await assert.rejects(
    openNetwork(new Uint8Array([1, 2, 3])),
    (error) => isKithError(error) && error.code === 'invalid',
  );
  await assert.rejects(openNetwork('/nowhere.onnx'), (error) => isKithError(error) && error.code === 'invalid');
});

test('networks run on worker threads, several after each other', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    void (async () => {
      const { openNetwork } = await import(workerData.session);
      const network = await openNetwork(workerData.model);
      const { sums } = await network.run({ x: workerData.rows });
      await network.close();
      parentPort.postMessage([...sums.data]);
    })();`;
  const session = new URL('session.ts', import.meta.url).href;
  for (let round = 0; round < 3; round += 1) {
    const data = { session, model: rowSums(['N', 2]), rows: THREE_ROWS };
    const worker = new Worker(program, { eval: true, workerData: data });
    const exit = once(worker, 'exit');
    const [sums] = (await once(worker, 'message')) as [number[]];
    assert.deepEqual(sums, [6, 14, 22]);
    assert.deepEqual(await exit, [0]);
  }
});
