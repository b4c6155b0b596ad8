// The numbers of who and what was removed stay in the change log until everybody who follows it has surely heard.

import type { Backend } from './backend.ts';

const RANGE = 20_000;

/** In pieces: the log may have millions of rows, and others want to write too. The newest row stays: its number is where all
 * who follow the log stand. */
export async function forgetRemoved(backend: Backend, before: number): Promise<void> {
  await overChanges(backend, (db, from, to) =>
    db
      .deleteFrom('changes')
      .where('seq', '>', from)
      .where('seq', '<=', to)
      .where('action', '=', 'remove')
      .where('entity', 'in', ['person', 'reference'])
      .where('at', '<', Math.round(before))
      .execute(),
  );
  await backend.scrub();
}

/** Range by range of the change log as it stands now, without its newest row; a transaction each. */
export async function overChanges(
  backend: Backend,
  work: (db: Parameters<Parameters<Backend['write']>[0]>[0], from: number, to: number) => Promise<unknown>,
): Promise<void> {
  const { first, last } = await backend.read((db) =>
    db
      .selectFrom('changes')
      .select((eb) => [eb.fn.min('seq').as('first'), eb.fn.max('seq').as('last')])
      .executeTakeFirstOrThrow(),
  );
  if (first === null || last === null) return;
  for (let from = first - 1; from < last - 1; from += RANGE) {
    const to = Math.min(from + RANGE, last - 1);
    await backend.write(async (db) => void (await work(db, from, to)));
  }
}
