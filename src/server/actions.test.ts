// /actions and /runs: set up by administrators, opened by hand by operators, restricted to cameras; commands never over the API.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Run } from '../action-port.ts';
import { furnish, openInject, shot } from './house.test-suite.ts';

const ACCESS = { groups: ['Staff'], cameras: ['door'] };
const DOOR = {
  name: 'Front door',
  kind: 'http',
  settings: { url: 'http://door.local/open', headers: { authorization: 'Bearer secret-of-the-door' } },
  access: ACCESS,
};

type House = Awaited<ReturnType<typeof furnish>>;

const JUDGE = () => ({
  grant: true,
  evidence: [{ condition: 'enabled', met: true, found: 'on' }] as const,
});

/** What the runner does. */
async function runAll({ ports: { store } }: House, state: 'done' | 'failed' = 'done'): Promise<void> {
  for (let run = await store.actions.next([]); run; run = await store.actions.next([])) {
    await store.actions.decide(run.id, JUDGE, Date.now());
    await store.actions.start(run.id, 'test', Date.now());
    await store.actions.end(run.id, state, state === 'done' ? null : 'The bolt is stuck.', Date.now());
  }
}

test('an action is added with what the schema says, its secrets masked and kept, and changed by who has seen it', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const added = await inject({ method: 'POST', url: '/api/v1/actions', json: DOOR });
  assert.equal(added.status, 201, added.text);
  const { id } = added.json as { id: string };
  assert.ok(!added.text.includes('secret-of-the-door'));
  assert.deepEqual(added.json['settings'], {
    method: 'POST',
    url: 'http://door.local/open',
    headers: { authorization: '***' },
    allowPrivate: false,
    timeLimit: 10,
  });
  assert.deepEqual(added.json['access'], {
    ...ACCESS,
    hours: null,
    sure: 'certain',
    shots: 2,
    quality: 0.4,
    freshS: 10,
  });
  const url = `/api/v1/actions/${id}`;
  const settings = { ...(added.json['settings'] as object), method: 'PUT' };
  const changed = await inject({ method: 'PUT', url, json: { ...DOOR, settings, enabled: false, ifVersion: 1 } });
  assert.deepEqual([changed.status, changed.json['enabled'], changed.json['version']], [200, false, 2]);
  const kept = await house.ports.store.actions.get(id);
  assert.deepEqual(kept?.settings['headers'], DOOR.settings.headers);
  assert.equal((await inject({ method: 'PUT', url, json: { ...DOOR, ifVersion: 1 } })).status, 409);
  // A secret does not follow an address to another place.
  const elsewhere = { ...settings, url: 'http://evil.example/' };
  const moved = await inject({ method: 'PUT', url, json: { ...DOOR, settings: elsewhere } });
  assert.deepEqual([moved.status, moved.json.error?.message.includes('another place')], [400, true]);
  assert.equal((await inject({ method: 'DELETE', url })).status, 204);
  assert.equal((await inject({ url })).status, 404);
  await close();
});

test('what makes no sense is refused with the key that is wrong, and a command always', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const post = async (json: object) => {
    const { status, json: answer } = await inject({
      method: 'POST',
      url: '/api/v1/actions',
      json: { ...DOOR, ...json },
    });
    return [status, answer.error?.message] as const;
  };
  const refused: readonly (readonly [object, number, RegExp])[] = [
    [{ kind: 'command', settings: { run: ['rm', '-rf', '/'] } }, 403, /cannot be set up over the API.*kith\.json/],
    [{ kind: 'shell' }, 400, /kind/],
    [{ settings: { url: 'file:///etc/passwd' } }, 400, /url/],
    [{ settings: { url: 'http://me:secret@door.local/' } }, 400, /holds a login/],
    [{ settings: { url: 'http://door.local', header: {} } }, 400, /header/],
    [{ settings: { url: 'http://door.local', headers: { 'a b': 'x' } } }, 400, /headers/],
    [{ settings: { url: 'http://door.local', headers: { a: 'x\r\nhost: evil' } } }, 400, /headers/],
    [{ kind: 'mqtt', settings: { broker: 'mqtt://b', topic: 'a/#' } }, 400, /topic/],
    [{ kind: 'mqtt', settings: { broker: 'mqtt://b', topic: 'a', password: 'x' } }, 400, /without "user"/],
    [{ kind: 'gpio', settings: { line: 17, chip: 'gpiochip0; reboot' } }, 400, /chip/],
    [{ access: { ...ACCESS, groups: [] } }, 400, /groups/],
    [{ access: { ...ACCESS, cameras: [] } }, 400, /cameras/],
    [{ access: { ...ACCESS, cameras: ['nowhere'] } }, 404, /no camera "nowhere"/],
    [{ access: { ...ACCESS, shots: 0 } }, 400, /shots/],
    [{ access: { ...ACCESS, sure: 'maybe' } }, 400, /sure/],
    [{ access: { ...ACCESS, hours: { week: [[]], holidays: 'usual' } } }, 400, /week/],
  ];
  for (const [json, status, message] of refused) {
    const answer = await post(json);
    assert.equal(answer[0], status, `${JSON.stringify(json)}: ${answer.join(' ')}`);
    assert.match(answer[1] ?? '', message);
  }
  assert.deepEqual((await house.ports.store.actions.list()).length, 0);
  const kinds = await inject({ url: '/api/v1/actions/kinds', key: house.keys.read });
  assert.deepEqual(
    kinds.json.items?.map(({ kind, fileOnly }) => [kind, fileOnly]),
    [
      ['http', false],
      ['mqtt', false],
      ['gpio', false],
      ['command', true],
    ],
  );
  await close();
});

