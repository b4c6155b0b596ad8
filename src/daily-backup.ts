// Backups as the settings want them: by hand over the API, and once a day.

import type { Config } from './config.ts';
import { messageOf } from './errors.ts';
import { openLifecycle, pause } from './lifecycle.ts';
import type { Log } from './log.ts';
import { openBackups, type BackupsOptions } from './store/backups.ts';
import type { Store } from './store-port.ts';
import type { BackupsPort } from './upkeep-port.ts';

type Daily = Pick<Config, 'backupDaily' | 'backupHour' | 'backupsKept'>;

export interface DailyBackupsOptions {
  readonly dataDir: string;
  readonly store: Store;
  readonly version: string;
  /** Read at each use: changed while Kith runs. */
  readonly config: Daily;
  readonly log: Log;
  /** Makes the daily ones; off where another process of the site does. */
  readonly makesDaily: boolean;
  readonly clock?: () => number;
  readonly lookMs?: number;
}

const LOOK_MS = 60_000;
/** After one that did not work. */
const AGAIN_MS = 3_600_000;

export function openDailyBackups(options: DailyBackupsOptions): BackupsPort & { close(): Promise<void> } {
  const { dataDir, store, version, config, log, clock = Date.now, lookMs = LOOK_MS } = options;
  const life = openLifecycle();
  const backups = life.own(
    openBackups({
      dataDir,
      version,
      log,
      clock,
      postgres: store.kind === 'postgres' ? () => countsOf(store) : null,
      keep: () => config.backupsKept,
    }),
  );

  async function makeDaily(): Promise<void> {
    let notBefore = 0;
    while (!life.signal.aborted) {
      const now = clock();
      const { backupDaily, backupHour } = config;
      if (backupDaily && now >= notBefore && !backups.making && isDue(now, backupHour, backups.list()[0]?.createdAt)) {
        await backups.make().catch((error: unknown) => {
          notBefore = now + AGAIN_MS;
          if (!life.signal.aborted) log.warn(`The daily backup is tried again in an hour: ${messageOf(error)}`);
        });
      }
      await pause(lookMs, life.signal);
    }
  }

  const daily = options.makesDaily ? makeDaily() : undefined;
  life.onClose(() => daily);
  life.onClose(() => backups.close());

  return {
    state: () => {
      const { folder, making, lastError } = backups;
      const { backupDaily: on, backupHour: hour, backupsKept: kept } = config;
      return Promise.resolve({ backups: backups.list(), folder, making, lastError, daily: { on, hour, kept } });
    },
    begin() {
      // Whether there is room is found out in its first turn; what goes wrong later is told with the state.
      const made = backups.make();
      return Promise.race([made.then(() => undefined), begun(() => backups.making?.total)]);

      async function begun(total: () => number | undefined): Promise<void> {
        const isRunning = { now: true };
        void made.catch(() => undefined).finally(() => (isRunning.now = false));
        while (isRunning.now && !total()) await pause(10, life.signal);
      }
    },
    remove: (id) => backups.remove(id),
    download: (id) => Promise.resolve(backups.download(id)),
    close: () => life.close(),
  };
}

/** Whether today's has not been made yet although its hour has come; where the last day's was missed, at once. */
export function isDue(now: number, hour: number, last: number | undefined): boolean {
  const today = new Date(now).setHours(hour, 0, 0, 0);
  const latest = now >= today ? today : new Date(today).setDate(new Date(today).getDate() - 1);
  return last === undefined ? now >= today : last < latest;
}

export async function countsOf(
  store: Store,
): Promise<NonNullable<Awaited<ReturnType<NonNullable<BackupsOptions['postgres']>>>>> {
  const [schema, persons, detections] = await Promise.all([
    store.upkeep.schemaVersion(),
    store.persons.counts(),
    store.detections.counts(),
  ]);
  return {
    schema,
    persons: persons.known + persons.unknown,
    detections: Object.values(detections).reduce((sum, count) => sum + count, 0),
  };
}
