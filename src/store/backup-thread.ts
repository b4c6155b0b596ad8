// The thread in which a backup is made, so that nothing waits for the disk meanwhile.

import { parentPort, workerData } from 'node:worker_threads';
import { isKithError, messageOf } from '../errors.ts';
import type { BackupInfo } from '../upkeep-port.ts';
import { makeBackup, type BackupOrder } from './backup-work.ts';

export type BackupWord =
  | { readonly kind: 'step'; readonly step: 'database' | 'pictures'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly info: BackupInfo }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | null };

function say(word: BackupWord): void {
  parentPort?.postMessage(word, []);
}

try {
  const info = await makeBackup(workerData as BackupOrder, (step, done, total) =>
    say({ kind: 'step', step, done, total }),
  );
  say({ kind: 'done', info });
} catch (error) {
  const code = error instanceof Error && 'code' in error && !isKithError(error) ? String(error.code) : null;
  say({ kind: 'failed', message: messageOf(error), code });
}
