// Runs of actions: decided once, done once or not at all, each decision in the audit log.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessFacts, Evidence } from '../action-port.ts';
import { askFor, DOOR } from './action-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, GAP_MS, HUMAN, settleOne, sighting } from './test-data.test-suite.ts';

const EVIDENCE: readonly Evidence[] = [{ condition: 'enabled', met: true, found: 'it is switched on' }];
const yes = () => ({ grant: true, evidence: EVIDENCE });
const no = () => ({ grant: false, evidence: [{ ...EVIDENCE[0], met: false } as Evidence] });

export function testRuns(use: UseStore): void {
  describe('runs of actions', () => {
    it('are decided in their order with what the log says at that moment', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 1);
        const lamp = await store.actions.add({ ...DOOR, name: 'Lamp', access: null }, 2);
        const ann = await store.persons.add('Zaphodia');
        await store.persons.change(ann.id, { groups: ['Staff', 'Night'] }, { actor: HUMAN });
        const ben = await store.persons.add('Ben');
        const track = { trackId: 't1' };
        await settleOne(store, sighting('a1', 1000, track), ann.id);
        await settleOne(store, sighting('b1', 1100, track), ben.id);
        await settleOne(store, sighting('elsewhere', 1150, { ...track, cameraId: 'yard' }), ben.id);
        await settleOne(store, sighting('a2', 1200, track), ann.id);
        const first = await askFor(store, door, 'a1');
        const second = await askFor(store, lamp, 'a2', { cause: 'rule' });
        assert.equal((await store.actions.next([]))?.id, first);
        assert.equal((await store.actions.next([door.id]))?.id, second);
        assert.equal(await store.actions.next([door.id, lamp.id]), null);

        let facts: AccessFacts | undefined;
        const run = await store.actions.decide(first, (given) => ((facts = given), yes()), 1300);
        assert.deepEqual(facts?.action, door);
        assert.deepEqual(
          { ...facts?.person, groups: facts?.person?.groups.toSorted() },
          { id: ann.id, kind: 'known', ignored: false, groups: ['Night', 'Staff'] },
        );
        assert.deepEqual(
          facts?.shots.map(({ detectionId, personId, nearestId, distance, quality }) => [
            detectionId,
            personId,
            nearestId,
            distance,
            quality,
          ]),
          [
            ['a1', ann.id, ann.id, 0.25, 0.5],
            ['b1', ben.id, ben.id, 0.25, 0.5],
            ['a2', ann.id, ann.id, 0.25, 0.5],
          ],
        );
        assert.equal(facts?.opened, false);
        assert.deepEqual([run?.state, run?.evidence, run?.doneAt], ['granted', EVIDENCE, null]);
        assert.equal(await store.actions.decide(first, yes, 1301), null, 'decided once');

        const refused = await store.actions.decide(second, no, 1400);
        assert.deepEqual([refused?.state, refused?.doneAt], ['refused', 1400]);
        const { items } = await store.audit.list({ entity: 'action' }, { limit: 9 });
        assert.deepEqual(
          items.map(({ action, entityId, actor, status }) => [action, entityId, actor.name, status]),
          [
            ['action.refuse', lamp.id, 'rule', 403],
            ['action.grant', door.id, 'access policy', 200],
          ],
        );
        assert.deepEqual(items[1]?.detail, { run: first, cause: 'policy', camera: 'door', evidence: EVIDENCE });
        assert.ok(!JSON.stringify(items).includes('Zaphodia'));
      }));

    it('open a door once in a visit, whoever is asked at once and however the visit came about', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 1);
        const ann = await store.persons.add('Ann');
        await settleOne(store, sighting('a1', 1000), ann.id);
        await settleOne(store, sighting('a2', 1000 + GAP_MS), ann.id);
        const runs = [
          await askFor(store, door, 'a1'),
          await askFor(store, door, 'a2'),
          await askFor(store, door, 'a2', { cause: 'rule', alertId: 'x' }),
        ];
        const decided = await Promise.all(runs.map((id) => store.actions.decide(id, yes, 1)));
        assert.deepEqual(decided.map((run) => String(run?.state)).toSorted(), ['granted', 'refused', 'refused']);

        // Two visits, each with its own opening, and a late shot that makes them one.
        await settleOne(store, sighting('a4', 1000 + 3 * GAP_MS), ann.id);
        assert.equal((await store.actions.decide(await askFor(store, door, 'a4'), yes, 2))?.state, 'granted');
        await settleOne(store, sighting('a3', 1000 + 2 * GAP_MS), ann.id);
        let opened: boolean | undefined;
        const late = await askFor(store, door, 'a3');
        const run = await store.actions.decide(late, (facts) => ((opened = facts.opened), yes()), 3);
        assert.deepEqual([opened, run?.state], [true, 'refused']);

        // A human may open it again.
        const hand = await askFor(store, door, 'a3', { cause: 'hand', by: 'Eva' });
        assert.equal((await store.actions.decide(hand, yes, 4))?.state, 'granted');
      }));

    it('know nobody where the detection is gone, or is somebody else’s by now', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 1);
        const ann = await store.persons.add('Ann');
        const ben = await store.persons.add('Ben');
        await settleOne(store, sighting('a1', 1000), ann.id);
        await settleOne(store, sighting('a2', 1100), ann.id);
        const [gone, moved] = [await askFor(store, door, 'a1'), await askFor(store, door, 'a2')];
        await store.detections.erase(['a1'], GAP_MS);
        await store.identity.merge(ann.id, ben.id, { actor: HUMAN, visitGapMs: GAP_MS, confirmed: true });
        const seen: AccessFacts[] = [];
        const judge = (facts: AccessFacts) => (seen.push(facts), yes());
        assert.equal((await store.actions.decide(gone, judge, 1))?.state, 'refused', 'no visit, no door');
        await store.actions.decide(moved, judge, 1);
        assert.deepEqual([seen[0]?.person, seen[0]?.shots], [null, []]);
        assert.deepEqual([seen[1]?.run.personId, seen[1]?.person?.id], [ann.id, ben.id]);
        const unmade = await askFor(store, door, 'a2', { cause: 'hand' });
        await store.actions.remove(door.id);
        assert.equal((await store.actions.decide(unmade, yes, 1))?.state, 'refused', 'no action');
      }));

    it('asked twice within a moment is asked once', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 1);
        const asked = { actionId: door.id, visitId: null, personId: null, detectionId: null, cameraId: null };
        const answer = { ...asked, cause: 'answer', by: 'Eva', alertId: 'alert-1' } as const;
        const hand = { ...asked, cause: 'hand', by: 'Eva', alertId: null } as const;
        assert.ok(await store.actions.ask(answer, 1000));
        assert.equal(await store.actions.ask({ ...answer, by: 'Tom' }, 2000), null);
        assert.ok(await store.actions.ask({ ...answer, alertId: 'alert-2' }, 2000));
        assert.ok(await store.actions.ask(answer, 40_000));
        assert.ok(await store.actions.ask(hand, 1000));
        assert.equal(await store.actions.ask(hand, 1500), null);
        assert.ok(await store.actions.ask({ ...hand, by: 'Tom' }, 1500));
        const rule = { ...answer, cause: 'rule', by: null } as const;
        assert.ok(await store.actions.ask(rule, 1));
        assert.equal(await store.actions.ask(rule, 1e9), null, 'once of an alert');
        await store.actions.change(door.id, { ...DOOR, enabled: false });
        await assert.rejects(store.actions.ask(hand, 1e9), fails('conflict', /switched off/));
        await assert.rejects(store.actions.ask({ ...hand, actionId: 'x' }, 1e9), fails('not_found'));
      }));

    it('are done once: what a process that died had begun is unclear, what it had not is left', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 1);
        const ask = async (at: number, alertId: string): Promise<string> => {
          const asked = { actionId: door.id, visitId: null, personId: null, detectionId: null, cameraId: null };
          const run = await store.actions.ask({ ...asked, cause: 'answer', by: 'Eva', alertId }, at);
          assert.ok(run);
          return run.id;
        };
        const [asked, granted, started, done] = [
          await ask(1000, 'a'),
          await ask(1000, 'b'),
          await ask(1000, 'c'),
          await ask(1000, 'd'),
        ];
        for (const id of [granted, started, done]) await store.actions.decide(id, yes, 1010);
        assert.equal(await store.actions.start(asked, 'p1', 1020), false, 'not decided yet');
        for (const id of [started, done]) assert.equal(await store.actions.start(id, 'p1', 1020), true);
        assert.equal(await store.actions.start(done, 'p2', 1021), false);
        await store.actions.end(done, 'done', null, 1030);
        await store.actions.end(granted, 'done', null, 1030);

        const states = async () =>
          Promise.all([asked, granted, started, done].map(async (id) => (await store.actions.run(id))?.state));
        assert.equal(await store.actions.recover(1040, { startedMs: 100, waitingMs: 100 }), 0);
        assert.deepEqual(await states(), ['asked', 'granted', 'started', 'done']);
        assert.equal(await store.actions.recover(1120, { startedMs: 100, waitingMs: 100 }), 3);
        assert.deepEqual(await states(), ['failed', 'failed', 'unclear', 'done']);
        assert.equal(await store.actions.start(granted, 'p2', 1121), false, 'never done late');
        assert.match((await store.actions.run(started))?.error ?? '', /not known/);
        // It was only slow.
        await store.actions.end(started, 'failed', 'no answer', 1200);
        assert.deepEqual(await states(), ['failed', 'failed', 'failed', 'done']);
        assert.equal(await store.actions.next([]), null);
      }));

    it('are listed newest first, of one action, person, state and of some cameras', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 1);
        const ann = await store.persons.add('Ann');
        const ids: string[] = [];
        for (let i = 0; i < 5; i += 1) {
          const id = `a${i}`;
          await settleOne(store, sighting(id, i * 10_000, { cameraId: i % 2 === 0 ? 'door' : 'yard' }), ann.id);
          ids.unshift(await askFor(store, door, id));
        }
        const list = async (filter: Parameters<typeof store.actions.runs>[0]) =>
          (await allOf((page) => store.actions.runs(filter, page), 2)).map(({ id }) => id);
        assert.deepEqual(await list({}), ids);
        assert.deepEqual(await list({ cameraIds: ['yard'], personId: ann.id }), [ids[1], ids[3]]);
        assert.deepEqual(await list({ cameraIds: [] }), []);
        assert.deepEqual(await list({ actionId: 'other' }), []);
        await store.actions.decide(ids[2] ?? '', no, 1);
        assert.deepEqual(await list({ state: 'refused', actionId: door.id }), [ids[2]]);
        await store.persons.remove(ann.id);
        const [run] = (await store.actions.runs({ state: 'refused' }, { limit: 1 })).items;
        assert.deepEqual([run?.personId, run?.evidence, run?.actionName], [null, [], 'Front door']);
      }));
  });
}
