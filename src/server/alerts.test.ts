// Rules, alerts and their answers over the API: who may, what an answer changes, and what a second one does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertPlanner, Rule } from '../alert-port.ts';
import type { Reconsider } from '../identity-port.ts';
import { hubEvent } from './event-frames.ts';
import { furnish, openInject, shot, type House, type Inject } from './house.test-suite.ts';

const RULE = { name: 'Strangers', on: ['unknown', 'known', 'ambiguous'] };
const HOUR_MS = 3_600_000;

/** Tells of everybody. */
function planner(rule: Rule): AlertPlanner {
  return {
    isIdle: () => false,
    plan: (seen) => ({
      alerts: [
        {
          rule,
          event: seen.person?.kind ?? 'ambiguous',
          subject: seen.person?.id ?? 'nobody',
          once: seen.visit ? `visit:${seen.visit.id}` : `track:${seen.trackId ?? seen.detectionId}`,
        },
      ],
      doors: [],
    }),
  };
}

const reconsider = {
  lookBack: async () => ({ sightings: 0, strangers: 0, entry: null, entries: [] }),
  anew: async () => undefined,
} as unknown as Reconsider;

interface Scene {
  readonly house: House;
  readonly inject: Inject;
  readonly rule: Rule;
  /** Somebody comes by, seconds ago; answers the id of the latest alert. */
  readonly see: (
    id: string,
    person: Parameters<House['ports']['store']['classify']>[1],
    more?: { secondsAgo?: number; camera?: string; track?: string; decision?: 'ambiguous' },
  ) => Promise<string>;
  readonly answer: (
    alert: string,
    json: object,
    key?: string,
  ) => Promise<{ status: number; outcomes: string[]; message: string }>;
  readonly owner: (detection: string) => Promise<string | null | undefined>;
}

async function withScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  const house = await furnish({ reconsider });
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  const made = await inject({ method: 'POST', url: '/api/v1/rules', json: RULE });
  assert.equal(made.status, 201, made.text);
  const rule = await store.rules.get(String(made.json['id']));
  assert.ok(rule);
  await work({
    house,
    inject,
    rule,
    async see(id, person, { secondsAgo = 0, camera = 'door', track, decision } = {}) {
      const capturedAt = new Date(Date.now() - secondsAgo * 1000).toISOString();
      const meta = { id, camera, capturedAt, ...(track !== undefined && { track }) };
      await inject({ method: 'POST', url: '/api/v1/detections', form: shot(meta) });
      await store.classify(id, person, { alerts: planner(rule), ...(decision && { decision }) });
      return (await store.alerts.list({}, { limit: 1 })).items[0]?.id ?? '';
    },
    async answer(alert, json, key = house.keys.people) {
      const answered = await inject({ method: 'POST', url: `/api/v1/alerts/${alert}/answer`, json, key });
      const outcomes = (answered.json['outcomes'] ?? []) as { text: string }[];
      return {
        status: answered.status,
        outcomes: outcomes.map(({ text }) => text),
        message: answered.json.error?.message ?? '',
      };
    },
    owner: async (detection) => (await store.detections.get(detection))?.personName,
  });
  await close();
}

test('rules are checked, kept, changed by one at a time and removed', () =>
  withScene(async ({ inject, rule, house }) => {
    const url = `/api/v1/rules/${rule.id}`;
    const put = async (json: object) => inject({ method: 'PUT', url, json });
    const whole = await inject({ url, key: house.keys.people });
    assert.deepEqual([whole.json['cooldownS'], whole.json['hours'], whole.json['version']], [0, null, 1]);
    assert.equal((await put({ ...RULE, name: 'All', ifVersion: 1 })).json['name'], 'All');
    assert.equal((await put({ ...RULE, ifVersion: 1 })).status, 409);
    const bad: readonly (readonly [object, RegExp])[] = [
      [{ ...RULE, on: ['absent'] }, /afterS/],
      [{ ...RULE, on: ['absent'], afterS: 60, zones: ['Steps'] }, /zones/],
      [{ ...RULE, persons: ['nobody'] }, /person "nobody"/],
      [{ ...RULE, cameras: ['cellar'] }, /camera "cellar"/],
      [{ ...RULE, channels: ['none'] }, /channel "none"/],
      [{ ...RULE, actions: ['none'] }, /action "none"/],
      [{ ...RULE, on: [] }, /on/],
      [{ ...RULE, hours: { week: [], holidays: 'usual' } }, /hours/],
    ];
    for (const [json, words] of bad) {
      const refused = await put(json);
      assert.equal(refused.status, 400, JSON.stringify(json));
      assert.match(refused.json.error?.message ?? '', words);
    }
    assert.equal((await inject({ method: 'DELETE', url })).status, 204);
    assert.equal((await inject({ url })).status, 404);
    assert.equal((await inject({ method: 'DELETE', url })).status, 404);
  }));

