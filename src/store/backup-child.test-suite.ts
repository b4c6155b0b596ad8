// Begins a backup as the thread does, says so when the database is copied and half of the pictures are still to come, and waits to be
// killed.

import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeBackup } from './backup-work.ts';

const dataDir = process.argv[2] ?? '';
const folder = join(dataDir, 'backups');
await makeBackup(
  {
    dataDir,
    temporary: join(folder, `.making-${hostname()}-${process.pid}-1`),
    target: join(folder, '20260131-120000'),
    version: 'test',
    createdAt: 0,
    postgres: null,
  },
  (step, done) => {
    if (step !== 'pictures' || done === 0) return;
    writeSync(1, 'half\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
);
