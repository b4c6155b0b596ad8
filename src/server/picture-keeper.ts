// Keeps picture files and the rows that point to them in step: no row without its file, no file for ever without a row.

import { createHash } from 'node:crypto';
import type { PictureStore } from '../domain.ts';
import type { Store } from '../store-port.ts';

export interface PictureKeeper {
  /** Stores the bytes, then lets `insert` point to them. When that fails, or did not take them, they are removed again. */
  keep<T>(bytes: Uint8Array, insert: (picture: string) => Promise<T>, taken?: (result: T) => boolean): Promise<T>;
  /** Removes those of these pictures that nothing points to. */
  dropUnused(pictures: readonly string[]): Promise<void>;
}

export function createPictureKeeper(store: Pick<Store, 'pictureInUse'>, pictures: PictureStore): PictureKeeper {
  // One at a time per picture: else a removal could take the file from under a row that is just being written for the
  // same bytes.
  const tails = new Map<string, Promise<void>>();

  async function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = tails.get(id);
    const { promise, resolve } = Promise.withResolvers<void>();
    tails.set(id, promise);
    await before;
    try {
      return await work();
    } finally {
      resolve();
      if (tails.get(id) === promise) tails.delete(id);
    }
  }

  async function removeIfUnused(id: string): Promise<void> {
    if (!(await store.pictureInUse(id))) await pictures.remove(id);
  }

  return {
    keep(bytes, insert, taken = () => true) {
      const id = createHash('sha256').update(bytes).digest('hex');
      return alone(id, async () => {
        let settled = false;
        try {
          const result = await insert(await pictures.put(bytes));
          settled = taken(result);
          return result;
        } finally {
          // Why the row failed is what the caller must hear, not that the clearing up failed too.
          if (!settled) await removeIfUnused(id).catch(() => undefined);
        }
      });
    },
    async dropUnused(ids) {
      for (const id of new Set(ids)) await alone(id, () => removeIfUnused(id));
    },
  };
}
