// Messages as people read them, over a real store: who, where, when, how sure, what became of it, what can be answered.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore, type TestStore } from '../../test/server-store.ts';
import type { AlertPlanner } from '../alert-port.ts';
import type { Message } from '../channel-port.ts';
import { openCodec } from '../engine.ts';
import { KithError } from '../errors.ts';
import { createPictureLinks } from '../picture-links.ts';
import { addChannel, messagePorts, tellingPlanner } from './dispatch.test-kit.ts';
import { createMessages, pictureOf, type MessagePorts } from './message.ts';
import { DECISION_WORDS, listText } from './message-words.ts';
import { fitPicture } from './picture-fit.ts';
import { testMessage } from './test-message.ts';

/** 12:00:05 in Berlin. */
const NOON = Date.UTC(2026, 10, 30, 11, 0, 5);

const publicUrl = () => 'https://kith.example';

interface Scene {
  readonly store: TestStore;
  readonly see: (id: string, person: Parameters<TestStore['classify']>[1], more?: object) => Promise<void>;
  /** The messages of all alerts, oldest first. */
  readonly messages: (more?: Partial<MessagePorts>) => Promise<readonly Message[]>;
}

async function scene(more: Parameters<typeof tellingPlanner>[2] = {}): Promise<Scene> {
  const store = await openTestStore();
  await store.cameras.put('door', 'Front door');
  await store.cameras.put('gate', 'Gate');
  await store.rules.setCalendar({ timeZone: 'Europe/Berlin', holidays: [] });
  const alerts: AlertPlanner = await tellingPlanner(store, [await addChannel(store, 'c')], more);
  let seconds = 0;
  return {
    store,
    async see(id, person, with_ = {}) {
      const cameraId = id.startsWith('gate') ? 'gate' : 'door';
      const capturedAt = NOON + 1000 * (seconds += 1) - 1000;
      await store.detections.add(
        { id, cameraId, trackId: null, capturedAt, box: null, points: null, zones: [] },
        'a'.repeat(64),
        1,
      );
      await settleAt(store, id, person, { ...with_, alerts });
    },
    async messages(ports = {}) {
      const all = createMessages(messagePorts(store, ports));
      const { items } = await store.alerts.list({}, { limit: 99 });
      const rendered = await Promise.all(items.toReversed().map(({ id }) => all.render(`delivery of ${id}`, id)));
      return rendered.filter((message) => message !== null);
    },
  };
}

/** Alerts are not made of what was captured long ago: the shots are of the test's own time. */
async function settleAt(store: TestStore, id: string, ...rest: [Parameters<TestStore['classify']>[1], object]) {
  const now = Date.now;
  Date.now = () => NOON + 10_000;
  try {
    await store.classify(id, ...rest);
  } finally {
    Date.now = now;
  }
}

const near = (personId: string, distance: number) => ({ personId, referenceId: 'r', distance });

