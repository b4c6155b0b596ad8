// Knows rules and doors by heart, so that they can be asked inside the transaction of a classification, and follows the change log.

import type { AccessPolicy, Action } from '../action-port.ts';
import type { AlertPlanner, Calendar, Plan, Seen } from '../alert-port.ts';
import { foldName } from '../fold-name.ts';
import { isWithin } from '../hours.ts';
import { openLifecycle } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Change, Store } from '../store-port.ts';
import { readyRules, type ReadyRules } from './ready-rules.ts';
import { planOf } from './rule-match.ts';

export interface PlannerOptions {
  readonly store: Pick<Store, 'rules' | 'actions' | 'persons' | 'changes'>;
  readonly log: Log;
  /** How often the change log is looked at when no commit was heard of. */
  readonly pollMs?: number;
}

export interface Planner extends AlertPlanner {
  /** Answers once it knows what is committed by now. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

interface Door extends Pick<Action, 'id'> {
  readonly access: AccessPolicy;
  /** Folded. */
  readonly groups: ReadonlySet<string>;
}

interface Known extends ReadyRules {
  readonly doors: readonly Door[];
  readonly calendar: Calendar;
}

const NOTHING: Plan = { alerts: [], doors: [] };
const CHANGES_PER_READ = 500;
const SOON_MS = 50;

export async function openPlanner({ store, log, pollMs = 1000 }: PlannerOptions): Promise<Planner> {
  const life = openLifecycle();
  let seq = await store.changes.last();
  let known = await load(store);
  let syncing: Promise<void> | undefined;
  let failing = false;
  /** Kept until what is known was read anew: the change log tells of a change once. */
  let isOld = false;

  async function follow(): Promise<void> {
    for (;;) {
      const changes = await store.changes.since(seq, CHANGES_PER_READ);
      const last = changes.at(-1);
      if (!last) break;
      isOld ||= changes.some((change) => concerns(change, known));
      seq = last.seq;
    }
    if (!isOld) return;
    known = await load(store);
    isOld = false;
  }

  async function sync(): Promise<void> {
    // Whoever asks while one reads wants what was committed since.
    await syncing?.catch(() => undefined);
    syncing ??= follow().finally(() => {
      syncing = undefined;
    });
    await syncing;
  }

  async function kick(): Promise<void> {
    if (life.signal.aborted) return;
    try {
      await sync();
      if (failing) log.info('Rules are followed again.');
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'Changes of rules cannot be read; those known so far hold.');
      failing = true;
    }
  }

  // Commits come by the hundred, changes of rules by the day.
  let soon: NodeJS.Timeout | undefined;
  const stopHints = store.changes.onCommit(() => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void kick();
    }, SOON_MS).unref();
  });
  const poll = setInterval(() => void kick(), pollMs).unref();
  life.onClose(async () => {
    stopHints();
    clearInterval(poll);
    clearTimeout(soon);
    await syncing?.catch(() => undefined);
  });

  return {
    isIdle: () => known.rules.length === 0 && known.doors.length === 0,
    plan(seen, now) {
      try {
        return planWith(known, seen, now);
      } catch (error) {
        // Recognition goes on without it.
        log.error({ err: error, detection: seen.detectionId }, 'Rules could not be applied to a detection.');
        return NOTHING;
      }
    },
    sync,
    close: () => life.close(),
  };
}

function concerns({ topic, entity, id }: Change, { named }: Known): boolean {
  if (topic === 'alert') return entity === 'rule' || entity === 'action';
  return topic === 'gallery' && entity === 'person' && named.has(id);
}

async function load(store: PlannerOptions['store']): Promise<Known> {
  const enabled = (await store.rules.list()).filter((rule) => rule.enabled);
  const actions = await store.actions.list();
  return {
    ...(await readyRules(store, enabled)),
    doors: actions.flatMap(({ id, enabled, access }) =>
      enabled && access ? [{ id, access, groups: new Set(access.groups.map(foldName)) }] : [],
    ),
    calendar: await store.rules.calendar(),
  };
}

function planWith({ rules, doors, calendar }: Known, seen: Seen, now: number): Plan {
  return {
    alerts: rules.flatMap((rule) => planOf(rule, seen, calendar) ?? []),
    doors: doors.filter((door) => asksFor(door, seen, calendar, now)).map(({ id }) => id),
  };
}

/** Every shot of somebody who may come in asks again, as one more may be the one that was missing. Of somebody who surely may not, one
 * refusal of each visit says enough. */
function asksFor(
  { access, groups }: Door,
  { person, visit, cameraId }: Seen,
  calendar: Calendar,
  now: number,
): boolean {
  if (!person || !visit || !access.cameras.includes(cameraId)) return false;
  if (visit.detections === 1) return true;
  return (
    person.kind === 'known' &&
    !person.ignored &&
    person.groups.some((group) => groups.has(foldName(group))) &&
    (access.hours === null || isWithin(access.hours, calendar, now))
  );
}
