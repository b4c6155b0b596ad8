// The strangers' queue: who waits and how often she was seen, her shots, and what lies between two persons.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sighting } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { HALF_LIFE_MS } from '../stranger-port.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { asHuman, stranger } from './identity-data.test-suite.ts';
import {
  allOf,
  GAP_MS,
  HUMAN,
  MODEL,
  NOBODY_NEAR,
  picture,
  settleOne,
  sighting,
  template,
} from './test-data.test-suite.ts';

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;

export function testStrangers(use: UseStore): void {
  describe('strangers', () => {
    it('are counted over their visits, old sightings for less', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        await settleOne(store, sighting('a1', NOW), ada.id);
        const often = await stranger(store, 'o1', NOW - HALF_LIFE_MS);
        await settleOne(store, sighting('o2', NOW - HALF_LIFE_MS + GAP_MS), often, { decision: 'unknown' });
        await settleOne(store, sighting('o3', NOW, { cameraId: 'gate' }), often, { decision: 'unknown' });
        const once = await stranger(store, 'x1', NOW);
        await store.identity.setIgnored(once, true, HUMAN);
        const gone = await stranger(store, 'g1', NOW);
        await store.identity.merge(gone, ada.id, asHuman);

        const all = await store.strangers.counts(null, NOW);
        const [first, second] = all.toSorted((a, b) => b.sightings - a.sightings);
        assert.equal(all.length, 2);
        assert.ok(first && second);
        const { weight, ...counted } = first;
        assert.deepEqual(counted, { id: often, ignored: false, sightings: 3, lastAt: NOW });
        assert.ok(Math.abs(weight - 2) < 1e-3, `${weight}: two of half the weight and one of today`);
        assert.deepEqual([second.id, second.ignored, second.sightings, second.weight], [once, true, 1, 1]);

        const atGate = await store.strangers.counts(['gate'], NOW);
        assert.deepEqual(
          atGate.map(({ id, sightings, lastAt }) => [id, sightings, lastAt]),
          [[often, 1, NOW]],
        );
        assert.deepEqual(await store.strangers.counts([], NOW), []);
        const { strangers } = store;
        assert.deepEqual(Object.fromEntries(await strangers.visitsOf([often, once, 'nobody'], null)), {
          [often]: {
            name: 'Unknown 1',
            visits: 2,
            firstAt: NOW - HALF_LIFE_MS,
            cameras: [
              { cameraId: 'door', sightings: 2 },
              { cameraId: 'gate', sightings: 1 },
            ],
          },
          [once]: { name: 'Unknown 2', visits: 1, firstAt: NOW, cameras: [{ cameraId: 'door', sightings: 1 }] },
        });
        assert.deepEqual(Object.fromEntries(await strangers.visitsOf([often, once], ['gate'])), {
          [often]: { name: 'Unknown 1', visits: 1, firstAt: NOW, cameras: [{ cameraId: 'gate', sightings: 1 }] },
        });
      }));

    it('show their best shots, with what they look like', () =>
      use(async (store) => {
        const id = await stranger(store, 's0', 0);
        for (const [i, quality] of [0.2, 0.9, 0.4].entries()) {
          const cameraId = i === 1 ? 'gate' : 'door';
          const more = { quality, decision: 'unknown', template: template(i + 2) } as const;
          await settleOne(store, sighting(`s${i + 1}`, 10_000 * (i + 1), { cameraId }), id, more);
        }
        const other = await stranger(store, 'o1', 0);
        const of = async (cameras: readonly string[] | null, model = MODEL) => {
          const shots = await store.strangers.shots([id, other, 'nobody'], cameras, model);
          assert.deepEqual([shots.get(other)?.length ?? 0, shots.get('nobody')], [cameras === null ? 1 : 0, undefined]);
          return shots.get(id) ?? [];
        };
        const shots = await of(null);
        assert.deepEqual(
          shots.map((shot) => [shot.id, shot.quality]),
          [
            ['s2', 0.9],
            ['s0', 0.5],
            ['s3', 0.4],
            ['s1', 0.2],
          ],
        );
        assert.deepEqual(shots[0]?.vector, template(3).vector);
        assert.deepEqual((await of(null, 'another'))[0]?.vector, null);
        assert.deepEqual(
          (await of(['gate'])).map((shot) => shot.id),
          ['s2'],
        );
      }));

    it('that are not somebody, says a human, are not asked about her', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1');
        const other = await stranger(store, 's2');
        const { strangers } = store;
        assert.deepEqual([...(await strangers.notPersons([id, other]))], []);
        await store.identity.notHer(['s1'], ada.id, asHuman);
        assert.deepEqual([...(await strangers.notPersons([id, other]))], [[id, [ada.id]]]);
        assert.deepEqual([...(await strangers.notPersons([]))], []);
      }));

    it('are compared with people as they are by now', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        for (const [photo, quality] of [
          ['worse', 0.5],
          ['better', 0.9],
        ] as const) {
          await store.references.add({ personId: ada.id, picture: picture(photo), quality }, [template(1)]);
        }
        const better = (await store.references.ofPerson(ada.id)).find(({ quality }) => quality === 0.9);
        const [merged, other] = [await stranger(store, 's1'), await stranger(store, 's2')];
        await store.identity.merge(merged, ada.id, asHuman);
        const found = await store.strangers.toCompare([merged, other, other, 'nobody']);
        assert.deepEqual([...found.keys()].toSorted(), [merged, other].toSorted());
        const became = found.get(merged);
        assert.deepEqual([became?.id, became?.name, became?.kind], [ada.id, 'Ada', 'known']);
        assert.deepEqual([became?.references.length, became?.references[0]?.id], [3, better?.id]);
        const [reference] = found.get(other)?.references ?? [];
        assert.deepEqual([found.get(other)?.name, reference?.detectionId], ['Unknown 2', 's2']);
      }));
  });

  describe('what lies between two persons', () => {
    it('comes by track, the latest first, at the cameras asked for', () =>
      use(async (store) => {
        const [ada, bea] = [await store.persons.add('Ada'), await store.persons.add('Bea')];
        const match = {
          ...NOBODY_NEAR,
          decision: 'ambiguous',
          nearest: { personId: ada.id, referenceId: 'a', distance: 0.5 },
          runnerUp: { personId: bea.id, referenceId: 'b', distance: 0.51 },
        } as const;
        const unsure = (id: string, at: number, more: Partial<Sighting>, decision: 'ambiguous' | 'unidentified') =>
          settleOne(store, sighting(id, at, more), null, { match, decision });
        assert.deepEqual(await store.strangers.openCounts(null), { ambiguous: 0, unidentified: 0 });
        await unsure('t1', 1000, { trackId: 't' }, 'ambiguous');
        await unsure('u1', 1500, { trackId: 'u' }, 'ambiguous');
        await unsure('t2', 2000, { trackId: 't' }, 'ambiguous');
        await unsure('t3', 2500, { trackId: 't', cameraId: 'gate' }, 'ambiguous');
        await unsure('n1', 3000, {}, 'ambiguous');
        await unsure('n2', 3500, {}, 'unidentified');
        await unsure('t4', 3600, { trackId: 't' }, 'unidentified');

        for (const limit of [1, 2, 10]) {
          const all = await allOf((page) => store.strangers.undecided(null, page), limit);
          assert.deepEqual(
            all.map(({ count, detections }) => [count, ...detections.map(({ id }) => id)]),
            [
              [1, 'n1'],
              [1, 't3'],
              [2, 't2', 't1'],
              [1, 'u1'],
            ],
          );
        }
        const [head] = (await store.strangers.undecided(['gate'], { limit: 9 })).items;
        assert.deepEqual(
          [head?.detections[0]?.nearestName, head?.detections[0]?.runnerUpName, head?.detections.length],
          ['Ada', 'Bea', 1],
        );
        assert.deepEqual(await store.strangers.openCounts(null), { ambiguous: 4, unidentified: 2 });
        assert.deepEqual(await store.strangers.openCounts(['gate']), { ambiguous: 1, unidentified: 0 });
        await answer(store, ['t2', 't1'], ada.id);
        assert.deepEqual(await store.strangers.openCounts(null), { ambiguous: 3, unidentified: 2 });
      }));
  });
}

async function answer(store: Store, detectionIds: readonly string[], personId: string): Promise<void> {
  await store.identity.assign([{ detectionIds, personId }], { ...asHuman, action: 'move', model: MODEL });
}
