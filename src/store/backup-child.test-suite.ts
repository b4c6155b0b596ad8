// Makes a backup and says when it takes pictures: to be killed then.

import { openLog } from '../log.ts';
import { openBackups } from './backups.ts';

const backups = openBackups({
  dataDir: process.argv[2] ?? '',
  version: 'test',
  log: openLog({ level: 'silent' }),
  postgres: null,
});
await backups.make(({ step }) => {
  if (step === 'pictures') process.stdout.write('pictures\n');
});
