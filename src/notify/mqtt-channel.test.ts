// The channel MQTT against a real broker on loopback: alerts, what Home Assistant is shown, the last will, what is retained of people who
// are erased, and commands to doors.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestBroker, type TestBroker } from '../../test/broker.ts';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore, type TestStore } from '../../test/server-store.ts';
import { channelSettings } from '../channel-settings.ts';
import type { Channel } from '../channel-port.ts';
import type { Person } from '../domain.ts';
import { KithError } from '../errors.ts';
import { until } from './dispatch.test-kit.ts';
import { JPEG, testMessageOf } from './message.test-kit.ts';
import { openMqtt, type MqttPorts } from './mqtt-channel.ts';

const SIGNAL = new AbortController().signal;
const TIMEOUT = { timeout: 60_000 };
const DOOR = {
  name: 'Front door',
  kind: 'http',
  enabled: true,
  settings: { url: 'http://door.local' },
  access: { groups: ['Staff'], cameras: ['door'], hours: null, sure: 'certain', shots: 2, quality: 0.4, freshS: 10 },
} as const;

interface Scene {
  readonly store: TestStore;
  readonly broker: TestBroker;
  readonly logged: string[];
  /** Doors that were opened. */
  readonly opened: string[];
  now: number;
  readonly open: (settings?: object, more?: Partial<MqttPorts>) => Promise<Channel>;
  readonly see: (id: string, person: Person | null, cameraId?: string) => Promise<void>;
  /** JSON that is retained there; undefined: nothing is. */
  readonly at: (topic: string) => Record<string, unknown> | undefined;
}

async function scene(t: TestContext, login?: { user: string; password: string }): Promise<Scene> {
  const [store, broker] = [await openTestStore(), await openTestBroker(t, login)];
  await store.cameras.put('door', 'Front door');
  const logged: string[] = [];
  const opened: string[] = [];
  let seen = 0;
  const made: Scene = {
    store,
    broker,
    logged,
    opened,
    now: Date.now(),
    async open(settings = {}, more = {}) {
      const given = { broker: `mqtt://127.0.0.1:${broker.port}`, ...settings };
      const wish = { name: 'Home', kind: 'mqtt', enabled: true, quiet: null } as const;
      const row = await store.channels.add({ ...wish, settings: channelSettings('mqtt', given, null) }, 1);
      const ports: MqttPorts = {
        store,
        log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
        clock: () => made.now,
        listens: true,
        asChannel: () => ({
          async call<T>({ path }: { path: string }) {
            opened.push(path);
            return {} as T;
          },
        }),
        picture: async (id) => ((await store.detections.get(id)) ? JPEG : null),
        ...more,
      };
      const channel = await openMqtt(row, ports, SIGNAL);
      t.after(() => channel.close());
      return channel;
    },
    async see(id, person, cameraId = 'door') {
      const capturedAt = made.now + (seen += 1);
      const sighting = { id, cameraId, trackId: null, capturedAt, box: null, points: null, zones: [] };
      await store.detections.add(sighting, 'a'.repeat(64), capturedAt);
      await store.classify(id, person);
    },
    at(topic) {
      const text = broker.kept.get(topic);
      return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
    },
  };
  return made;
}

function partsOf(device: Record<string, unknown> | undefined): Record<string, Record<string, unknown>> {
  return (device?.['components'] ?? {}) as Record<string, Record<string, unknown>>;
}

const refuse = () => ({
  call: () => Promise.reject(new KithError('conflict', 'The action "Front door" is switched off: switch it on first.')),
});

const online = (broker: TestBroker) => until(() => broker.kept.get('kith/status') === 'online');

test('alerts are published as a webhook has them, pictures only where the settings say so', TIMEOUT, async (t) => {
  const { broker, open } = await scene(t);
  const plain = await open({}, { listens: false });
  await plain.send(testMessageOf(), SIGNAL);
  await plain.edit?.(null, testMessageOf({ outcomes: ['Eva: this is Ada'] }), SIGNAL);
  const shown = await open({ picture: 'inline', prefix: 'site/kith' }, { listens: false });
  await shown.send(testMessageOf(), SIGNAL);
  await broker.until(({ topic }) => topic === 'site/kith/alerts');
  const told = broker.all.map(({ topic, text, retain, qos }) => ({ topic, retain, qos, ...JSON.parse(text) }));
  assert.deepEqual(
    told.map(({ topic, type, retain, qos, delivery }) => [topic, type, retain, qos, delivery]),
    [
      ['kith/alerts', 'alert', false, 1, 'delivery-1'],
      ['kith/alerts', 'alert.changed', false, 1, 'delivery-1'],
      ['site/kith/alerts', 'alert', false, 1, 'delivery-1'],
    ],
  );
  assert.deepEqual(told[1]?.outcomes, ['Eva: this is Ada']);
  assert.deepEqual(told[0]?.sightings[0].picture, undefined, 'a picture by default');
  assert.deepEqual(Buffer.from(told[2]?.sightings[0].picture, 'base64'), JPEG);
});

