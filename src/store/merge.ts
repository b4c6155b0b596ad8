// Two persons become one.

import type { Selectable } from 'kysely';
import type { Actor } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import {
  beginEntry,
  changeDetections,
  changePerson,
  changeReferences,
  NOBODY,
  ofDetections,
  ofReferences,
  type Draft,
} from './entry-draft.ts';
import { copyExclusions, isExcludedFrom, ofShotExcludedFrom } from './exclusions.ts';
import { noteEdit } from './person-edits.ts';
import { livePerson } from './person-rows.ts';
import type { Db, PersonTable } from './schema.ts';

interface Wish {
  readonly fromId: string;
  readonly intoId: string;
  readonly actor: Actor;
  readonly confirmed: boolean;
}

type Row = Selectable<PersonTable>;

/** Inside `writeChanges`. Of a known and an unknown person the known one stays, whichever way round they are named. Detections that
 * are not her (a human said so, of either of the two) become nobody's, and their references leave the gallery. */
export async function mergePersons(db: Db, wish: Wish): Promise<{ draft: Draft; from: Row; into: Row }> {
  const { actor } = wish;
  const [from, into] = await findBoth(db, wish);
  if (actor.kind === 'system') await refuseDecided(db, from);
  const draft = await beginEntry(db, 'merge', actor);
  await copyExclusions(draft, from.id, into.id);

  const both = [from.id, into.id];
  await changeDetections(
    draft,
    ofDetections.and([ofDetections('detections.person_id', 'in', both), isExcludedFrom(into.id)]),
    NOBODY,
  );
  await changeDetections(draft, ofDetections('detections.person_id', '=', from.id), {
    person_id: into.id,
    person_kind: into.kind,
    decision: into.kind,
    ...(actor.kind === 'human' && { decided_by: 'human' }),
  });

  const kept = ofReferences('person_references.retired_at', 'is', null);
  await changeReferences(
    draft,
    ofReferences.and([kept, ofReferences('person_references.person_id', 'in', both), ofShotExcludedFrom(into.id)]),
    { retired_at: draft.at },
  );
  await changeReferences(draft, ofReferences.and([kept, ofReferences('person_references.person_id', '=', from.id)]), {
    person_id: into.id,
  });
  await changePerson(draft, from.id, { merged_into: into.id, hidden_at: draft.at });
  await noteEdit(db, into.id, { actor, at: draft.at, fields: ['merge'] });
  return { draft, from, into };
}

async function findBoth(db: Db, { fromId, intoId, confirmed }: Wish): Promise<[Row, Row]> {
  if (fromId === intoId) throw new KithError('conflict', 'A person cannot be merged into herself: name two persons.');
  const from = await livePerson(db, fromId);
  const into = await livePerson(db, intoId);
  if (from.kind === 'known' && into.kind === 'known' && !confirmed) {
    throw new KithError(
      'conflict',
      `${from.name} and ${into.name} are both known persons: if they really are the same, say so with "confirmed"; ${into.name} will be the name.`,
    );
  }
  return from.kind === 'known' && into.kind === 'unknown' ? [into, from] : [from, into];
}

async function refuseDecided(db: Db, from: Row): Promise<void> {
  const decided = await db
    .selectFrom('detections')
    .select('id')
    .where('person_id', '=', from.id)
    .where('decided_by', '=', 'human')
    .limit(1)
    .executeTakeFirst();
  if (!decided) return;
  throw new KithError(
    'conflict',
    `A human has decided about sightings of ${from.name}, so the system does not merge her: a human may.`,
  );
}
