// `kith backup` and `kith restore`: the same as the page "System", also where Kith does not run, and the way back.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findRunning } from '../client.ts';
import type { Config } from '../config.ts';
import { KithError } from '../errors.ts';
import type { BackupInfo, BackupProgress } from '../upkeep-port.ts';
import { EXIT, type Output } from './output.ts';

export interface BackupParts {
  readonly config: Config;
  /** Makes one into this folder, or into that of the data folder. */
  readonly make: (folder: string | undefined, onStep: (progress: BackupProgress) => void) => Promise<BackupInfo>;
}

export interface RestoreParts {
  readonly config: Config;
  readonly restore: (
    from: string,
    onStep: (step: BackupProgress['step'], done: number, total: number) => void,
  ) => Promise<{ readonly aside: string | null; readonly persons: number; readonly detections: number }>;
}

const DUMP = 'pg_dump --format=custom --file=kith.dump "$DATABASE_URL"';
const LOAD = 'pg_restore --clean --if-exists --dbname="$DATABASE_URL" kith.dump';

export async function backup({ config, make }: BackupParts, to: string | undefined, output: Output): Promise<number> {
  const postgres = config.databaseUrl !== undefined;
  if (!postgres && !existsSync(join(config.data, 'kith.db'))) {
    throw new KithError('not_found', `There is no Kith in ${config.data}: name its data folder with KITH_DATA.`);
  }
  if (postgres) output.say(`The database is PostgreSQL's: its own tools keep it, and before the pictures:\n  ${DUMP}`);
  const folder = to === undefined ? undefined : resolve(to);
  const info = await make(folder, stepsOf(output));
  const path = join(folder ?? join(config.data, 'backups'), info.id);
  output.answer({ path, ...info, createdAt: new Date(info.createdAt).toISOString() }, () => [
    `${path}: ${info.persons} people, ${info.detections} detections, ${info.pictures} pictures.`,
    `The way back: stop Kith, then npx kith restore ${path}`,
  ]);
  return EXIT.done;
}

export async function restore({ config, restore: put }: RestoreParts, from: string, output: Output): Promise<number> {
  const running = await findRunning(config.data);
  if (running) {
    const message = `Kith runs on ${config.data} (process ${running.pid}): stop it first, then restore.`;
    throw new KithError('conflict', message);
  }
  const step = stepsOf(output);
  const done = await put(from, (name, count, total) => step({ startedAt: 0, step: name, done: count, total }));
  const { aside, persons, detections } = done;
  output.answer({ data: config.data, aside, persons, detections }, () => [
    `Restored into ${config.data}: ${persons} people, ${detections} detections.`,
    ...(aside === null ? [] : [`What was there before is in ${aside}: remove it once all is well.`]),
    ...(config.databaseUrl === undefined ? [] : [`Only pictures were restored. The database: ${LOAD}`]),
  ]);
  return EXIT.done;
}

function stepsOf(output: Output): (progress: BackupProgress) => void {
  const words = { database: 'Database', pictures: 'Pictures' } as const;
  let counter = output.progress(words.database);
  let now: BackupProgress['step'] = 'database';
  return ({ step, done, total }) => {
    if (output.json || total === 0) return;
    if (step !== now) counter = output.progress(words[(now = step)]);
    counter(done, total);
  };
}
