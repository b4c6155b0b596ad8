// "Not her": pairs of a detection and a person that bind for ever, unless a human takes the word back.

import type { Selectable } from 'kysely';
import { entry, ofDetections, ofReferences, type Condition, type Draft } from './entry-draft.ts';
import type { ExclusionTable } from './schema.ts';

/** The detections (the column says where they stand) that are not this person. */
export function isExcludedFrom(personId: string): Condition {
  const excluded = ofDetections
    .selectFrom('exclusions as x')
    .select('x.detection_id')
    .where('x.person_id', '=', personId);
  return ofDetections('detections.id', 'in', excluded);
}

export function ofShotExcludedFrom(personId: string): Condition {
  const excluded = ofReferences
    .selectFrom('exclusions as x')
    .select('x.detection_id')
    .where('x.person_id', '=', personId);
  return ofReferences('person_references.detection_id', 'in', excluded);
}

/** Those that stand already stay as they are. */
export async function exclude(draft: Draft, detectionIds: readonly string[], personId: string): Promise<void> {
  const { db, seq, at, actor } = draft;
  const standing = await db
    .selectFrom('exclusions')
    .select('detection_id')
    .where('person_id', '=', personId)
    .where('detection_id', 'in', detectionIds)
    .execute();
  const known = new Set(standing.map((row) => row.detection_id));
  const added = detectionIds.filter((id) => !known.has(id));
  if (added.length === 0) return;
  await db
    .insertInto('exclusions')
    .values(added.map((id) => ({ detection_id: id, person_id: personId, made_by: actor.name, at, last_entry: seq })))
    .execute();
  await db
    .insertInto('identity_exclusion_changes')
    .values(added.map((id) => ({ entry_seq: seq, detection_id: id, person_id: personId, ...ABSENT })))
    .execute();
}

const ABSENT = { present: 0, made_by: null, at: null, last_entry: null } as const;

/** A human says otherwise now. */
export async function takeBackExclusions(
  { db, seq }: Draft,
  rows: readonly Selectable<ExclusionTable>[],
): Promise<void> {
  for (const row of rows) {
    await db
      .insertInto('identity_exclusion_changes')
      .values({ entry_seq: seq, present: 1, ...row })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await db
      .deleteFrom('exclusions')
      .where('detection_id', '=', row.detection_id)
      .where('person_id', '=', row.person_id)
      .execute();
  }
}

/** What is not `fromId` is not `intoId` either, but for what a human gave to `intoId`. */
export async function copyExclusions({ db, seq }: Draft, fromId: string, intoId: string): Promise<void> {
  await db
    .insertInto('identity_exclusion_changes')
    .columns(['entry_seq', 'detection_id', 'person_id', 'present'])
    .expression((eb) =>
      eb
        .selectFrom('exclusions as e')
        .innerJoin('detections as d', 'd.id', 'e.detection_id')
        .select((select) => [
          entry(seq),
          'e.detection_id',
          select.cast<string>(select.val(intoId), 'text').as('person_id'),
          select.lit(0).as('present'),
        ])
        .where('e.person_id', '=', fromId)
        .where((where) =>
          where.or([
            where('d.person_id', 'is distinct from', intoId),
            where('d.decided_by', 'is distinct from', 'human'),
          ]),
        )
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('exclusions as x')
                .select('x.detection_id')
                .whereRef('x.detection_id', '=', 'e.detection_id')
                .where('x.person_id', '=', intoId),
            ),
          ),
        ),
    )
    .execute();
  await db
    .insertInto('exclusions')
    .columns(['detection_id', 'person_id', 'made_by', 'at', 'last_entry'])
    .expression((eb) =>
      eb
        .selectFrom('identity_exclusion_changes as c')
        .innerJoin('exclusions as e', 'e.detection_id', 'c.detection_id')
        .select(['c.detection_id', 'c.person_id', 'e.made_by', 'e.at', 'c.entry_seq'])
        .where('c.entry_seq', '=', seq)
        .where('e.person_id', '=', fromId),
    )
    .execute();
}
