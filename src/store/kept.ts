// Keys that this Kith has made for itself: one transaction, so that two processes that start at once keep the same one.

import type { KeptStore } from '../delivery-port.ts';
import type { Backend } from './backend.ts';
import { readSetting } from './settings.ts';

export function createKept(backend: Backend): KeptStore {
  return {
    async once(name, make) {
      const kept = await backend.read((db) => readSetting<string>(db, name));
      if (kept !== undefined) return kept;
      const made = JSON.stringify(make());
      return backend.write(async (db) => {
        await db
          .insertInto('settings')
          .values({ name, value: made })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute();
        const value = await readSetting<string>(db, name);
        if (value === undefined) throw new Error(`the setting ${name} vanished while it was made`);
        return value;
      });
    },
  };
}
