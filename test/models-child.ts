// A process for the test of kills: prepares the second model in a folder and says what it sees, until it is killed. `where` is
// "before" or "after": it then kills itself right before or right after the change has been committed.

import { writeSync } from 'node:fs';
import { openModelBench, until } from './models-kit.ts';

const [dataDir = '', where = ''] = process.argv.slice(2);
const bench = await openModelBench({ dataDir, models: ['fake@1', 'fake@2'], works: false, ms: () => 5 });
const { models } = bench.store;
const activate = models.activate.bind(models);
models.activate = async (model) => {
  if (where === 'before') process.kill(process.pid, 'SIGKILL');
  const state = await activate(model);
  if (where === 'after') process.kill(process.pid, 'SIGKILL');
  return state;
};
writeSync(1, 'ready\n');
await until('the change', () => bench.switcher.current.model === 'fake@2');
writeSync(1, 'changed\n');
