// Rules, planners and channels for tests of alerts.

import type { AlertPlanner, PlannedAlert, Rule, RuleDefinition, Seen } from '../alert-port.ts';
import type { Detection, Sighting } from '../domain.ts';
import { RULE } from '../rule.test-kit.ts';
import type { Store } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { settleOne, sighting } from './test-data.test-suite.ts';

/** 2024-05-15, a Wednesday, noon in UTC. */
export const NOON = Date.UTC(2024, 4, 15, 12);

/** Of everybody who is somebody. */
export function planOf(rule: Rule, more: Partial<PlannedAlert> = {}): (seen: Seen) => readonly PlannedAlert[] {
  return ({ person, visit }) =>
    person && visit
      ? [{ rule, event: person.kind, subject: person.id, once: `visit:${visit.id}`, ...more }]
      : [{ rule, event: 'ambiguous', subject: '', once: 'track', ...more }];
}

export function planner(...rules: readonly Rule[]): AlertPlanner {
  return {
    isIdle: () => false,
    plan: (seen) => ({ alerts: rules.flatMap((rule) => planOf(rule)(seen)), doors: [] }),
  };
}

/** Everything that was told, oldest first: of each alert the detections that it is about. */
export async function told(store: Store): Promise<string[]> {
  const { items } = await store.alerts.list({}, { limit: 500 });
  return items.toReversed().map((alert) => alert.sightings.map((sighting) => sighting.detectionId).join(' '));
}

/** Channels, actions and what waits at them, as rows: their stores have tests of their own. */
export async function addChannel(backend: Backend, id: string, more: { enabled?: 0 | 1; quiet?: string } = {}) {
  await backend.write(async (db) => {
    const { enabled = 1, quiet = null } = more;
    const row = { id, name: id, kind: 'webhook', enabled, settings: '{}', quiet, created_at: 1 } as const;
    await db.insertInto('channels').values(row).execute();
  });
}

export async function addAction(backend: Backend, id: string, access: string | null): Promise<void> {
  await backend.write(async (db) => {
    const row = { id, name: id, kind: 'http', enabled: 1, settings: '{}', access, created_at: 1 } as const;
    await db.insertInto('actions').values(row).execute();
  });
}

export type UseBackend = (work: (store: Store, backend: Backend) => Promise<void>) => Promise<void>;

export const SECOND = 1000;
export const HOUR = 3_600_000;

export interface Scene {
  readonly store: Store;
  readonly backend: Backend;
  /** A rule of the store, with the planner that knows it. */
  readonly rule: (more?: Partial<RuleDefinition>) => Promise<Rule>;
  /** Somebody comes by, so long after noon. */
  readonly see: (id: string, afterMs: number, personId: string | null, more?: Partial<Sighting>) => Promise<Detection>;
}

export function scene(store: Store, backend: Backend): Scene {
  const rules: Rule[] = [];
  return {
    store,
    backend,
    async rule(more = {}) {
      const rule = await store.rules.add({ ...RULE, ...more }, NOON);
      rules.push(rule);
      return rule;
    },
    see: (id, afterMs, personId, more) =>
      settleOne(store, sighting(id, NOON + afterMs, more), personId, { alerts: planner(...rules) }),
  };
}

export async function lineOf(backend: Backend): Promise<{ channel_id: string; next_at: number }[]> {
  return backend.read((db) => db.selectFrom('deliveries').select(['channel_id', 'next_at']).orderBy('seq').execute());
}

export async function runsOf(backend: Backend) {
  return backend.read((db) =>
    db.selectFrom('action_runs').select(['action_id', 'cause', 'state', 'detection_id']).orderBy('seq').execute(),
  );
}
