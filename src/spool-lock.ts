// One program per spool: two cameras with the same id on one machine would send each other's shots and drop them.

import { mkdir } from 'node:fs/promises';
import { isKithError, messageOf } from './errors.ts';
import type { Log } from './log.ts';
import { lockFolder } from './store/folder-lock.ts';

/** KithError `conflict` when another program holds it. On a disk that cannot be written the spool works in memory, unlocked. */
export async function lockSpool(folder: string, cameraId: string, log: Log): Promise<{ close(): void }> {
  try {
    await mkdir(folder, { recursive: true });
    return await lockFolder(
      folder,
      `Another program runs as camera "${cameraId}" on this machine (its spool ${folder} is in use): stop it, or give this one another id.`,
    );
  } catch (error) {
    if (isKithError(error)) throw error;
    log.warn(`The spool folder ${folder} cannot be locked (${messageOf(error)}).`);
    return { close: () => undefined };
  }
}