test('the calendar knows its days, snoozes are kept until they are over', () =>
  withScene(async ({ inject, house }) => {
    const put = async (json: object) => (await inject({ method: 'PUT', url: '/api/v1/calendar', json })).status;
    const holidays = [{ day: '2026-12-25', name: 'Christmas' }];
    assert.equal(await put({ timeZone: 'Europe/Berlin', holidays }), 200);
    assert.deepEqual((await inject({ url: '/api/v1/calendar' })).json, { timeZone: 'Europe/Berlin', holidays });
    assert.equal(await put({ timeZone: 'Mars/Base', holidays: [] }), 400);
    assert.equal(await put({ timeZone: 'UTC', holidays: [{ day: '2026-02-30', name: 'x' }] }), 400);

    const add = async (json: object, key = house.keys.people) =>
      inject({ method: 'POST', url: '/api/v1/snoozes', json, key });
    const until = new Date(Date.now() + HOUR_MS).toISOString();
    const made = await add({ until, cameraId: 'door' });
    assert.deepEqual([made.status, made.json['until'], made.json['by']], [201, until, 'people']);
    assert.equal((await add({ until: '2020-01-01T00:00:00Z' })).status, 400);
    assert.equal((await add({ until, personId: 'nobody' })).status, 404);
    assert.equal((await add({ until, cameraId: 'cellar' })).status, 404);
    const { id } = (await inject({ url: '/api/v1/snoozes' })).json.items?.[0] ?? {};
    const url = `/api/v1/snoozes/${String(id)}`;
    // Who sees another camera only can make nothing quiet for others.
    await house.ports.store.cameras.put('gate', 'Gate');
    const hers = await house.makeKey(['people'], 'gate');
    assert.equal((await add({ until }, hers)).status, 403);
    assert.equal((await inject({ method: 'DELETE', url, key: hers })).status, 403);
    assert.deepEqual((await inject({ url: '/api/v1/snoozes', key: hers })).json.items, []);
    assert.equal((await inject({ method: 'DELETE', url })).status, 204);
    assert.equal((await inject({ method: 'DELETE', url })).status, 404);
  }));

test('a stranger is named, and the same answer again changes nothing', () =>
  withScene(async ({ house, see, answer, owner }) => {
    const { store } = house.ports;
    const alert = await see('a', null);
    const [first, second] = await Promise.all([
      answer(alert, { answer: 'new', name: 'Ada' }),
      answer(alert, { answer: 'new', name: 'ada' }),
    ]);
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.deepEqual(second.outcomes, ['Unknown 1 was named Ada']);
    assert.equal(await owner('a'), 'Ada');
    assert.equal((await store.identity.list({}, { limit: 9 })).items.length, 1);
    const refused = await answer(await see('b', null, { secondsAgo: 300 }), { answer: 'new', name: 'ADA' });
    assert.equal(refused.status, 409);
    assert.match(refused.message, /named "Ada" already/);
    assert.equal((await answer(alert, { answer: 'new' })).status, 400);
  }));

test('a visit is somebody known: all of its shots, by her id or her name', () =>
  withScene(async ({ house, see, answer, owner }) => {
    const ada = await house.ports.store.makePerson('Ada');
    const alert = await see('a', null);
    const stranger = (await house.ports.store.detections.get('a'))?.personId ?? '';
    await see('b', await house.ports.store.persons.get(stranger));
    assert.equal((await answer(alert, { answer: 'is' })).status, 400);
    assert.equal((await answer(alert, { answer: 'is', name: 'Eve' })).status, 404);
    const done = await answer(alert, { answer: 'is', name: 'ADA' });
    assert.equal(done.status, 200);
    assert.deepEqual([await owner('a'), await owner('b')], ['Ada', 'Ada']);
    assert.equal(done.outcomes.length, 1);
    assert.deepEqual(await answer(alert, { answer: 'is', personId: ada.id }), done);
    // Not her after all, twice: the second says nothing about who it is then.
    const not = await answer(alert, { answer: 'not_her', personId: ada.id });
    assert.equal(await owner('a'), null);
    assert.deepEqual(await answer(alert, { answer: 'not_her', personId: ada.id }), not);
  }));

