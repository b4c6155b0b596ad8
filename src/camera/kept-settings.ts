// The settings that the back end keeps for a camera: checked as they come in, and kept beside the spool so that the camera starts
// while the back end is away.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkNetworkSource } from '../camera-address.ts';
import { KeptSettingsSchema, type KeptSettings } from '../camera-settings.ts';
import { checkZones } from '../camera-zones.ts';
import { validate } from '../validate.ts';

export interface Kept {
  readonly version: number;
  readonly settings: KeptSettings;
}

const FILE = 'settings.json';

/** Defaults filled in. KithError `invalid` names the key that is wrong, or the scheme that may not come from a back end: whoever may
 * write settings there must not read files and devices of this machine. `devices`: the back end runs on this very machine, so its USB
 * cameras are its own. */
export function checkKept(settings: object, devices = false): KeptSettings {
  const checked = validate(KeptSettingsSchema, settings, 'The settings that the back end keeps');
  checkNetworkSource(checked.source, 'source', { devices });
  if (checked.substream !== undefined) checkNetworkSource(checked.substream, 'substream');
  checkZones(checked);
  return checked;
}

/** Durable when it answers. For the owner only: addresses hold passwords. `settings` null when nothing but the camera's id is
 * known (by its folder) for this key. */
export async function writeKept(folder: string, key: string, kept: Kept | null): Promise<void> {
  await mkdir(folder, { recursive: true });
  const aside = join(folder, `${randomUUID()}.tmp`);
  try {
    await using handle = await open(aside, 'wx', 0o600);
    await handle.writeFile(JSON.stringify({ key: markOf(key), version: null, settings: null, ...kept }));
    await handle.sync();
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  await rename(aside, join(folder, FILE));
  await using directory = await open(folder, 'r');
  await directory.sync();
}

/** Null when there are none, or none that can be used. */
export async function readKept(folder: string, devices = false): Promise<Kept | null> {
  const found = await readFileOf(folder);
  if (!found || typeof found['version'] !== 'number' || typeof found['settings'] !== 'object' || !found['settings']) {
    return null;
  }
  try {
    return { version: found['version'], settings: checkKept(found['settings'], devices) };
  } catch {
    return null;
  }
}

/** The camera that this key was for when the back end was last asked; `spools` is the folder of all spools. */
export async function cameraOfKey(spools: string, key: string): Promise<string | null> {
  for (const camera of await readdir(spools).catch(() => [])) {
    const found = await readFileOf(join(spools, camera));
    if (found?.['key'] === markOf(key)) return camera;
  }
  return null;
}

async function readFileOf(folder: string): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, FILE), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Tells keys apart without holding them. */
function markOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
