// Is all well? The same questions as `kith doctor` asks, of a Kith that runs: what was found, in plain words, and what to do. Each has a
// code and its numbers too, so that the panel can say it in another language.

import type { BackupsState, QueueState } from '../upkeep-port.ts';
import type { SettingsState, StorageFacts } from './system-ports.ts';

export type Level = 'ok' | 'note' | 'warning' | 'problem';

export interface Check {
  readonly code: string;
  readonly level: Level;
  readonly says: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface Found {
  readonly now: number;
  readonly storage: StorageFacts | null;
  readonly queue: QueueState;
  /** Some process takes rows: this one, or one whose leases are seen. */
  readonly works: boolean;
  readonly notReady: readonly string[];
  readonly cameras: readonly { readonly name: string; readonly state: string; readonly expected: boolean }[];
  readonly backups: BackupsState | null;
  readonly settings: SettingsState | null;
}

export const LOW_BYTES = 2_000_000_000;
export const CRITICAL_BYTES = 500_000_000;
const BEHIND_MS = 60_000;
const LATE_MS = 2 * 86_400_000;
const NAMES_SAID = 3;

export function diskLevel(freeBytes: number | null): 'ok' | 'low' | 'critical' {
  if (freeBytes === null || freeBytes >= LOW_BYTES) return 'ok';
  return freeBytes < CRITICAL_BYTES ? 'critical' : 'low';
}

export function checksOf(found: Found): readonly Check[] {
  return [
    disk(found),
    models(found),
    queue(found),
    failed(found),
    cameras(found),
    backups(found),
    settings(found),
  ].filter((check) => check !== null);
}

function check(code: string, level: Level, says: string, values: Check['values'] = {}): Check {
  return { code, level, says, values };
}

function disk({ storage }: Found): Check | null {
  const free = storage?.freeBytes ?? null;
  if (storage === null || free === null) return null;
  const gigabytes = Math.round(free / 1e8) / 10;
  const values = { free: gigabytes, folder: storage.folder };
  const level = diskLevel(free);
  if (level === 'ok') return check('disk_ok', 'ok', `${gigabytes} GB are free.`, values);
  const says = `Only ${gigabytes} GB are free at ${storage.folder}: make room, remove old backups, or move the data folder to a larger disk.`;
  return check(`disk_${level}`, level === 'low' ? 'warning' : 'problem', says, values);
}

function models({ notReady }: Found): Check {
  if (notReady.length === 0) return check('models_ok', 'ok', 'Faces can be recognised.');
  return check('models_away', 'problem', notReady.join(' '), { reason: notReady.join(' ') });
}

function queue({ queue: { pending, oldestAt }, now, works }: Found): Check {
  const seconds = oldestAt === null ? 0 : Math.max(0, Math.round((now - oldestAt) / 1000));
  const values = { count: pending, seconds };
  if (oldestAt === null || now - oldestAt < BEHIND_MS) {
    return check('queue_ok', 'ok', pending === 0 ? 'Nothing waits.' : `${pending} wait, not for long.`, values);
  }
  if (!works) {
    const says = `${pending} detections wait and no worker takes them: start "kith start" or "kith worker" on this database.`;
    return check('queue_nobody', 'problem', says, values);
  }
  const says = `${pending} detections wait, the oldest for ${seconds} s: nothing is lost, but names come late. More face threads, a smaller profile or another worker help.`;
  return check('queue_behind', 'warning', says, values);
}

function failed({ queue: { failed: count } }: Found): Check {
  if (count === 0) return check('failed_ok', 'ok', 'No detection has failed.', { count });
  const says = `${count} detections have failed: the log of the worker says why. Once that is mended they can be tried again.`;
  return check('failed_some', 'warning', says, { count });
}

const HEALTHY = ['running', 'starting', 'connecting', 'ended'];

function cameras({ cameras: all }: Found): Check {
  const bad = all.filter(({ state, expected }) => expected && !HEALTHY.includes(state));
  const names = bad
    .slice(0, NAMES_SAID)
    .map(({ name }) => name)
    .concat(bad.length > NAMES_SAID ? ['…'] : [])
    .join(', ');
  const values = { count: bad.length, all: all.length, names };
  if (all.length === 0) return check('cameras_none', 'note', 'There is no camera yet: add one.', values);
  if (bad.length === 0) return check('cameras_ok', 'ok', 'All cameras answer.', values);
  return check('cameras_bad', 'warning', `Cameras that do not run: ${names}. Their pages say why.`, values);
}

function backups({ backups: state, now }: Found): Check | null {
  if (state === null) return null;
  const [newest] = state.backups;
  const days = newest ? Math.floor((now - newest.createdAt) / 86_400_000) : 0;
  const values = { days, count: state.backups.length, reason: state.lastError ?? '' };
  if (state.lastError !== null) {
    return check('backup_failed', 'problem', `The last backup was not made: ${state.lastError}`, values);
  }
  if (!newest)
    return check('backup_none', 'note', 'There is no backup yet: make one, or switch the daily one on.', values);
  if (state.daily.on && now - newest.createdAt > LATE_MS) {
    return check(
      'backup_late',
      'warning',
      `The newest backup is ${days} days old although one is made daily: see the log.`,
      values,
    );
  }
  return check('backup_ok', 'ok', 'There is a backup.', values);
}

function settings({ settings: state }: Found): Check | null {
  if (state === null) return null;
  const { problem, path } = state.file;
  if (problem !== null) {
    return check('settings_wrong', 'problem', `Kith will not start again with its settings: ${problem}`, {
      reason: problem,
    });
  }
  if (state.unknownKeys.length > 0) {
    const keys = state.unknownKeys.join(', ');
    return check('settings_wrong', 'problem', `${path} has keys that Kith does not know: ${keys}.`, { reason: keys });
  }
  const waiting = state.settings.filter(({ waits }) => waits).map(({ key }) => key);
  if (waiting.length === 0) return null;
  const values = { names: waiting.join(', '), count: waiting.length };
  return check('settings_wait', 'note', `Settings wait for a restart: ${values.names}.`, values);
}
