// The queue as a whole, and failed detections once more.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UseStore } from './conformance.test-suite.ts';
import { picture, sighting } from './test-data.test-suite.ts';

export function testUpkeep(use: UseStore): void {
  describe('upkeep', () => {
    it('says what waits, since when, and who works on it', () =>
      use(async (store) => {
        assert.deepEqual(await store.upkeep.queue(0), { pending: 0, failed: 0, oldestAt: null, leases: [] });
        for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) {
          await store.detections.add(sighting(id), picture(id), 1000 + i);
        }
        await store.detections.claim('w1', 1, 500, 0);
        await store.detections.claim('w2', 2, 1000, 0);
        const leases = [
          { owner: 'w1', count: 1 },
          { owner: 'w2', count: 2 },
        ];
        assert.deepEqual(await store.upkeep.queue(100), { pending: 4, failed: 0, oldestAt: 1000, leases });
        // A lease that has run out is nobody's.
        assert.deepEqual((await store.upkeep.queue(700)).leases, [{ owner: 'w2', count: 2 }]);
      }));

    it('has failed detections tried again as if they had just come: these, or all', () =>
      use(async (store) => {
        const ids = ['a', 'b', 'c'];
        for (const id of ids) await store.detections.add(sighting(id), picture(id), 1);
        await store.detections.claim('w', 3, 1000, 0);
        for (const id of ids) {
          await store.detections.settle('w', id, { state: 'failed', code: 'internal', message: 'Broken.' }, 1);
        }
        assert.equal((await store.upkeep.queue(1)).failed, 3);
        assert.equal(await store.upkeep.retryFailed(['b', 'gone']), 1);
        const again = await store.detections.get('b');
        assert.deepEqual(
          [again?.state, again?.reason, again?.attempts, again?.classifiedAt],
          ['pending', null, 0, null],
        );
        assert.deepEqual(await store.detections.counts(), { pending: 1, classified: 0, rejected: 0, failed: 2 });
        assert.deepEqual(
          (await store.detections.claim('w2', 5, 1000, 2)).map(({ id }) => id),
          ['b'],
        );
        assert.equal(await store.upkeep.retryFailed(null, ['elsewhere']), 0);
        assert.equal(await store.upkeep.retryFailed(null, []), 0, 'no camera is not all');
        assert.equal(await store.upkeep.retryFailed(null, ['elsewhere', sighting('a').cameraId]), 2);
        assert.equal(await store.upkeep.retryFailed(null), 0);
        assert.deepEqual(await store.detections.counts(), { pending: 3, classified: 0, rejected: 0, failed: 0 });
      }));

    it('knows its size and its schema', () =>
      use(async (store) => {
        assert.ok((await store.upkeep.databaseBytes()) > 10_000);
        assert.ok((await store.upkeep.schemaVersion()) >= 6);
      }));
  });
}
