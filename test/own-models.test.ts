// A network of the user's own in the settings: used where it is right, and a start that stops and says why where it is not.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createGraph } from '../src/models/graph.ts';
import { portraits, run, temporaryFolder } from './program.ts';

/** The mean colour of a face as a template of three numbers: a network small enough for a test. */
function meanNetwork(): Uint8Array {
  const graph = createGraph('mean');
  const image = graph.input('image', 'float32', ['N', 3, 112, 112]);
  graph.output('template', graph.node('ReduceMean', [image], { axes: [2, 3], keepdims: 0 }), 'float32', ['N', 3]);
  return graph.encode();
}

test("a user's embedder makes the templates; a broken, missing or misdescribed one stops with the reason", async () => {
  const folder = await temporaryFolder();
  try {
    const file = join(folder.path, 'mean.onnx');
    await writeFile(file, meanNetwork());
    const corrupt = join(folder.path, 'corrupt.onnx');
    await writeFile(corrupt, 'no network');
    const photo = join(folder.path, 'photo.jpg');
    await writeFile(photo, (await portraits())[0] ?? new Uint8Array());

    const entry = { name: 'mean', task: 'embedder', file, dimensions: 3, threshold: 0.3, alignment: 'arcface5' };
    const settings = join(folder.path, 'kith.json');
    async function compare(change: object) {
      await writeFile(settings, JSON.stringify({ models: [{ ...entry, ...change }] }));
      return run(join(folder.path, 'data'), ['compare', photo, photo, '--json'], { KITH_CONFIG: settings });
    }

    const good = await compare({});
    assert.equal(good.status, 0, good.stderr);
    assert.match(JSON.parse(good.stdout).model, /^mean@/);
    assert.equal(JSON.parse(good.stdout).threshold, 0.3);

    for (const [change, says] of [
      [{ file: join(folder.path, 'missing.onnx') }, /missing\.onnx/],
      [{ file: corrupt }, /corrupt\.onnx/],
      [{ dimensions: 512 }, /512/],
      [{ size: [96, 96] }, /96/],
    ] as const) {
      const bad = await compare(change);
      assert.equal(bad.status, 3, bad.stderr);
      assert.match(bad.stderr, says);
    }
  } finally {
    await folder.remove();
  }
});
