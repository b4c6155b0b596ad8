// A process that merges strangers and takes it back, over and over, and says which entries are acknowledged, until it is killed.
// Run by sqlite.test.ts.

import { writeSync } from 'node:fs';
import { openLog } from '../log.ts';
import { openStore } from './open.ts';
import { GAP_MS, HUMAN, settleOne, sighting } from './test-data.test-suite.ts';

const options = { actor: HUMAN, visitGapMs: GAP_MS };
const store = await openStore({ dataDir: process.argv[2] ?? '', log: openLog({ level: 'silent' }) });
const ids: string[] = [];
for (let person = 0; person < 4; person += 1) {
  const first = await settleOne(store, sighting(`${person}-0`, person), null);
  const id = first.personId ?? '';
  ids.push(id);
  for (let i = 1; i < 20; i += 1) await settleOne(store, sighting(`${person}-${i}`, i * 100_000), id);
}
for (let i = 0; ; i += 1) {
  const [from, into] = [ids[i % 4] ?? '', ids[(i + 1) % 4] ?? ''];
  const { entry } = await store.identity.merge(from, into, options);
  writeSync(1, `merge ${entry.seq} ${from} ${into}\n`);
  await store.identity.undo(entry.seq, options);
  writeSync(1, `undo ${entry.seq} ${from} ${into}\n`);
}
