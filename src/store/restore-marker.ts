// The mark of a restore that was broken off while it changed places.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KithError } from '../errors.ts';

export const UNDER_WAY = 'restore-under-way';

/** KithError `conflict`: a part of the folder is old and a part is new, or missing. */
export function refuseHalfRestored(folder: string): void {
  if (!existsSync(join(folder, UNDER_WAY))) return;
  const message = `A restore into ${folder} was broken off: run the same "kith restore" again, what was there before lies in before-restore-….`;
  throw new KithError('conflict', message);
}