test('a broker that is away or wants another login says what to do, and no secret is in it', TIMEOUT, async (t) => {
  const made = await scene(t, { user: 'kith', password: 'open-sesame-1' });
  const secret = 'wrong-password-7';
  await assert.rejects(made.open({ user: 'kith', password: secret }), (error: Error) => {
    assert.match(error.message, /does not accept this user and password: check them in the settings of the channel/);
    assert.ok(!error.message.includes(secret));
    return 'retry' in error && error.retry === true;
  });
  await assert.rejects(made.open(), /wants a user and a password: write both into the settings of the channel/);
  const channel = await made.open({ user: 'kith', password: 'open-sesame-1' });
  await online(made.broker);
  made.broker.shut();
  await until(() => made.broker.kept.get('kith/status') === 'offline');
  await until(() => made.logged.some((line) => line.includes('The broker is away')));
  await assert.rejects(channel.send(testMessageOf(), SIGNAL), {
    name: 'ChannelError',
    retry: true,
    message: /was lost/,
  });
  made.broker.open();
  await online(made.broker);
  await channel.send(testMessageOf(), SIGNAL);
  const { text } = await made.broker.until(({ topic }) => topic === 'kith/alerts');
  assert.match(text, /"delivery":"delivery-1"/);
  assert.ok(!made.logged.join('').includes('open-sesame-1'));
});

test('Home Assistant gets a device for each known person, camera and door, with their states', TIMEOUT, async (t) => {
  const made = await scene(t);
  const { store, broker, see, at } = made;
  const [ada, bob] = [await store.makePerson('Ada'), await store.makePerson('Bob')];
  const door = await store.actions.add(DOOR, 1);
  await see('d1', ada);
  await made.open({ cameraPicture: true });
  await online(broker);

  const device = at(`homeassistant/device/kith/person_${ada.id}/config`);
  assert.deepEqual(device?.['device'], {
    identifiers: [`kith_person_${ada.id}`],
    name: 'Ada',
    manufacturer: 'Kith',
    model: 'Person',
    via_device: 'kith',
  });
  assert.equal(device?.['availability_topic'], 'kith/status');
  const parts = partsOf(device);
  assert.deepEqual(
    Object.entries(parts).map(([name, { platform, device_class }]) => [name, platform, device_class]),
    [
      ['present', 'binary_sensor', 'presence'],
      ['last_seen', 'sensor', 'timestamp'],
      ['camera', 'sensor', undefined],
    ],
  );
  const state = String(parts['present']?.['state_topic']);
  const lastSeen = new Date(made.now + 1).toISOString();
  assert.deepEqual(at(state), { present: 'ON', lastSeen, camera: 'Front door' });
  assert.deepEqual(at(`kith/people/${bob.id}/state`), { present: 'OFF', lastSeen: null, camera: null });
  assert.deepEqual(at('kith/cameras/door/state'), { person: 'Ada', at: lastSeen });
  const faces = partsOf(at('homeassistant/device/kith/camera_door/config'))['picture'];
  assert.deepEqual([faces?.['platform'], faces?.['image_topic']], ['image', 'kith/cameras/door/picture']);
  assert.equal(broker.kept.get('kith/cameras/door/picture'), String(JPEG));
  // Without leave to open it a door is no lock.
  const locks = partsOf(at(`homeassistant/device/kith/door_${door.id}/config`));
  assert.deepEqual(locks['lock'], { platform: 'lock' });
  assert.deepEqual([locks['open']?.['platform'], locks['open']?.['device_class']], ['binary_sensor', 'lock']);
  assert.deepEqual(at(`kith/doors/${door.id}/state`), { lock: 'LOCKED', lastRun: null });

  // What happens is told; time alone says who is gone.
  made.now += 3_600_000;
  await see('d2', bob);
  await until(() => at(state)?.['present'] === 'OFF' && at(`kith/people/${bob.id}/state`)?.['present'] === 'ON');
  await until(() => at('kith/cameras/door/state')?.['person'] === 'Bob');
  const run = await store.actions.ask(
    {
      actionId: door.id,
      cause: 'hand',
      by: 'Eva',
      visitId: null,
      personId: null,
      detectionId: null,
      cameraId: null,
      alertId: null,
    },
    made.now,
  );
  await until(() => at(`kith/doors/${door.id}/state`)?.['lock'] === 'UNLOCKING');
  await store.actions.decide(run?.id ?? '', () => ({ grant: true, evidence: [] }), made.now);
  await store.actions.start(run?.id ?? '', 'test', made.now);
  await store.actions.end(run?.id ?? '', 'done', null, made.now);
  await until(() => at(`kith/doors/${door.id}/state`)?.['lock'] === 'UNLOCKED');
  made.now += 6_000;
  await until(() => at(`kith/doors/${door.id}/state`)?.['lock'] === 'LOCKED');
  assert.ok(at(`kith/doors/${door.id}/state`)?.['lastRun']);
});

