// Which pictures a detection or a reference still points to.

import type { Db } from './schema.ts';

export async function pictureInUse(db: Db, picture: string): Promise<boolean> {
  for (const table of ['detections', 'person_references'] as const) {
    const row = await db.selectFrom(table).select('id').where('picture', '=', picture).limit(1).executeTakeFirst();
    if (row) return true;
  }
  return false;
}

/** Those of the pictures that nothing points to, each once. */
export async function picturesOutOfUse(db: Db, pictures: readonly string[]): Promise<string[]> {
  const free: string[] = [];
  for (const picture of new Set(pictures)) {
    if (!(await pictureInUse(db, picture))) free.push(picture);
  }
  return free;
}
