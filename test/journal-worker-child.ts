// A process for the crash test: store, gallery and worker in a folder; posts strangers' shots and says which are acknowledged, until
// it is killed. With "drain" it posts nothing, works until nothing is left, and ends.

import { writeSync } from 'node:fs';
import { fakeEngine, openBench, sighting } from './journal-kit.ts';

const [dataDir = '', round = '0', mode = 'post'] = process.argv.slice(2);
const engine = fakeEngine({ ms: () => Math.random() * 4 });
const bench = await openBench({ dataDir, engine, leaseMs: 300, pollMs: 20 });
if (mode === 'drain') {
  while ((await bench.store.detections.counts()).pending > 0) {
    await bench.worker.idle();
    await new Promise((next) => setTimeout(next, 20));
  }
  await bench.close();
} else {
  writeSync(1, 'ready\n');
  await Promise.all(
    Array.from({ length: 4 }, async (_, lane) => {
      for (let i = 0; ; i++) {
        const id = `${round}-${lane}-${i}`;
        await bench.post(
          `stranger ${(i + lane) % 6}:0.2:${id}`,
          sighting(id, { cameraId: `camera ${lane}`, capturedAt: i }),
        );
        writeSync(1, `${id}\n`);
      }
    }),
  );
}
