// What is missing: when somebody was seen last, which cameras do not run and since when, and the place of the one process that looks.

import { sql } from 'kysely';
import type { AlertStore, WatchState, Whom } from '../alert-port.ts';
import { foldName } from '../fold-name.ts';
import type { Backend } from './backend.ts';
import { isOneOf } from './one-of.ts';
import type { Db } from './schema.ts';
import { readSetting, writeSetting } from './settings.ts';
import { isUndecided } from './undecided.ts';

const WATCH = 'alert watch';
/** Without a sign of life for so long the place is free, and nobody has looked meanwhile. */
const AWAY_MS = 30_000;
const MOST_GAPS = 100;

interface Kept {
  readonly owner: string | null;
  readonly at: number;
  readonly down: Readonly<Record<string, number>>;
  readonly gaps: WatchState['gaps'];
}

export function createAlertWatch(backend: Backend): Pick<AlertStore, 'lastSeen' | 'watch' | 'unwatch'> {
  return {
    lastSeen: (whom, before) => backend.read((db) => lastSeen(db, whom, before)),

    watch: ({ owner, now, aliveSince, down }) =>
      backend.writeChanges(async (db) => {
        const at = Math.round(now);
        const kept = await readSetting<Kept>(db, WATCH);
        if (kept && kept.owner !== null && kept.owner !== owner && at - kept.at < AWAY_MS) return null;
        const back = Math.round(aliveSince);
        const wasAway = kept !== undefined && back - kept.at >= AWAY_MS;
        const gaps = wasAway ? [...kept.gaps, [kept.at, back] as const] : (kept?.gaps ?? []);
        const next: Kept = {
          owner,
          at,
          down: Object.fromEntries([...down].map(([id, since]) => [id, kept?.down[id] ?? Math.round(since)])),
          gaps: gaps.slice(-MOST_GAPS),
        };
        await writeSetting(db, WATCH, next);
        return { down: new Map(Object.entries(next.down)), gaps: next.gaps };
      }),

    async unwatch(owner) {
      await backend.writeChanges(async (db) => {
        const kept = await readSetting<Kept>(db, WATCH);
        if (kept?.owner === owner) await writeSetting(db, WATCH, { ...kept, owner: null });
      });
    },
  };
}

async function lastSeen(db: Db, whom: Whom, before = Number.MAX_SAFE_INTEGER): Promise<number | null> {
  const { personIds, groups } = whom;
  const seen =
    personIds.length + groups.length > 0
      ? [await ofThese(db, whom, before)]
      : [await ofAnybody(db, whom, before), await ofUndecided(db, whom, before)];
  const times = seen.filter((at) => at !== null);
  return times.length === 0 ? null : Math.max(...times);
}

/** Along the index of the visits of a person. A visit that went on over `before` counts as until then. */
async function ofThese(db: Db, { personIds, groups, cameraIds }: Whom, before: number): Promise<number | null> {
  const { rows } = await sql<{ at: number | null }>`
    select max(v.last_at) as at from visits v
    where v.first_at < ${before} and (${isOneOf(sql.ref('v.person_id'), personIds)} or v.person_id in (
      select person_id from person_groups where ${isOneOf(sql.ref('name_key'), groups.map(foldName))}
    )) and ${cameraIds === null ? sql`1 = 1` : isOneOf(sql.ref('v.camera_id'), cameraIds)}`.execute(db);
  const at = rows[0]?.at ?? null;
  return at === null ? null : Math.min(at, before - 1);
}

async function ofAnybody(db: Db, { cameraIds }: Whom, before: number): Promise<number | null> {
  let query = db
    .selectFrom('visits as v')
    .innerJoin('persons as p', 'p.id', 'v.person_id')
    .select('v.last_at')
    .where('p.ignored', '=', 0)
    .where('v.first_at', '<', before)
    .orderBy('v.last_at', 'desc')
    .limit(1);
  if (cameraIds !== null) query = query.where(isOneOf(sql.ref('v.camera_id'), cameraIds));
  const row = await query.executeTakeFirst();
  return row ? Math.min(row.last_at, before - 1) : null;
}

/** Somebody was there, whoever it was. */
async function ofUndecided(db: Db, { cameraIds }: Whom, before: number): Promise<number | null> {
  let query = db
    .selectFrom('detections')
    .select('captured_at')
    .where(isUndecided)
    .where('captured_at', '<', before)
    .orderBy('captured_at', 'desc')
    .limit(1);
  if (cameraIds !== null) query = query.where(isOneOf(sql.ref('camera_id'), cameraIds));
  return (await query.executeTakeFirst())?.captured_at ?? null;
}
