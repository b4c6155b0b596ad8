// Looks for what is missing: people who were not seen for too long, cameras that do not run. By what the store says, not by timers of
// its own, so a restart neither repeats nor forgets; the store lets one process look at a time.

import { randomUUID } from 'node:crypto';
import type { Calendar, PlannedAlert, Rule, WatchState, Whom } from '../alert-port.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import { beginningOf, isWithin } from '../hours.ts';
import { openLifecycle, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import { absences, dueAt } from './absence.ts';
import { readyRules } from './ready-rules.ts';
import type { ReadyRule } from './rule-match.ts';

export interface WatchOptions {
  readonly store: Pick<Store, 'rules' | 'alerts' | 'cameras' | 'persons'>;
  readonly log: Log;
  readonly clock?: () => number;
  readonly everyMs?: number;
}

export interface Watch {
  /** Looks now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const EVERY_MS = 10_000;
/** States in which a camera is as it should be: a file that was read to its end is. */
const WELL = ['running', 'ended'];

export function openWatch({ store, log, clock = Date.now, everyMs = EVERY_MS }: WatchOptions): Watch {
  const life = openLifecycle();
  const owner = `watch-${randomUUID()}`;
  let aliveSince = clock();
  let looked = aliveSince;

  async function look(): Promise<void> {
    const now = clock();
    // The machine slept, and nobody was seen meanwhile.
    if (now - looked > 3 * everyMs) aliveSince = now;
    looked = now;
    const enabled = (await store.rules.list()).filter((rule) => rule.enabled && isWatching(rule));
    if (enabled.length === 0) return;
    const cameras = await store.cameras.list();
    const state = await store.alerts.watch({ owner, now, aliveSince, down: downOf(cameras) });
    if (!state) return;
    const calendar = await store.rules.calendar();
    for (const ready of (await readyRules(store, enabled)).rules) {
      const { rule } = ready;
      if (rule.hours && !isWithin(rule.hours, calendar, now)) continue;
      if (ready.on.has('offline')) await tellOffline(ready, state, now);
      if (ready.on.has('absent')) await tellAbsent(ready, { state, now, calendar });
    }
  }

  async function tellOffline({ rule, cameras }: ReadyRule, { down, gaps }: WatchState, now: number): Promise<void> {
    for (const [cameraId, since] of down) {
      if (cameras.size > 0 && !cameras.has(cameraId)) continue;
      if (dueAt(since, (rule.afterS ?? 0) * 1000, gaps) > now) continue;
      const planned: PlannedAlert = {
        rule,
        event: 'offline',
        subject: `camera:${cameraId}`,
        once: `offline:${cameraId}:${since}`,
      };
      await store.alerts.raise(planned, { at: now, cameraId, personId: null, since });
    }
  }

  async function tellAbsent(
    ready: ReadyRule,
    { state, now, calendar }: { readonly state: WatchState; readonly now: number; readonly calendar: Calendar },
  ): Promise<void> {
    const { rule } = ready;
    const last = await store.alerts.lastSeen(whomOf(ready));
    // Those that the hours of earlier days had are over.
    const from = (rule.hours && beginningOf(rule.hours, calendar, now)) ?? last ?? rule.createdAt;
    for (const { once } of absences(rule, { last, from, until: now + 1, gaps: state.gaps }, calendar)) {
      const planned: PlannedAlert = { rule, event: 'absent', ...aboutOf(ready), once };
      const { cameraId, personId } = placeOf(ready);
      await store.alerts.raise(planned, { at: now, cameraId, personId, since: last });
    }
  }

  async function run(): Promise<void> {
    let failing = false;
    while (!life.signal.aborted) {
      await pause(everyMs, life.signal);
      if (life.signal.aborted) break;
      try {
        await look();
        if (failing) log.info('It is looked for what is missing again.');
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'It cannot be seen who or which camera is missing; trying again.');
        failing = true;
      }
    }
    await store.alerts.unwatch(owner).catch(() => undefined);
  }

  const running = run();
  life.onClose(() => running);
  return { look, close: () => life.close() };
}

function isWatching({ on, afterS }: Rule): boolean {
  return afterS !== null && (on.includes('absent') || on.includes('offline'));
}

/** A camera that nobody has ever run is none that is missing. */
function downOf(cameras: readonly KeptCamera[]): ReadonlyMap<string, number> {
  return new Map(
    cameras.flatMap(({ id, said }) =>
      said && !WELL.includes(said.state) ? [[id, said.state === 'offline' ? said.at : said.since] as const] : [],
    ),
  );
}

export function whomOf({ rule, persons, cameras }: ReadyRule): Whom {
  return { personIds: [...persons], groups: rule.groups, cameraIds: cameras.size > 0 ? [...cameras] : null };
}

/** One person, or one camera, where it is about one alone. */
export function placeOf({ persons, groups, cameras }: ReadyRule): { cameraId: string | null; personId: string | null } {
  const [person = null] = persons;
  const [camera = null] = cameras;
  return {
    cameraId: cameras.size === 1 ? camera : null,
    personId: persons.size === 1 && groups.size === 0 ? person : null,
  };
}

function aboutOf(ready: ReadyRule): Pick<PlannedAlert, 'subject'> {
  return { subject: placeOf(ready).personId ?? 'absent' };
}
