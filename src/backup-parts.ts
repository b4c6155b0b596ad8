// What `kith backup` and `kith restore` work with: where settings, store and commands meet.

import type { BackupParts, RestoreParts } from './commands/backup.ts';
import { readConfig } from './config.ts';
import { countsOf } from './daily-backup.ts';
import type { Log } from './log.ts';
import { openStoreOf, VERSION } from './main.ts';
import { openBackups } from './store/backups.ts';
import { restore } from './store/restore.ts';

export function backupParts(log: Log): BackupParts {
  const config = readConfig();
  return {
    config,
    // Beside a Kith that runs as well as without one: it looks at the database as any reader may.
    async make(folder, onStep) {
      const backups = openBackups({
        dataDir: config.data,
        ...(folder !== undefined && { folder }),
        version: VERSION,
        log,
        postgres:
          config.databaseUrl === undefined
            ? null
            : async () => {
                const store = await openStoreOf(config, log);
                try {
                  return await countsOf(store);
                } finally {
                  await store.close();
                }
              },
        // Elsewhere everything stays: that folder is not ours.
        ...(folder === undefined && { keep: () => config.backupsKept }),
      });
      try {
        return await backups.make(onStep);
      } finally {
        await backups.close();
      }
    },
  };
}

export function restoreParts(): RestoreParts {
  const config = readConfig();
  return {
    config,
    async restore(from, onStep) {
      const store = config.databaseUrl === undefined ? 'sqlite' : 'postgres';
      const { manifest, aside } = await restore({ from, dataDir: config.data, store, now: Date.now(), onStep });
      return { aside, persons: manifest.persons, detections: manifest.detections };
    },
  };
}
