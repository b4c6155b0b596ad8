// Going through the templates of the log.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ScanFilter, ScannedTemplate, Store } from '../store-port.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { GAP_MS, HUMAN, MODEL, picture, settleOne, sighting, template, vector } from './test-data.test-suite.ts';

export function testScan(use: UseStore): void {
  describe('the templates of the log', () => {
    it('come newest first, within range, cameras and model', () =>
      use(async (store) => {
        await settleOne(store, sighting('a', 1000), null, { template: template(1) });
        await settleOne(store, sighting('b', 2000, { cameraId: 'gate' }), null, { template: template(2) });
        await settleOne(store, sighting('c', 2000), null, { template: template(3) });
        await settleOne(store, sighting('other', 2500), null, { template: { model: 'other@1', vector: vector(4) } });
        await store.detections.add(sighting('pending', 3000), picture('p'), 1);
        assert.equal(await idsOf(store, { cameraIds: null }), 'c b a');
        assert.equal(await idsOf(store, { cameraIds: null, from: 1001 }), 'c b');
        assert.equal(await idsOf(store, { cameraIds: null, to: 2000 }), 'a');
        assert.equal(await idsOf(store, { cameraIds: ['gate'] }), 'b');
        assert.equal(await idsOf(store, { cameraIds: ['gate', 'door'] }), 'c b a');
        assert.equal(await idsOf(store, { cameraIds: [] }), '');
        const [first] = await allOf(store, { cameraIds: ['gate'] });
        assert.deepEqual(first, { id: 'b', capturedAt: 2000, vector: vector(2) });
      }));

    it('come in pieces, each once, while others work, and as far as somebody reads', () =>
      use(async (store) => {
        const all = 60;
        // Many of one moment, so that a piece ends among equals.
        for (let i = 0; i < all; i += 1) await store.detections.add(sighting(`s${i}`, 1000 + (i % 3)), picture('x'), i);
        const claimed = await claimAll(store);
        const version = await store.changes.last();
        await Promise.all(
          claimed.map((id) =>
            store.detections.settle(
              'w',
              id,
              {
                state: 'classified',
                match: { decision: 'new', nearest: null, runnerUp: null, margin: null, threshold: 0.6 },
                decision: 'unidentified',
                personId: null,
                galleryVersion: version,
                template: template(1),
                quality: 0.1,
                keepReference: false,
                visitGapMs: 1000,
              },
              2000,
            ),
          ),
        );
        const seen: string[] = [];
        let pieces = 0;
        for await (const piece of store.detections.scanTemplates(MODEL, { cameraIds: null })) {
          pieces += 1;
          seen.push(...piece.map(({ id }) => id));
          await store.ping();
        }
        assert.ok(pieces > 1);
        assert.deepEqual([seen.length, new Set(seen).size], [all, all]);
        for await (const piece of store.detections.scanTemplates(MODEL, { cameraIds: null })) {
          assert.ok(piece.length < all);
          break;
        }
      }));

    it('are left out while their detection is discarded, and gone with it', () =>
      use(async (store) => {
        const asHuman = { actor: HUMAN, visitGapMs: GAP_MS };
        for (const id of ['a', 'b', 'c']) await settleOne(store, sighting(id), null, { decision: 'unidentified' });
        const { seq } = await store.identity.discard({ detectionIds: ['b'] }, asHuman);
        assert.equal(await idsOf(store, { cameraIds: null }), 'c a');
        // A second model is prepared on what was found before that.
        await store.detections.putTemplates([
          { detectionId: 'b', template: template(2) },
          { detectionId: 'nobody', template: template(2) },
        ]);
        assert.equal(await idsOf(store, { cameraIds: ['door'] }), 'c a');
        await store.identity.undo(seq, asHuman);
        assert.equal(await idsOf(store, { cameraIds: null }), 'c b a');
        await store.detections.erase(['c'], GAP_MS);
        assert.equal(await idsOf(store, { cameraIds: null }), 'b a');
        assert.deepEqual((await allOf(store, { cameraIds: null }))[0]?.vector, vector(2));
      }));

    it('are looked up by id, those that are there', () =>
      use(async (store) => {
        await settleOne(store, sighting('a', 1000), null);
        const found = await store.detections.byIds(['a', 'nobody']);
        assert.deepEqual(
          found.map(({ id }) => id),
          ['a'],
        );
        assert.deepEqual(await store.detections.byIds([]), []);
      }));
  });
}

async function idsOf(store: Store, filter: ScanFilter): Promise<string> {
  return (await allOf(store, filter)).map(({ id }) => id).join(' ');
}

async function allOf(store: Store, filter: ScanFilter): Promise<ScannedTemplate[]> {
  const all: ScannedTemplate[] = [];
  for await (const piece of store.detections.scanTemplates(MODEL, filter)) all.push(...piece);
  return all;
}

async function claimAll(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const claimed = await store.detections.claim('w', 200, 600_000, 1e9);
    if (claimed.length === 0) return ids;
    ids.push(...claimed.map(({ id }) => id));
  }
}