test('a stranger becomes somebody known as a whole, or is ignored', () =>
  withScene(async ({ house, see, answer, owner }) => {
    const { store } = house.ports;
    const ada = await store.makePerson('Ada');
    const alert = await see('a', null);
    const stranger = await store.persons.get((await store.detections.get('a'))?.personId ?? '');
    await see('earlier', stranger, { secondsAgo: 600 });
    const ignored = await answer(alert, { answer: 'ignore' });
    assert.deepEqual(await answer(alert, { answer: 'ignore' }), ignored);
    const merged = await answer(alert, { answer: 'merge', personId: ada.id });
    assert.deepEqual([await owner('a'), await owner('earlier')], ['Ada', 'Ada']);
    assert.equal(merged.outcomes.length, 2);
    assert.deepEqual(await answer(alert, { answer: 'merge', name: 'Ada' }), merged);
    // A known person is not merged away by a button.
    const bob = await store.makePerson('Bob');
    const refused = await answer(await see('c', ada, { secondsAgo: 60 }), { answer: 'merge', personId: bob.id });
    assert.equal(refused.status, 409);
    assert.equal(await owner('c'), 'Ada');
  }));

test('an answer about what is merged, discarded or erased meanwhile says so', () =>
  withScene(async ({ house, inject, see, answer, owner }) => {
    const { store } = house.ports;
    const ada = await store.makePerson('Ada');
    const eve = await store.makePerson('Eve');
    const actor = { name: 'Bob', kind: 'human' } as const;
    const alert = await see('a', null);
    await store.identity.merge(eve.id, ada.id, { actor, confirmed: true, visitGapMs: 1 });
    const merged = await answer(alert, { answer: 'is', personId: eve.id });
    assert.equal(merged.status, 409);
    assert.match(merged.message, /merged into "Ada"/);
    await store.identity.discard({ detectionIds: ['a'] }, { actor, visitGapMs: 1 });
    const discarded = await answer(alert, { answer: 'is', personId: ada.id });
    assert.equal(discarded.status, 409);
    assert.match(discarded.message, /discarded/);
    await store.detections.erase(['a'], 1);
    const gone = await answer(alert, { answer: 'is', personId: ada.id });
    assert.equal(gone.status, 404);
    assert.match(gone.message, /erased/);
    assert.equal((await inject({ url: `/api/v1/alerts/${alert}` })).status, 404);
    assert.equal(await owner('a'), undefined);
  }));

test('somebody between two people is one of them, with all of the track', () =>
  withScene(async ({ house, see, answer, owner }) => {
    const ada = await house.ports.store.makePerson('Ada');
    const alert = await see('a', null, { track: 't', decision: 'ambiguous' });
    await see('b', null, { track: 't', decision: 'ambiguous' });
    assert.equal(await owner('a'), null);
    for (const word of ['ignore', 'not_her', 'merge']) {
      const refused = await answer(alert, { answer: word, ...(word === 'merge' && { personId: ada.id }) });
      assert.equal(refused.status, 409, word);
    }
    await answer(alert, { answer: 'is', personId: ada.id });
    assert.deepEqual([await owner('a'), await owner('b')], ['Ada', 'Ada']);
    const other = await see('c', null, { track: 'u', decision: 'ambiguous' });
    await answer(other, { answer: 'new', name: 'Grace' });
    assert.equal(await owner('c'), 'Grace');
  }));

test('an alert of several people asks which one is meant', () =>
  withScene(async ({ house, inject, rule, see, answer, owner }) => {
    const ada = await house.ports.store.makePerson('Ada');
    await inject({ method: 'PUT', url: `/api/v1/rules/${rule.id}`, json: { ...RULE, gatherS: 600 } });
    Object.assign(rule, { gatherS: 600 });
    await see('a', null);
    const alert = await see('b', null);
    const asked = await answer(alert, { answer: 'is', personId: ada.id });
    assert.equal(asked.status, 409);
    assert.match(asked.message, /2 people/);
    assert.equal((await answer(alert, { answer: 'is', personId: ada.id, detectionId: 'b' })).status, 200);
    assert.deepEqual([await owner('a'), await owner('b')], ['Unknown 1', 'Ada']);
    assert.equal((await answer(alert, { answer: 'is', personId: ada.id, detectionId: 'x' })).status, 404);
  }));

