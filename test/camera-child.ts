// The spool and the uploader of a camera for the crash test: keeps a shot every few milliseconds and says which are safe, until it
// is killed. With "drain" it keeps none, and ends once all are delivered.

import { randomUUID } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSpool } from '../src/camera/spool.ts';
import { openUploader } from '../src/camera/uploader.ts';
import { openLog } from '../src/log.ts';

const [folder = '', picture = '', server = '', key = '', mode = 'run'] = process.argv.slice(2);
const jpeg = readFileSync(picture);
const spool = await openSpool({ folder });
const log = openLog({ level: 'silent', pretty: false });
const uploader = openUploader({ server, key, spool, log, backoff: () => 100 });
if (mode === 'drain') {
  await spool.drained(new AbortController().signal);
  await uploader.close();
} else {
  for (;;) {
    const id = randomUUID();
    const sighting = {
      id,
      cameraId: 'door',
      trackId: `track-${id}`,
      capturedAt: Date.now(),
      box: null,
      points: null,
      zones: [],
    };
    await spool.add(sighting, jpeg);
    writeSync(1, `${id}\n`);
    await sleep(20);
  }
}