test('what stands in kith.json is shown without its secrets and not changed', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  const bell = {
    id: 'bell',
    name: 'Bell',
    kind: 'command',
    enabled: true,
    settings: { run: ['bell', '-v'] },
    access: null,
  } as const;
  await store.actions.fix('pi', [bell], 1);
  const url = '/api/v1/actions/bell';
  const shown = await inject({ url });
  assert.deepEqual([shown.json['fixedBy'], shown.json['settings']], ['pi', { run: ['bell', '-v'] }]);
  const json = { ...DOOR, settings: { url: 'http://x' } };
  for (const answer of [await inject({ method: 'PUT', url, json }), await inject({ method: 'DELETE', url })]) {
    assert.deepEqual([answer.status, answer.json.error?.message.includes('kith.json of pi')], [409, true]);
  }
  assert.equal((await store.actions.get('bell'))?.kind, 'command');
  await close();
});

test('a door is opened by hand by who may, once for two clicks, and the audit log says who and what came of it', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { id } = (await inject({ method: 'POST', url: '/api/v1/actions', json: DOOR })).json as { id: string };
  const url = `/api/v1/actions/${id}/run`;
  const opening = inject({ method: 'POST', url, key: house.keys.people });
  while (!(await house.ports.store.actions.next([]))) await new Promise((done) => setTimeout(done, 5));
  const again = await inject({ method: 'POST', url, key: house.keys.people });
  assert.deepEqual([again.status, again.json.error?.code], [409, 'conflict']);
  await runAll(house, 'failed');
  const opened = await opening;
  assert.equal(opened.status, 200);
  assert.deepEqual(
    ['cause', 'state', 'by', 'error', 'camera'].map((key) => opened.json[key]),
    ['hand', 'failed', 'people', 'The bolt is stuck.', null],
  );
  const { items } = await house.ports.store.audit.list({ entity: id }, { limit: 9 });
  assert.deepEqual(
    items.map(({ action, actor, status }) => [action, actor.name, status]),
    [
      ['action.run', 'people', 200],
      ['action.grant', 'people', 200],
      ['action.run', 'people', 409],
      ['action.add', 'admin', 201],
    ],
  );
  assert.equal((await inject({ method: 'POST', url, key: house.keys.read })).status, 403);
  await inject({ method: 'PUT', url: `/api/v1/actions/${id}`, json: { ...DOOR, enabled: false } });
  const off = await inject({ method: 'POST', url, key: house.keys.people });
  assert.deepEqual([off.status, off.json.error?.message.includes('switched off')], [409, true]);
  await close();
});

