// Shots of the detection log as references of the person whose they are.

import { randomUUID } from 'node:crypto';
import { changeReferences, keepMadeReference, ofReferences, type Draft } from './entry-draft.ts';

interface Wish {
  readonly personId: string;
  readonly ids: readonly string[];
  /** Without a template of this model a shot is no reference. */
  readonly model: string;
}

/** Part of an entry, once the detections are hers. Those that are not hers, or are references already, are passed over. Answers how
 * many came into her gallery. */
export async function keepShots(draft: Draft, { personId, ids, model }: Wish): Promise<number> {
  const { db, at } = draft;
  let kept = 0;
  for (const id of new Set(ids)) {
    const shot = await db
      .selectFrom('detections as d')
      .select(['d.picture', 'd.quality'])
      .innerJoin('detection_templates as t', 't.detection_id', 'd.id')
      .where('d.id', '=', id)
      .where('d.person_id', '=', personId)
      .where('t.model', '=', model)
      .executeTakeFirst();
    if (!shot) continue;
    const old = await db
      .selectFrom('person_references')
      .select(['id', 'retired_at'])
      .where('detection_id', '=', id)
      .orderBy('created_at')
      .executeTakeFirst();
    if (old && old.retired_at === null) continue;
    kept += 1;
    if (old) {
      const again = ofReferences('person_references.id', '=', old.id);
      await changeReferences(draft, again, { person_id: personId, retired_at: null });
      continue;
    }
    const referenceId = randomUUID();
    await db
      .insertInto('person_references')
      .values({
        id: referenceId,
        person_id: personId,
        picture: shot.picture,
        source: 'sighting',
        detection_id: id,
        quality: shot.quality ?? 0,
        created_at: at,
      })
      .execute();
    await db
      .insertInto('reference_templates')
      .columns(['reference_id', 'person_id', 'model', 'vector'])
      .expression((eb) =>
        eb
          .selectFrom('detection_templates as t')
          .innerJoin('person_references as r', 'r.detection_id', 't.detection_id')
          .select(['r.id', 'r.person_id', 't.model', 't.vector'])
          .where('r.id', '=', referenceId),
      )
      .execute();
    await keepMadeReference(draft, referenceId, personId);
  }
  return kept;
}