test(
  'pictures and people who do not want it are not shown; names follow; who is erased is gone at the broker',
  TIMEOUT,
  async (t) => {
    const made = await scene(t);
    const { store, broker, see, at } = made;
    const [ada, bob, cleo] = [
      await store.makePerson('Ada'),
      await store.makePerson('Bob'),
      await store.makePerson('Cleo'),
    ];
    const actor = { name: 'Eva', kind: 'human' } as const;
    const dora = await store.makePerson('Dora');
    await store.groups.change([ada.id, bob.id, cleo.id], { add: ['Family'], remove: [] }, actor);
    await store.cameras.put('yard', 'Yard');
    await see('d1', ada);
    await see('d2', bob, 'yard');
    await made.open({ cameraPicture: true, groups: ['family'] });
    await online(broker);
    const hers = (person: Person) => [...broker.kept.keys()].filter((topic) => topic.includes(person.id)).length;
    assert.deepEqual([hers(ada), hers(bob), hers(cleo), hers(dora)], [2, 2, 2, 0]);
    assert.ok(broker.kept.has('kith/cameras/yard/picture'));

    await store.cameras.put('door', 'Main door');
    await until(() => at(`kith/people/${ada.id}/state`)?.['camera'] === 'Main door');

    await store.persons.change(bob.id, { name: 'Robert' }, { actor });
    await until(() => JSON.stringify(at(`homeassistant/device/kith/person_${bob.id}/config`)).includes('Robert'));
    await store.persons.change(bob.id, { consent: { state: 'withdrawn' } }, { actor });
    await until(() => hers(bob) === 0 && !broker.kept.has('kith/cameras/yard/picture'));
    await until(() => at('kith/cameras/yard/state')?.['person'] === 'Somebody');

    await store.identity.merge(cleo.id, ada.id, { actor, confirmed: true, visitGapMs: 60_000 });
    await until(() => hers(cleo) === 0);

    // While nobody can be told: with the next connection.
    broker.shut();
    // The last will.
    await until(() => broker.kept.get('kith/status') === 'offline');
    await store.persons.erase(ada.id, async () => undefined);
    broker.open();
    await online(broker);
    await until(() => hers(ada) === 0 && !broker.kept.has('kith/cameras/door/picture'));
    assert.deepEqual(at('kith/cameras/door/state'), { person: null, at: null });
    assert.ok(![...broker.kept.values()].some((text) => /Ada|Bob|Robert|Cleo/.test(text)));
  },
);

test('what an earlier time has left is taken away at the start, and all of it with the channel', TIMEOUT, async (t) => {
  const { store, broker, open } = await scene(t);
  const ada = await store.makePerson('Ada');
  const old = ['kith/people/gone/state', 'homeassistant/device/kith/person_gone/config', 'kith/cameras/attic/picture'];
  const others = ['homeassistant/device/other/person_x/config', 'kith/mine/state'];
  for (const topic of [...old, ...others]) await broker.publish('{}', topic, true);
  const channel = await open();
  await online(broker);
  assert.deepEqual(
    old.filter((topic) => broker.kept.has(topic)),
    [],
  );
  assert.deepEqual(
    others.filter((topic) => !broker.kept.has(topic)),
    [],
  );
  assert.ok(broker.kept.has(`kith/people/${ada.id}/state`));
  const [row] = await store.channels.list();
  await store.channels.remove(row?.id ?? '');
  await channel.close();
  await until(() => broker.connections === 0);
  assert.deepEqual([...broker.kept.keys()].toSorted(), others.toSorted());
});

test(
  'a door opens by a command only where that is allowed, once, and never by one that the broker has kept',
  TIMEOUT,
  async (t) => {
    const made = await scene(t);
    const { store, broker, opened, logged, at } = made;
    const door = await store.actions.add(DOOR, 1);
    const topic = `kith/doors/${door.id}/set`;
    await broker.publish('UNLOCK', topic, true);
    const closed = await made.open({ prefix: 'closed' });
    await made.open({ allowUnlock: true });
    await online(broker);
    const lock = partsOf(at(`homeassistant/device/kith/door_${door.id}/config`))['lock'];
    assert.equal(lock?.['command_topic'], topic);
    const refusals = () => logged.filter((line) => line.includes('A command to a door was not obeyed')).length;
    await until(() => refusals() === 1);
    await broker.publish('UNLOCK', `closed/doors/${door.id}/set`);
    const command = { command: 'UNLOCK', id: '1764497974.1' };
    const sent = [command, command, 'OPEN SESAME', { command: 'UNLOCK' }, 'LOCK'];
    for (const payload of sent) await broker.publish(payload, topic);
    await broker.publish('UNLOCK', 'kith/doors/nowhere/set');
    await until(() => refusals() === 5);
    assert.deepEqual(opened, [`/actions/${door.id}/run`]);
    await broker.publish('UNLOCK', topic);
    await until(() => opened.length === 2);
    await closed.close();
  },
);

test('a refusal of the door is said in the log, and nothing ends for it', TIMEOUT, async (t) => {
  const made = await scene(t);
  const door = await made.store.actions.add(DOOR, 1);
  await made.open({ allowUnlock: true }, { asChannel: refuse });
  await online(made.broker);
  await made.broker.publish('UNLOCK', `kith/doors/${door.id}/set`);
  await until(() => made.logged.some((line) => line.includes('switch it on first')));
});