describe('a message', () => {
  it('says who was seen where and when in local time, how sure that is, and whom it is like', async () => {
    const { store, see, messages } = await scene();
    const ada = await store.makePerson('Ada');
    const bob = await store.makePerson('Bob');
    const match = (decision: 'new' | 'ambiguous' | 'known', distances: [number, number]) => ({
      match: {
        decision,
        nearest: near(ada.id, distances[0]),
        runnerUp: near(bob.id, distances[1]),
        margin: null,
        threshold: 0.6,
      },
    });
    await see('certain', ada, match('known', [0.3, 0.7]));
    await see('likely', ada, match('known', [0.55, 0.7]));
    await see('gate-new', null, match('new', [0.7, 0.8]));
    await see('either', null, { ...match('ambiguous', [0.5, 0.51]), decision: 'ambiguous' });
    await see('poor', null, { ...match('new', [0.7, 0.8]), decision: 'unidentified' });
    const all = await messages();
    assert.deepEqual(
      all.map(({ title }) => title),
      [
        'Ada at Front door',
        'Ada at Front door',
        'Unknown 1 at Gate',
        'Ada or Bob? at Front door',
        'Somebody at Front door',
      ],
    );
    assert.deepEqual(
      all.map(({ lines }) => lines),
      [
        ['Mon 30 Nov 2026, 12:00:05: certain', 'Rule: Strangers'],
        ['Mon 30 Nov 2026, 12:00:06: likely', 'Rule: Strangers'],
        ['Mon 30 Nov 2026, 12:00:07: new stranger', 'Rule: Strangers'],
        ['Mon 30 Nov 2026, 12:00:08: Ada or Bob?', 'Rule: Strangers'],
        ['Mon 30 Nov 2026, 12:00:09: too poor to tell', 'Rule: Strangers'],
      ],
    );
    assert.deepEqual(
      all.map(({ answers }) => answers.join(' ')),
      [
        'is not_her snooze',
        'is not_her snooze',
        'is new merge not_her ignore snooze',
        'is new snooze',
        'is new snooze',
      ],
    );
    const [certain, , stranger] = all.map(({ sightings }) => sightings[0]);
    assert.deepEqual(certain?.person, { id: ada.id, name: 'Ada', known: true });
    assert.deepEqual(certain?.candidates, [{ personId: bob.id, name: 'Bob', distance: 0.7 }]);
    assert.equal(stranger?.candidates.map(({ name, distance }) => `${name} ${distance}`).join(), 'Ada 0.7,Bob 0.8');
    // Without models nobody knows how sure it is.
    assert.equal((await messages({ threshold: () => null }))[0]?.sightings[0]?.words, 'likely');
  });

  it('uses the words of the panel', async () => {
    const file = new URL('../../web/src/texts/en.json', import.meta.url);
    const { parts } = JSON.parse(await readFile(file, 'utf8')) as { parts: Record<string, string> };
    for (const [word, text] of Object.entries(DECISION_WORDS)) {
      const key = { failed: 'failedState', ambiguous: 'likely' }[word] ?? word;
      assert.equal(text, parts[key], word);
    }
  });

  it('is of the log as it is now: who was named meanwhile, by whom, and what was erased', async () => {
    const { store, see, messages } = await scene();
    await see('d1', null);
    await see('d2', null);
    const [first] = await messages();
    assert.deepEqual([first?.title, first?.outcomes], ['Unknown 1 at Front door', []]);
    const personId = first?.sightings[0]?.person?.id ?? '';
    await store.identity.name(personId, 'Cleo', { name: 'Eva', kind: 'human' });
    const [named] = await messages();
    assert.equal(named?.title, 'Cleo at Front door');
    assert.match(named?.outcomes.join() ?? '', /^Mon .*, Eva: .*Cleo/);
    assert.equal((named?.alert.version ?? 0) > (first?.alert.version ?? 0), true);
    await store.detections.erase(['d1'], 60_000);
    assert.deepEqual(
      (await messages()).map(({ sightings }) => sightings[0]?.detectionId),
      ['d2'],
    );
  });

  it('gathers several: names and places together, the first ones in lines', async () => {
    const { store, see, messages } = await scene({ gatherS: 600 });
    const ada = await store.makePerson('Ada');
    await see('d1', ada);
    for (let i = 2; i <= 7; i += 1) await see(i === 3 ? 'gate-3' : `d${i}`, null);
    const [message, ...others] = await messages();
    assert.deepEqual(others, []);
    assert.equal(message?.title, 'Ada, Unknown 1 and 5 others at Front door and Gate');
    assert.deepEqual(message?.lines, [
      'Mon 30 Nov 2026, 12:00:05, Front door: Ada, certain',
      'Mon 30 Nov 2026, 12:00:06, Front door: Unknown 1, new stranger',
      'Mon 30 Nov 2026, 12:00:07, Gate: Unknown 2, new stranger',
      'Mon 30 Nov 2026, 12:00:08, Front door: Unknown 3, new stranger',
      'Mon 30 Nov 2026, 12:00:09, Front door: Unknown 4, new stranger',
      'And 2 more.',
      'Rule: Strangers',
    ]);
    assert.equal(listText(['a', 'b', 'a']), 'a and b');
  });

  it('says who was not seen and which camera is silent, since when', async () => {
    const { store, messages } = await scene();
    const [rule] = await store.rules.list();
    assert.ok(rule);
    const ada = await store.makePerson('Ada');
    const raise = (
      event: 'absent' | 'offline',
      cameraId: string | null,
      personId: string | null,
      since: number | null,
    ) =>
      store.alerts.raise(
        { rule, event, subject: event, once: `${event} ${cameraId} ${personId}` },
        { at: NOON, cameraId, personId, since },
      );
    await raise('absent', null, ada.id, NOON);
    await raise('absent', 'gate', null, null);
    await raise('offline', 'door', null, NOON);
    const all = await messages();
    assert.deepEqual(all.map(({ title }) => title).toSorted(), [
      'Ada was not seen since Mon 30 Nov 2026, 12:00:05',
      'Front door has said nothing since Mon 30 Nov 2026, 12:00:05',
      'Nobody was seen at Gate',
    ]);
    assert.deepEqual(all[0]?.answers, ['snooze']);
  });

  it('offers the doors of its camera, and links where Kith knows its address', async () => {
    const { store, see, messages } = await scene();
    const access = {
      groups: ['staff'],
      cameras: ['gate'],
      hours: null,
      sure: 'certain',
      shots: 1,
      quality: 0,
      freshS: 10,
    } as const;
    const door = await store.actions.add({ name: 'Gate', kind: 'http', enabled: true, settings: {}, access }, 1);
    await store.actions.add({ name: 'Off', kind: 'http', enabled: false, settings: {}, access }, 1);
    await store.actions.add({ name: 'Lamp', kind: 'http', enabled: true, settings: {}, access: null }, 1);
    await see('d1', null);
    await see('gate-1', null);
    const links = createPictureLinks({ key: 'k', publicUrl, clock: () => NOON });
    const [atDoor, atGate] = await messages({ publicUrl, pictureUrl: (id) => links.url(id) });
    assert.deepEqual(atDoor?.doors, []);
    assert.deepEqual(atGate?.doors, [{ id: door.id, name: 'Gate' }]);
    assert.equal(atGate?.answers.includes('open'), true);
    assert.equal(atGate?.link, `https://kith.example/alerts/${atGate?.alert.id}`);
    const [, token = ''] =
      /^https:\/\/kith\.example\/pictures\/(.+)$/.exec(atGate?.sightings[0]?.pictureUrl ?? '') ?? [];
    assert.equal(links.read(token), 'gate-1');
    assert.equal((await messages())[0]?.link, null);
  });
});

