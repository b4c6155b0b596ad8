// A process of its own that sends what stands in the line of one channel, and is killed while it does: src/notify/dispatcher.test.ts.

import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRecorder, detectionOf, dispatch, log, tellingPlanner, until } from '../src/notify/dispatch.test-kit.ts';
import { openStore } from '../src/store/open.ts';

const COUNT = 15;

const store = await openStore({ dataDir: process.argv[2] ?? '', log });
await store.deliveries.freeAll();
const [known] = await store.channels.list();
const channel =
  known ??
  (await store.channels.add({ name: 'c', kind: 'webhook', enabled: true, settings: {}, quiet: null }, Date.now()));
if (!known) {
  const planner = await tellingPlanner(store, [channel]);
  for (let i = 0; i < COUNT; i += 1) {
    const sighting = {
      id: `d${i}`,
      cameraId: 'door',
      trackId: null,
      capturedAt: Date.now(),
      box: null,
      points: null,
      zones: [],
    };
    await store.detections.add(sighting, 'a'.repeat(64), Date.now());
    await store.detections.claim('w', 1, 60_000, Date.now());
    await store.detections.settle(
      'w',
      sighting.id,
      {
        state: 'classified',
        match: { decision: 'new', nearest: null, runnerUp: null, margin: null, threshold: 0.6 },
        decision: 'new',
        personId: null,
        galleryVersion: await store.changes.last(),
        template: { model: 'm', vector: Float32Array.of(1) },
        quality: 1,
        keepReference: false,
        visitGapMs: 1,
        alerts: planner,
      },
      Date.now(),
    );
  }
}
const recorder = createRecorder();
recorder.behave(channel, {
  async send(message) {
    writeSync(1, `begin ${detectionOf(message)}\n`);
    await sleep(5);
    writeSync(1, `end ${detectionOf(message)}\n`);
  },
});
const dispatcher = dispatch(store, recorder.open);
await until(async () => {
  const { queued, sending } = await store.deliveries.counts();
  return queued + sending === 0;
});
await dispatcher.close();
await store.close();
writeSync(1, 'end\n');
