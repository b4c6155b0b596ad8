// A process that adds detections and says which ones are acknowledged, until it is killed. Run by sqlite.test.ts.

import { writeSync } from 'node:fs';
import { openLog } from '../log.ts';
import { openStore } from './open.ts';
import { picture, sighting } from './test-data.test-suite.ts';

const store = await openStore({ dataDir: process.argv[2] ?? '', log: openLog({ level: 'silent' }) });
await Promise.all(
  Array.from({ length: 8 }, async (_, lane) => {
    for (let i = 0; ; i += 1) {
      const { detection } = await store.detections.add(sighting(`${lane}-${i}`, i), picture('a'), i);
      writeSync(1, `${detection.id}\n`);
    }
  }),
);