describe('links to pictures', () => {
  it('are good for some days, for one picture, and cannot be made up', () => {
    let now = NOON;
    const make = (key: string) => createPictureLinks({ key, publicUrl: () => 'https://k', clock: () => now });
    const links = make('one');
    const token = (links.url('d:1') ?? '').slice('https://k/pictures/'.length);
    assert.equal(links.read(token), 'd:1');
    const other = (links.url('d:2') ?? '').slice('https://k/pictures/'.length);
    const [id, day, signature] = token.split('.');
    for (const forged of [
      `${other.split('.')[0]}.${day}.${signature}`,
      `${id}.${Number(day) + 1}.${signature}`,
      `${id}.${day}.${signature?.slice(1)}`,
      `${id}.${day}.`,
      `${id}.${day}`,
      '',
      'x',
    ]) {
      assert.equal(links.read(forged), null, forged);
    }
    assert.equal(make('two').read(token), null);
    now += 7 * 86_400_000;
    assert.equal(links.read(token), 'd:1');
    now += 2 * 86_400_000;
    assert.equal(links.read(token), null);
  });
});

describe('pictures of messages', () => {
  it('are made as small as the messenger wants them, or left as they are', async () => {
    const codec = openCodec();
    const data = Uint8Array.from({ length: 600 * 400 * 3 }, (_, i) => (i * 7919) % 251);
    const noisy = await codec.encodeJpeg({ width: 600, height: 400, data }, { quality: 95 });
    assert.equal(await fitPicture(codec, noisy, 1e6, 1000), noisy);
    const small = await fitPicture(codec, noisy, 1e6, 300);
    assert.deepEqual(await codec.check(small), { width: 300, height: 200, format: 'jpeg' });
    const tiny = await fitPicture(codec, noisy, 4000, 1000);
    assert.equal(tiny.length <= 4000, true);
    await assert.rejects(fitPicture(codec, noisy, 50, 1000), /cannot be made smaller/);
  });

  it('are left out where they were erased', async () => {
    const { see, messages } = await scene();
    await see('d1', null);
    const [message] = await messages({
      pictures: { get: async () => Promise.reject(new KithError('not_found', 'There is no such picture.')) },
    });
    const [sighting] = message?.sightings ?? [];
    assert.ok(sighting);
    assert.equal(await pictureOf(sighting, 1000, 100), null);
  });

  it('of a test are drawn, and the test says what it is', async () => {
    const row = {
      id: 'c',
      name: 'Mail',
      kind: 'email',
      enabled: true,
      settings: {},
      quiet: null,
      createdAt: 1,
      version: 1,
    } as const;
    const codec = openCodec();
    const message = testMessage(row, 'id', { codec, clock: () => NOON, timeZone: 'Europe/Berlin', publicUrl: null });
    assert.equal(message.isTest, true);
    assert.match(message.lines.join('\n'), /"Mail" works.*\nMon 30 Nov 2026, 12:00:05/);
    const picture = await message.sightings[0]?.picture(100_000, 1000);
    assert.deepEqual(await codec.check(picture ?? new Uint8Array()), { width: 400, height: 400, format: 'jpeg' });
  });
});