test('an answer opens a door once, and makes a rule quiet about somebody', () =>
  withScene(async ({ house, see, answer, rule }) => {
    const { store } = house.ports;
    const access = {
      groups: ['Staff'],
      cameras: ['door'],
      hours: null,
      sure: 'likely',
      shots: 1,
      quality: 0,
      freshS: 9,
    } as const;
    const alert = await see('a', null);
    const none = await answer(alert, { answer: 'open' });
    assert.deepEqual([none.status, none.message.includes('no door that you may open')], [404, true]);
    const settings = { url: 'http://door.example/' };
    const add = (name: string) => store.actions.add({ name, kind: 'http', enabled: true, settings, access }, 1);
    const gate = await add('Gate');
    assert.equal((await answer(alert, { answer: 'open' })).status, 200);
    assert.equal((await answer(alert, { answer: 'open', actionId: gate.id })).status, 200);
    const runs = (await store.actions.runs({}, { limit: 9 })).items;
    assert.deepEqual(
      runs.map(({ actionName, cause, by, detectionId, alertId }) => [actionName, cause, by, detectionId, alertId]),
      [['Gate', 'answer', 'people', 'a', alert]],
    );
    await add('Garage');
    assert.match((await answer(alert, { answer: 'open' })).message, /Which door/);
    const elsewhere = { ...access, cameras: ['gate'] };
    await store.cameras.put('gate', 'Gate');
    const yard = await store.actions.add({ name: 'Yard', kind: 'http', enabled: true, settings, access: elsewhere }, 1);
    const hers = await house.makeKey(['people'], 'door');
    assert.equal((await answer(alert, { answer: 'open', actionId: yard.id }, hers)).status, 404, 'a door elsewhere');
    assert.doesNotMatch((await answer(alert, { answer: 'open' }, hers)).message, /Yard/);
    assert.equal((await store.actions.runs({ actionId: yard.id }, { limit: 9 })).items.length, 0);

    const quiet = await answer(alert, { answer: 'snooze', minutes: 30 });
    assert.deepEqual(quiet.outcomes, ['No messages of this rule about Unknown 1 for 30 minutes']);
    assert.deepEqual(await answer(alert, { answer: 'snooze', minutes: 30 }), quiet);
    const [snooze, other] = await store.rules.snoozes(Date.now());
    assert.deepEqual([snooze?.ruleId, snooze?.cameraId, other], [rule.id, null, undefined]);
    const person = await store.persons.get((await store.detections.get('a'))?.personId ?? '');
    assert.equal(await see('later', person, { secondsAgo: -120 }), alert);
  }));

test('alerts show and tell only what the asker may see', () =>
  withScene(async ({ house, inject, see, answer }) => {
    await house.ports.store.cameras.put('gate', 'Gate');
    const atDoor = await see('a', null);
    const atGate = await see('b', null, { camera: 'gate' });
    const hers = await house.makeKey(['people'], 'gate');
    const listed = await inject({ url: '/api/v1/alerts', key: hers });
    assert.deepEqual(
      listed.json.items?.map(({ id }) => id),
      [atGate],
    );
    assert.equal((await inject({ url: '/api/v1/alerts?camera=door', key: hers })).status, 403);
    assert.equal((await inject({ url: `/api/v1/alerts/${atDoor}`, key: hers })).status, 404);
    assert.equal((await answer(atDoor, { answer: 'ignore' }, hers)).status, 404);
    assert.equal((await answer(atGate, { answer: 'ignore' }, hers)).status, 200);
    assert.equal((await answer(atGate, { answer: 'ignore' }, house.keys.log)).status, 403);
    const found = await inject({ url: '/api/v1/alerts?limit=1' });
    assert.deepEqual([found.json.items?.[0]?.['id'], found.json.next === null], [atGate, false]);
  }));

test('live events tell of alerts at cameras that a listener may see, and of the rest who reads all of it', () =>
  withScene(async ({ house, rule, see }) => {
    const { store } = house.ports;
    const alert = await see('a', null);
    const tell = async (entity: 'alert' | 'delivery' | 'rule', id: string, action: 'add' | 'remove' = 'add') => {
      const change = { seq: 7, topic: 'alert', entity, action, id, at: 0 } as const;
      const event = await hubEvent(store, change, null, 0);
      return [
        { cameras: null, readsPeople: true },
        { cameras: null, readsPeople: false },
        { cameras: ['door'], readsPeople: true },
        { cameras: ['gate'], readsPeople: true },
      ].map((ear) => event?.frameFor(ear) ?? null);
    };
    const frames = await tell('alert', alert);
    assert.deepEqual(
      frames.map((text) => text?.includes(`"detectionId":"a"`) ?? false),
      [true, true, true, false],
    );
    assert.match(frames[0] ?? '', /^id: 7\nevent: alert\ndata: /);
    assert.deepEqual(
      (await tell('rule', rule.id)).map((text) => text !== null),
      [true, false, false, false],
    );
    assert.deepEqual((await tell('delivery', 'd'))[0], 'id: 7\nevent: delivery\ndata: {"id":"d","action":"add"}\n\n');
    assert.ok((await tell('alert', 'gone', 'remove')).every((text) => text?.includes('"alert":null')));
  }));
