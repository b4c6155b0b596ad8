// Undoing changes of identity, and visits that follow the detections.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Visit } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { HALF_LIFE_MS } from '../stranger-port.ts';
import { asHuman, asSystem, moving, regrouping, stranger } from './identity-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { GAP_MS, HUMAN, MODEL, settleOne, sighting, template } from './test-data.test-suite.ts';

const NOW = 10 * HALF_LIFE_MS;

/** Everything about identities, without what an undo may change: ids of visits, times of entries. */
async function stateOf(store: Store): Promise<unknown> {
  const persons = (await store.persons.list({}, { limit: 500 })).items;
  const detections = (await store.detections.list({}, { limit: 500 })).items;
  const shots = await store.detections.withTemplates(MODEL, {}, 0, 500);
  const { entries } = await store.references.entries(MODEL);
  return {
    // A version grows also with an undo.
    persons: persons.map((person) => ({ ...person, version: 0 })),
    detections: detections.map(({ visitId, ...row }) => ({ ...row, hasVisit: visitId !== null })),
    excluded: shots.map(({ id, notPersonIds }) => [id, notPersonIds.toSorted()]),
    gallery: entries.map(({ referenceId, personId, kind }) => [referenceId, personId, kind].join(' ')).toSorted(),
    visits: await visitsOf(store),
  };
}

