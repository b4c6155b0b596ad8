// The end of a person: what is left in the database when she is erased with her sightings.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../store-port.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { classified, HUMAN, picture, settleOne, sighting, SYSTEM, template } from './test-data.test-suite.ts';

/** A door that the person of this detection has opened, with words about her. */
async function openFor(store: Store, detectionId: string): Promise<void> {
  const door = await store.actions.add({ name: 'Door', kind: 'http', enabled: true, settings: {}, access: null }, 1);
  const { visitId, personId } = (await store.detections.get(detectionId)) ?? { visitId: null, personId: null };
  const asked = { actionId: door.id, by: null, visitId, personId, detectionId, cameraId: 'door', alertId: null };
  const run = await store.actions.ask({ ...asked, cause: 'policy' }, 1);
  const decided = await store.actions.decide(run?.id ?? '', () => ({ grant: true, evidence: [] }), 1);
  assert.equal(decided?.state, 'granted');
  await store.actions.start(decided.id, 'p', 2);
  await store.actions.end(decided.id, 'failed', 'secret-error', 3);
}

/** `dump`: all that the database holds, as text. */
export function testErasure(use: UseStore, dump: (store: Store) => Promise<string>): void {
  describe('erasing', () => {
    it('leaves nothing of her, her sightings and those who became her', () =>
      use(async (store) => {
        const ann = await store.persons.add('Zaphodia');
        const ben = await store.persons.add('Ben');
        const reference = await store.references.add({ personId: ann.id, picture: picture('photo'), quality: 0.9 }, [
          template(1),
        ]);
        await Promise.all(
          Array.from({ length: 600 }, (_, i) =>
            store.detections.add(sighting(`hers-${i}`, i * 10_000), picture(`h${i}`), i),
          ),
        );
        const claimed = await store.detections.claim('w', 600, 60_000, 1e9);
        const outcome = classified(ann.id, 0);
        await Promise.all(claimed.map((row) => store.detections.settle('w', row.id, outcome, 1)));
        const near = { personId: ann.id, referenceId: reference.id, distance: 0.7 };
        await settleOne(store, sighting('others', 77), ben.id, {
          match: {
            decision: 'known',
            nearest: { ...near, personId: ben.id },
            runnerUp: near,
            margin: 0.1,
            threshold: 0.6,
          },
        });
        const { personId: stranger } = await settleOne(store, sighting('was-a-stranger', 99), null);
        await store.identity.merge(stranger ?? '', ann.id, { actor: HUMAN, visitGapMs: 1 });
        await store.identity.notHer(['others'], ann.id, { actor: HUMAN, visitGapMs: 1 });
        await store.identity.assign([{ detectionIds: ['hers-3'], personId: ben.id }], {
          actor: SYSTEM,
          action: 'move',
          model: template(1).model,
          visitGapMs: 1,
        });
        await store.identity.assign([{ detectionIds: ['hers-3'], personId: ann.id }], {
          actor: HUMAN,
          action: 'move',
          model: template(1).model,
          visitGapMs: 1,
        });
        await store.persons.change(
          ann.id,
          {
            name: 'Trilliana-X (2) [\\d]+',
            notes: 'secret-note',
            groups: ['secret-group'],
            attributes: { a: 'secret-attribute' },
          },
          { actor: HUMAN },
        );
        const { id: importId } = await store.imports.open('a-zip');
        const finding = {
          code: 'closer_to_somebody_else',
          message: 'The face looks like Trilliana-X (2) [\\d]+, who is enrolled.',
        } as const;
        await store.imports.putPhoto(importId, {
          file: 'ben.jpg',
          name: 'Ben',
          personId: ben.id,
          referenceId: null,
          verdict: 'warned',
          findings: [finding],
        });
        await store.imports.putPhoto(importId, {
          file: 'Zaphodia/1.jpg',
          name: 'Zaphodia',
          personId: null,
          referenceId: null,
          verdict: 'refused',
          findings: [],
        });
        await openFor(store, 'hers-3');
        const traces = [
          'zaphodia',
          'trilliana',
          'secret-',
          ann.id,
          stranger ?? 'none',
          reference.id,
          'hers-',
          'was-a-stranger',
          picture('photo'),
          picture('h7'),
        ];
        const before = (await dump(store)).toLowerCase();
        for (const trace of traces) assert.ok(before.includes(trace), `${trace} is there before`);

        const pictures = new Set<string>();
        const { detections } = await store.persons.erase(ann.id, async (some) =>
          some.forEach((one) => pictures.add(one)),
        );
        assert.equal(detections, 601);
        // 600 of her own, the stranger's, the photo.
        assert.equal(pictures.size, 602);
        assert.equal(await store.persons.get(ann.id), null);
        // Something happens after it, and a day passes.
        await settleOne(store, sighting('later', 1_000_000), ben.id);
        await store.persons.forgetRemoved(Date.now() + 1);
        const after = (await dump(store)).toLowerCase();
        for (const trace of traces) assert.ok(!after.includes(trace), `${trace} is still there`);

        const others = await store.detections.get('others');
        assert.equal(others?.personId, ben.id);
        assert.equal((await store.detections.counts()).classified, 2);
        const photos = (await store.imports.photos(importId, {}, { limit: 5 })).items;
        assert.deepEqual(
          photos.map(({ file, findings }) => [file, findings[0]?.message]),
          [['ben.jpg', 'The face looks like somebody who was removed, who is enrolled.']],
        );
        await assert.rejects(
          store.persons.erase(ann.id, async () => undefined),
          fails('not_found'),
        );
      }));
  });
}