test('who may see some cameras sees their doors and runs only', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  await store.cameras.put('yard', 'Yard');
  const front = (await inject({ method: 'POST', url: '/api/v1/actions', json: DOOR })).json as { id: string };
  const gate = (
    await inject({
      method: 'POST',
      url: '/api/v1/actions',
      json: { ...DOOR, access: { ...ACCESS, cameras: ['yard'] } },
    })
  ).json as { id: string };
  const lamp = (await inject({ method: 'POST', url: '/api/v1/actions', json: { ...DOOR, access: null } })).json as {
    id: string;
  };
  const ann = await store.makePerson('Ann');
  const runs: Run[] = [];
  for (const [i, [actionId, camera]] of (
    [
      [front.id, 'door'],
      [gate.id, 'yard'],
    ] as const
  ).entries()) {
    await inject({
      method: 'POST',
      url: '/api/v1/detections',
      form: shot({ id: `s${i}`, camera, capturedAt: '2026-01-31T12:00:00.000Z' }),
    });
    const { visitId } = await store.classify(`s${i}`, ann);
    const asked = {
      actionId,
      cause: 'policy',
      by: null,
      alertId: null,
      visitId,
      personId: ann.id,
      detectionId: `s${i}`,
      cameraId: camera,
    } as const;
    const run = await store.actions.ask(asked, Date.now());
    if (run) runs.push(run);
  }
  const key = await house.makeKey(['people'], 'door');
  assert.deepEqual(
    (await inject({ url: '/api/v1/actions', key })).json.items?.map(({ id, settings }) => [id, settings]),
    [[front.id, null]],
  );
  assert.deepEqual(
    (await inject({ url: '/api/v1/runs', key })).json.items?.map(({ id, person }) => [id, person]),
    [[runs[0]?.id, { id: ann.id, name: 'Ann' }]],
  );
  assert.equal((await inject({ url: '/api/v1/runs?limit=1' })).json.items?.[0]?.['id'], runs[1]?.id);
  for (const { id } of [gate, lamp]) {
    assert.equal((await inject({ url: `/api/v1/actions/${id}`, key })).status, 404);
    assert.equal((await inject({ method: 'POST', url: `/api/v1/actions/${id}/run`, key })).status, 404);
  }
  await close();
});

test('a policy is tried on the log with what is left out filled in', async () => {
  const house = await furnish();
  const asked: unknown[] = [];
  house.ports.tryAccess = async (policy, days) => {
    asked.push([policy, days]);
    const evidence = [{ condition: 'group', met: false, found: 'in none of: Staff' }] as const;
    const sample = { at: 0, cameraId: 'door', visitId: 'v', detectionId: 'd', person: null, grant: false, evidence };
    return { visits: 3, letIn: 2, refused: { group: 1 }, samples: [sample], since: 0 };
  };
  const { inject, close } = await openInject(house);
  const url = '/api/v1/actions/try';
  const tried = await inject({ method: 'POST', url, json: { access: ACCESS, days: 7 } });
  assert.deepEqual(tried.json, {
    visits: 3,
    letIn: 2,
    refused: { group: 1 },
    samples: [
      {
        at: '1970-01-01T00:00:00.000Z',
        camera: 'door',
        visit: 'v',
        detection: 'd',
        person: null,
        grant: false,
        evidence: [{ condition: 'group', met: false, found: 'in none of: Staff' }],
      },
    ],
    since: '1970-01-01T00:00:00.000Z',
  });
  assert.deepEqual(asked, [[{ ...ACCESS, hours: null, sure: 'certain', shots: 2, quality: 0.4, freshS: 10 }, 7]]);
  assert.equal((await inject({ method: 'POST', url, json: { access: ACCESS, days: 63 } })).status, 400);
  await close();
});

test('a run is told live to who may see its camera, without the person to who may not look at people', async () => {
  const house = await furnish();
  const { context, close } = await openInject(house);
  const { store } = house.ports;
  const door = await store.actions.add({ ...DOOR, kind: 'http', enabled: true, access: null }, 1);
  const ann = await store.makePerson('Ann');
  const heard = { people: '', log: '', yard: '' };
  const listen = async (
    name: keyof typeof heard,
    cameras: readonly string[] | null,
    readsPeople: boolean,
  ): Promise<void> => {
    const stream = new PassThrough();
    stream.on('data', (data: Buffer) => (heard[name] += String(data)));
    await context.hub.attach(stream as never, {
      after: null,
      mayStay: async () => true,
      ear: { cameras, readsPeople },
    });
  };
  await listen('people', null, true);
  await listen('log', ['door'], false);
  await listen('yard', ['yard'], true);
  const asked = {
    actionId: door.id,
    cause: 'rule',
    by: null,
    alertId: 'a',
    visitId: null,
    personId: ann.id,
    detectionId: null,
    cameraId: 'door',
  } as const;
  await store.actions.ask(asked, Date.now());
  while (!heard.people.includes('event: run') || !heard.log.includes('event: run')) {
    await new Promise((done) => setTimeout(done, 10));
  }
  assert.match(runFrames(heard.people), /"state":"asked".*"name":"Ann"/);
  assert.match(runFrames(heard.log), /"state":"asked".*"person":null/);
  assert.equal(runFrames(heard.yard), '');
  await close();
});

function runFrames(text: string): string {
  const frames = text.split('\n\n').filter((frame) => frame.includes('event: run'));
  return frames.join();
}