async function visitsOf(store: Store): Promise<unknown[]> {
  const visits = (await store.visits.list({}, { limit: 500 })).items;
  for (const cameras of [null, ['gate'], ['door', 'gate']]) {
    const hers = visits.filter((one) => one.personKind === 'unknown' && (cameras?.includes(one.cameraId) ?? true));
    const counted = await store.strangers.counts(cameras, NOW);
    assert.deepEqual(
      new Map(counted.map((one) => [one.id, [one.sightings, one.lastAt, one.weight.toFixed(6)]])),
      new Map([...Map.groupBy(hers, (visit) => visit.personId)].map(([id, some]) => [id, countOf(some)])),
    );
  }
  return visits
    .map((visit) => [
      visit.personId,
      visit.cameraId,
      visit.firstAt,
      visit.lastAt,
      visit.detections,
      visit.bestDetectionId,
    ])
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What is counted of a stranger, from her visits. */
function countOf(visits: readonly Visit[]): unknown[] {
  const sum = (of: (visit: Visit) => number): number => visits.reduce((all, visit) => all + of(visit), 0);
  return [
    sum((visit) => visit.detections),
    Math.max(...visits.map((visit) => visit.lastAt)),
    sum((visit) => visit.detections * 0.5 ** ((NOW - visit.lastAt) / HALF_LIFE_MS)).toFixed(6),
  ];
}

/** Visits as they follow from the detections alone. */
async function naiveVisits(store: Store): Promise<unknown[]> {
  const rows = (await store.detections.list({ state: 'classified' }, { limit: 500 })).items.toReversed();
  const groups: (typeof rows)[number][][] = [];
  for (const row of rows) {
    if (row.personId === null) continue;
    const group = groups.findLast(([first]) => first?.personId === row.personId && first.cameraId === row.cameraId);
    const last = group?.at(-1);
    if (group && last && row.capturedAt - last.capturedAt <= GAP_MS) group.push(row);
    else groups.push([row]);
  }
  for (const group of groups) assert.equal(new Set(group.map((row) => row.visitId)).size, 1, 'one visit');
  assert.equal(new Set(groups.map(([first]) => first?.visitId)).size, groups.length);
  return groups
    .map((group) => {
      const best = group.reduce((a, b) => ((b.quality ?? 0) > (a.quality ?? 0) ? b : a));
      const [first, last] = [group[0], group.at(-1)];
      return [first?.personId, first?.cameraId, first?.capturedAt, last?.capturedAt, group.length, best.id];
    })
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** One change of identity by chance; null where nothing changed or it was refused. */
async function changeSomething(store: Store, roll: (sides: number) => number): Promise<number | null> {
  const persons = (await store.persons.list({}, { limit: 500 })).items;
  const rows = (await store.detections.list({ state: 'classified' }, { limit: 500 })).items;
  const person = persons[roll(persons.length)]?.id ?? '';
  const other = persons[roll(persons.length)]?.id ?? '';
  const ids = Array.from({ length: 1 + roll(4) }, () => rows[roll(rows.length)]?.id ?? '');
  try {
    const what = roll(10);
    if (what === 0) return (await store.identity.name(person, `Name ${roll(1e9)}`, HUMAN)).entry.seq;
    if (what === 1) return (await store.identity.merge(person, other, { ...asHuman, confirmed: true })).entry.seq;
    if (what === 2) return (await store.identity.confirm(ids, HUMAN)).seq;
    if (what === 3) return (await store.identity.notHer(ids, person, asHuman)).seq;
    if (what === 4) return (await store.identity.setIgnored(person, roll(2) === 1, HUMAN)).entry.seq;
    if (what === 5) return (await store.identity.discard({ detectionIds: ids.slice(0, 1) }, asHuman)).seq;
    const personId = [null, 'nobody', person, person][roll(4)] ?? null;
    const options = roll(2) === 1 ? moving : regrouping;
    const assignment = { detectionIds: ids, personId, ...(roll(2) === 1 && { referenceIds: ids }) };
    return (await store.identity.assign([assignment], options))?.seq ?? null;
  } catch (error) {
    if (error instanceof Error && error.name === 'KithError') return null;
    throw error;
  }
}

export function testUndo(use: UseStore): void {
  describe('undoing', () => {
    it('brings back, step by step, whatever was changed, and visits always follow', { timeout: 240_000 }, () =>
      use(async (store) => {
        const roll = dice(20_260_131);
        const people = [(await store.persons.add('Ann')).id, (await store.persons.add('Bob')).id];
        for (let i = 0; i < 60; i += 1) {
          const seen = sighting(`s${i}`, roll(30) * 400, { cameraId: ['door', 'gate'][roll(2)] ?? '' });
          const whom = roll(4) === 0 ? null : (people[roll(people.length)] ?? null);
          const more = { quality: (i + 1) / 100, template: template(i), keepReference: roll(3) === 0 };
          const settled = await settleOne(store, seen, whom, more);
          if (whom === null && settled.personId !== null) people.push(settled.personId);
        }
        assert.deepEqual(await visitsOf(store), await naiveVisits(store));
        const states: unknown[] = [];
        const seqs: number[] = [];
        for (let tries = 0; seqs.length < 40 && tries < 200; tries += 1) {
          const before = await stateOf(store);
          const seq = await changeSomething(store, roll);
          if (seq === null) {
            assert.deepEqual(await stateOf(store), before, 'what is refused changes nothing');
            continue;
          }
          states.push(before);
          seqs.push(seq);
          assert.deepEqual(await visitsOf(store), await naiveVisits(store), `visits after entry ${seq}`);
        }
        assert.ok(seqs.length >= 40);
        for (const [i, seq] of [...seqs.entries()].toReversed()) {
          const entry = await store.identity.undo(seq, asSystem);
          assert.deepEqual(await stateOf(store), states[i], `undo of entry ${seq}: ${entry.action}`);
        }
      }),
    );

    it('says who did it, and does it once', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1');
        const { entry } = await store.identity.merge(id, ada.id, asHuman);
        const before = await store.changes.last();
        const other = { name: 'key of Olaf', kind: 'human' } as const;
        const undone = await store.identity.undo(entry.seq, { actor: other, visitGapMs: GAP_MS });
        assert.deepEqual({ ...undone, undoneAt: null, undoneBy: null }, entry);
        assert.deepEqual([undone.undoneBy, typeof undone.undoneAt], ['key of Olaf', 'number']);
        assert.equal((await store.persons.get(id))?.mergedInto, null);
        const changes = await store.changes.since(before, 20);
        const said = changes.map(({ topic, entity }) => `${topic} ${entity}`);
        assert.deepEqual(said, ['gallery person', 'gallery person', 'gallery reference', 'journal detection']);
        assert.equal((await store.references.entriesOf(MODEL, { personIds: [id] })).length, 1);
        await assert.rejects(store.identity.undo(entry.seq, asHuman), fails('conflict', /already/));
        await assert.rejects(store.identity.undo(999, asHuman), fails('not_found'));
        await assert.rejects(store.identity.undo(1.5, asHuman), fails('not_found'));
      }));

    it('names the later entry that is to be undone first', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const bob = await store.persons.add('Bob');
        const id = await stranger(store, 's1');
        const move = await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], moving);
        const { entry: merge } = await store.identity.merge(ada.id, bob.id, { ...asHuman, confirmed: true });
        const no = await store.identity.notHer(['s1'], bob.id, asHuman);
        const seq = move?.seq ?? 0;
        const first = (last: number): RegExp => new RegExp(`undo entry ${last} first`);
        await assert.rejects(store.identity.undo(seq, asHuman), fails('conflict', first(no.seq)));
        await assert.rejects(store.identity.undo(merge.seq, asHuman), fails('conflict', first(no.seq)));
        await store.identity.undo(no.seq, asHuman);
        await assert.rejects(store.identity.undo(seq, asHuman), fails('conflict', first(merge.seq)));
        await store.identity.undo(merge.seq, asHuman);
        await store.identity.undo(seq, asHuman);
        assert.equal((await store.detections.get('s1'))?.personId, id);
        assert.equal((await store.persons.get(id))?.name, 'Unknown 1');
      }));

    it('does not bring a detection back to somebody who is gone, or to whom she is not', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1', 1000);
        await settleOne(store, sighting('s2', 1100), id);
        const move = await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], moving);
        const seq = move?.seq ?? 0;
        const { entry: merge } = await store.identity.merge(id, ada.id, asHuman);
        const blocked = fails('conflict', new RegExp(`undo entry ${merge.seq} first`));
        await assert.rejects(store.identity.undo(seq, asHuman), blocked);
        assert.equal((await store.detections.get('s1'))?.personId, ada.id);
        await store.identity.undo(merge.seq, asHuman);
        const no = await store.identity.notHer(['s1'], id, asHuman);
        await assert.rejects(store.identity.undo(seq, asHuman), fails('conflict', new RegExp(`entry ${no.seq} first`)));
      }));

    it('is refused when a name was given away since, and when later shots of the track decided', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const lady = await store.persons.add('Lady');
        const { entry } = await store.identity.merge(lady.id, ada.id, { ...asHuman, confirmed: true });
        await store.persons.add('lady');
        await assert.rejects(store.identity.undo(entry.seq, asHuman), fails('conflict', /named "lady"/));
        await stranger(store, 's1', 1000);
        const move = await store.identity.assign([{ detectionIds: ['s1'], personId: 'nobody' }], regrouping);
        await settleOne(store, sighting('s2', 1100), ada.id, { alsoIds: ['s1'] });
        await assert.rejects(store.identity.undo(move?.seq ?? 0, asHuman), fails('conflict', /no entry says how/));
      }));

    it('leaves what came since where it is', () =>
      use(async (store) => {
        const id = await stranger(store, 's1', 1000);
        const { entry } = await store.identity.name(id, 'Ada', HUMAN);
        await settleOne(store, sighting('s2', 1100), id);
        await store.identity.undo(entry.seq, asHuman);
        const later = await store.detections.get('s2');
        assert.deepEqual([later?.personName, later?.personKind, later?.decision], ['Unknown 1', 'unknown', 'unknown']);
        const split = await store.identity.assign([{ detectionIds: ['s1'], personId: null }], moving);
        const made = split?.personIds[0] ?? '';
        await settleOne(store, sighting('s3', 9000), made);
        await store.identity.undo(split?.seq ?? 0, asHuman);
        assert.equal((await store.detections.get('s1'))?.personId, id);
        assert.equal((await store.detections.get('s3'))?.personId, made);
        assert.equal((await store.persons.get(made))?.lastSeenAt, 9000);
      }));
  });
}
