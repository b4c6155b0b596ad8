// The numbers of the live page.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UseStore } from './conformance.test-suite.ts';
import { settleOne, sighting } from './test-data.test-suite.ts';

export function testLive(use: UseStore): void {
  describe('a day in numbers', () => {
    it('counts visits, who came and what is undecided, from a time on and of some cameras', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        await settleOne(store, sighting('a', 1_000), ann.id);
        await settleOne(store, sighting('b', 50_000), ann.id);
        await settleOne(store, sighting('c', 90_000), ann.id);
        await settleOne(store, sighting('d', 60_000, { cameraId: 'gate' }), null);
        await settleOne(store, sighting('e', 61_000, { cameraId: 'gate' }), null, { decision: 'ambiguous' });
        const all = await store.visits.numbers(0, null);
        assert.deepEqual(all, { visits: 4, known: 1, strangers: 1, undecided: 1 });
        assert.deepEqual(await store.visits.numbers(50_000, null), { ...all, visits: 3 });
        assert.deepEqual(await store.visits.numbers(0, ['door']), { visits: 3, known: 1, strangers: 0, undecided: 0 });
        assert.deepEqual(await store.visits.numbers(0, []), { visits: 0, known: 0, strangers: 0, undecided: 0 });
      }));
  });
}
