// The history of identities as people read it, and the end of each entry: its sentence and whom it touched.

import type { Selectable } from 'kysely';
import type { HistoryFilter, IdentityEntry, IdentityStore } from '../identity-port.ts';
import { noteInAlerts } from './alert-outcomes.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, scannedPage } from './cursor.ts';
import type { Draft } from './entry-draft.ts';
import { entriesSeen } from './history-sight.ts';
import { scan, type ScanKey } from './scan.ts';
import type { Db, EntryTable } from './schema.ts';
import { summaryText, type Summary } from './summary.ts';

/** Writes the sentence and the persons, those it is about first. */
export async function endEntry(
  { db, seq, at, actor }: Draft,
  summary: Summary,
  personIds: readonly string[],
  moved: number,
): Promise<IdentityEntry> {
  await db
    .updateTable('identity_entries')
    .set({ summary: JSON.stringify(summary), detections: moved })
    .where('seq', '=', seq)
    .execute();
  for (const [position, id] of [...new Set(personIds)].entries()) {
    await db.insertInto('identity_persons').values({ entry_seq: seq, person_id: id, position }).execute();
  }
  const entry = await mustFindEntry(db, seq);
  await noteInAlerts(db, { seq, action: entry.action, at, actor });
  return entry;
}

export async function mustFindEntry(db: Db, seq: number): Promise<IdentityEntry> {
  const entry = await findEntry(db, seq);
  if (!entry) throw new Error(`entry ${seq} vanished while it was written`);
  return entry;
}

export function createHistory(backend: Backend): Pick<IdentityStore, 'get' | 'list'> {
  return {
    get: (seq, cameras) =>
      backend.read(async (db) => {
        const entry = await findEntry(db, seq);
        return entry && cameras && !(await entriesSeen(db, [seq], cameras)).has(seq) ? null : entry;
      }),

    async list(filter, page) {
      const wanted = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'number']);
      return backend.read(async (db) => {
        const { cameras } = filter;
        const scanned = await scan<Looked, number>({
          async read(key, count) {
            const rows = await readEntries(db, filter, key?.[0], count);
            const seqs = rows.map((row) => row.seq);
            const seen = cameras ? await entriesSeen(db, seqs, cameras) : null;
            return rows.map((row) => ({ ...row, isSeen: seen?.has(row.seq) ?? true }));
          },
          keyOf: placeOf,
          ...(cameras && { keep: (row) => row.isSeen }),
          after,
          wanted,
        });
        const persons = await personsOf(
          db,
          scanned.rows.map((row) => row.seq),
        );
        return scannedPage(scanned, page, placeOf, (row) => toEntry(row, persons));
      });
    },
  };
}

type Looked = Selectable<EntryTable> & { readonly isSeen: boolean };

/** Numbers are by time, and none occurs twice. */
function placeOf({ seq }: Looked): ScanKey<number> {
  return [seq, 0];
}

async function readEntries(
  db: Db,
  { personId, detectionId }: HistoryFilter,
  before: number | undefined,
  count: number,
): Promise<readonly Selectable<EntryTable>[]> {
  let query = db.selectFrom('identity_entries as e').selectAll().orderBy('e.seq', 'desc').limit(count);
  if (before !== undefined) query = query.where('e.seq', '<', before);
  if (personId !== undefined) {
    query = query.where(
      'e.seq',
      'in',
      db.selectFrom('identity_persons').select('entry_seq').where('person_id', '=', personId),
    );
  }
  if (detectionId !== undefined) {
    const changed = (table: 'identity_detection_changes' | 'identity_exclusion_changes') =>
      db.selectFrom(table).select('entry_seq').where('detection_id', '=', detectionId);
    query = query.where((eb) =>
      eb.or([
        eb('e.seq', 'in', changed('identity_detection_changes')),
        eb('e.seq', 'in', changed('identity_exclusion_changes')),
      ]),
    );
  }
  return query.execute();
}

async function findEntry(db: Db, seq: number): Promise<IdentityEntry | null> {
  if (!Number.isSafeInteger(seq)) return null;
  const row = await db.selectFrom('identity_entries').selectAll().where('seq', '=', seq).executeTakeFirst();
  return row ? toEntry(row, await personsOf(db, [seq])) : null;
}

type Persons = ReadonlyMap<number, readonly string[]>;

async function personsOf(db: Db, seqs: readonly number[]): Promise<Persons> {
  const persons = new Map<number, string[]>();
  if (seqs.length === 0) return persons;
  const rows = await db
    .selectFrom('identity_persons')
    .select(['entry_seq', 'person_id'])
    .where('entry_seq', 'in', seqs)
    .orderBy('entry_seq')
    .orderBy('position')
    .execute();
  for (const row of rows) {
    const known = persons.get(row.entry_seq);
    if (known) known.push(row.person_id);
    else persons.set(row.entry_seq, [row.person_id]);
  }
  return persons;
}

function toEntry(row: Selectable<EntryTable>, persons: Persons): IdentityEntry {
  return {
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    action: row.action,
    summary: summaryText(row.summary),
    personIds: persons.get(row.seq) ?? [],
    detections: row.detections,
    undoneAt: row.undone_at,
    undoneBy: row.undone_by,
  };
}
