// Cameras over the API: settings in and out, what is refused, passwords that nobody reads, days, metrics, who may.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDay } from '../camera-figures.ts';
import { ADDRESS, assertNoSecret, ONE, report, SECRET, TWO } from './camera-kit.test-suite.ts';
import { furnish, openInject, type Inject } from './house.test-suite.ts';

const DOOR = '/api/v1/cameras/door';
const put = (inject: Inject, json: unknown, url = DOOR) => inject({ method: 'PUT', url, json });

test('settings are kept with defaults, shown without credentials, and stay whole when they come back as they were shown', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const said: string[] = [];
  const set = await put(inject, { name: 'Door', settings: { source: ADDRESS, substream: ADDRESS, rate: 5 } });
  assert.equal(set.status, 200, set.text);
  const shown = set.json['settings'] as Record<string, unknown>;
  assert.match(String(shown['source']), /^rtsp:\/\/\S*\*\*\*\S*@10\.0\.0\.7:554\/live\?token=\*\*\*$/);
  assert.equal(shown['substream'], shown['source']);
  assert.deepEqual([shown['rate'], shown['profile'], shown['transport']], [5, 'balanced', 'tcp']);
  assert.deepEqual([set.json['version'], set.json['runsHere'], set.json['fixed']], [1, true, false]);
  assert.deepEqual([set.json['state'], set.json['counts'], set.json['shows']], ['offline', null, null]);
  const stored = () => house.ports.store.cameras.get('door').then((camera) => camera?.settings);
  assert.equal((await stored())?.source, ADDRESS);

  const same = await put(inject, { name: 'Door', settings: { ...shown, tiles: 1 } });
  assert.deepEqual([same.status, same.json['version']], [200, 1], 'nothing has changed');
  const other = await put(inject, { name: 'Door', settings: { ...shown, rate: 6 } });
  assert.deepEqual([other.json['version'], (await stored())?.source, (await stored())?.rate], [2, ADDRESS, 6]);
  const named = await put(inject, { name: 'Portal', runsHere: false });
  assert.deepEqual([named.json['name'], named.json['version'], named.json['runsHere']], ['Portal', 2, false]);
  assert.equal((await stored())?.substream, ADDRESS);
  // A password must not go to another machine than the one that it was given for.
  const moved = await put(inject, { name: 'Door', settings: { source: 'rtsp://***:***@10.6.6.6/live' } });
  assert.deepEqual([moved.status, (await stored())?.source], [400, ADDRESS]);

  said.push(set.text, same.text, other.text, named.text, moved.text);
  for (const url of ['/api/v1/cameras', DOOR]) said.push((await inject({ url })).text);
  said.push((await inject({ url: '/metrics' })).text);
  const none = await put(inject, { name: 'Door', settings: null });
  assert.deepEqual([none.json['settings'], none.json['version']], [null, 3]);
  assertNoSecret(house, ...said);
  await close();
});

test('settings that a machine must not get over the network, or that make no sense, are refused in words', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const source = 'rtsp://10.0.0.7/live';
  const bowtie = [
    [0.1, 0.1],
    [0.9, 0.9],
    [0.9, 0.1],
    [0.1, 0.9],
  ];
  for (const [settings, words] of [
    [{ source: `file:///etc/${SECRET}` }, /rtsp.*browser/],
    [{ source: '/etc/passwd' }, /may only use/],
    [{ source: 'v4l2:/dev/video0' }, /v4l2/],
    [{ source: 'folder:/home' }, /folder/],
    [{ source, substream: 'file:///etc/passwd' }, /substream/],
    [{ source, exclude: [bowtie] }, /exclude.*polygon 1/],
    [
      {
        source,
        include: [
          [
            [0, 0],
            [1, 1],
            [0.5, 0.5],
          ],
        ],
      },
      /include.*area/,
    ],
    [
      {
        source,
        include: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
      /include/,
    ],
    [{ source, rat: 5 }, /unknown key "settings\.rat" \(did you mean "rate"\?\)/],
    [{ source, rate: 1000 }, /settings\.rate" must be <= 60; expected: Frames a second/],
    [{ source: 'frigate://mq/door?api=file:///etc/passwd' }, /"api" that is no http address/],
    [{ source: 'frigate://mq/door?api=file%3A%2F%2F%2Fetc%2Fpasswd' }, /"api" that is no http address/],
    [{ source, profile: SECRET }, /settings\.profile/],
    [{}, /settings\.source/],
    [[], /settings/],
    ['rtsp://x', /settings/],
    [{ source: `${ADDRESS} with spaces` }, /./],
    [{ source: `rtsp://${'a'.repeat(3000)}` }, /./],
  ] as const) {
    const refused = await put(inject, { name: 'Door', settings });
    assert.equal(refused.status, 400, `${JSON.stringify(settings)}: ${refused.text}`);
    assert.match(refused.json.error?.message ?? '', words);
    assertNoSecret(house, refused.text);
  }
  assert.equal((await put(inject, { name: 'Door', setings: { source } })).status, 400);
  assert.equal((await put(inject, { settings: { source } })).status, 400);
  const colon = await inject({
    method: 'PUT',
    url: '/api/v1/cameras/a:b',
    json: { name: 'Door', settings: { source } },
  });
  assert.deepEqual([colon.status, colon.json.error?.message?.includes('"a:b" cannot run')], [400, true]);
  const huge = { name: 'Door', settings: { source, include: Array.from({ length: 5000 }, () => bowtie) } };
  assert.equal((await put(inject, huge)).status, 413);
  const camera = await house.ports.store.cameras.get('door');
  assert.deepEqual([camera?.settings, camera?.version, camera?.name], [null, 0, 'Front door']);
  await close();
});

test('a camera of kith.json shows its settings and cannot be set or removed here while it runs', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { cameras } = house.ports.store;
  await cameras.fix('home', [{ id: 'usb', name: 'USB', settings: { source: 'v4l2:/dev/video0', profile: 'small' } }]);
  await cameras.say('usb', { state: 'starting', reason: null, restarts: 0 }, Date.now());
  const shown = await inject({ url: '/api/v1/cameras/usb' });
  assert.deepEqual([shown.json['fixed'], shown.json['state']], [true, 'starting']);
  assert.equal((shown.json['settings'] as { source: string }).source, 'v4l2:/dev/video0');
  const refused = await put(inject, { name: 'USB', settings: { source: 'rtsp://10.0.0.7/' } }, '/api/v1/cameras/usb');
  assert.equal(refused.status, 409);
  assert.match(refused.json.error?.message ?? '', /set in kith\.json/);
  assert.equal((await put(inject, { name: 'Desk' }, '/api/v1/cameras/usb')).status, 200);
  assert.equal((await inject({ method: 'DELETE', url: '/api/v1/cameras/usb' })).status, 409);
  await close();
});

test('what a program reports is shown, hidden where it holds a password, and only its own camera is believed', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await house.ports.store.cameras.put('yard', 'Yard');
  const key = await house.makeKey(['camera'], 'door');
  const send = (json: unknown, more: { key?: string; url?: string } = {}) =>
    inject({ method: 'PUT', url: `${DOOR}/report`, key, json, ...more });
  const failed = report({
    state: 'retrying',
    reason: `Nothing came from ${ADDRESS.replace(/\?.*/, '')}.`,
    source: ADDRESS,
  });
  const first = await send(failed);
  assert.deepEqual([first.status, first.json], [200, { watching: false, version: 0 }]);
  const shown = await inject({ url: DOOR, key });
  assert.equal(shown.json['state'], 'retrying');
  assert.match(String(shown.json['reason']), /^Nothing came from rtsp:\/\/\S*10\.0\.0\.7/);
  assert.match(String(shown.json['shows']), /10\.0\.0\.7/);
  assert.deepEqual([shown.json['settingsVersion'], shown.json['memoryMegabytes']], [1, 210]);
  assert.deepEqual(shown.json['counts'], report().counts);
  assert.equal(shown.json['reportedAt'], shown.json['lastSeenAt']);

  const second = await send(report({ program: TWO }));
  assert.equal(second.status, 409);
  assert.equal(second.json.error?.code, 'conflict');
  assert.match(
    second.json.error?.message ?? '',
    /Another program runs as camera "door".*stop it, or give this one another id/,
  );
  assert.equal((await send(report(), { url: '/api/v1/cameras/yard/report' })).status, 403);
  assert.equal((await send(report(), { key: house.keys.read })).status, 403);
  assert.equal((await send(report(), { key: house.keys.camera, url: '/api/v1/cameras/none/report' })).status, 404);
  for (const wrong of [
    {},
    report({ program: 'x' }),
    { ...report(), state: 'fine' },
    { ...report(), counts: { ...report().counts, lost: -1 } },
    report({ days: [{ ...emptyDay('2026-06-01'), facesAt: [1] }] }),
    { ...report(), source: 'x'.repeat(1000) },
  ]) {
    assert.equal((await send(wrong)).status, 400, JSON.stringify(wrong));
  }
  const days = Array.from({ length: 4000 }, () => emptyDay('2026-06-01'));
  assert.equal((await send({ ...report(), days })).status, 413);

  const metrics = (await inject({ url: '/metrics' })).text;
  for (const line of [
    'kith_camera_state{camera="door",state="retrying"} 1',
    'kith_camera_state{camera="yard",state="offline"} 1',
    'kith_camera_shots_waiting{camera="door"} 7',
    'kith_camera_shots_lost{camera="door"} 4',
  ]) {
    assert.ok(metrics.includes(`\n${line}\n`), line);
  }
  assert.match(metrics, /\nkith_camera_report_age_seconds\{camera="door"\} \d/);
  assertNoSecret(house, first.text, shown.text, metrics, second.text);
  await close();
});

test('a camera whose program is silent is offline', async () => {
  let now = Date.now();
  const house = await furnish({ clock: () => now });
  const { inject, close } = await openInject(house);
  await inject({ method: 'PUT', url: `${DOOR}/report`, json: report() });
  now += 29_000;
  assert.equal((await inject({ url: DOOR })).json['state'], 'running');
  now += 1_000;
  const { json } = await inject({ url: DOOR });
  assert.equal(json['state'], 'offline');
  assert.match(String(json['reason']), /said nothing/);
  assert.deepEqual(json['counts'], report().counts);
  // Another program may take its place now.
  assert.equal((await inject({ method: 'PUT', url: `${DOOR}/report`, json: report({ program: TWO }) })).status, 200);
  await close();
});

function day(name: string, faces: number, usable: number) {
  const figures = { ...emptyDay(name), seconds: 100, decoded: 2_500, looks: 400, faces, usable };
  figures.lookDelay[1] = 10;
  figures.facesAt[3] = faces;
  return figures;
}

test('the figures of days are summed over programs, with what follows from them', async () => {
  let now = Date.UTC(2026, 5, 15, 12);
  const house = await furnish({ clock: () => now });
  const { inject, close } = await openInject(house);
  for (const [program, faces] of [
    [ONE, 30],
    [TWO, 10],
  ] as const) {
    const days = [day('2026-06-14', 1, 1), day('2026-06-15', faces, 5)];
    const json = report({ program, days, state: 'ended' });
    assert.equal((await inject({ method: 'PUT', url: `${DOOR}/report`, json })).status, 200);
  }
  const { status, json } = await inject({ url: `${DOOR}/days`, key: house.keys.read });
  assert.equal(status, 200);
  assert.deepEqual(
    json.items?.map((item) => [item['day'], item['faces']]),
    [
      ['2026-06-15', 40],
      ['2026-06-14', 2],
    ],
  );
  const [newest] = json.items ?? [];
  assert.deepEqual([newest?.['usableShare'], newest?.['frameRate'], newest?.['shotDelayP95']], [0.25, 25, null]);
  assert.ok(Number(newest?.['lookDelayP95']) > 50 && Number(newest?.['lookDelayP95']) <= 100);
  assert.equal((newest?.['facesAt'] as number[] | undefined)?.[3], 40);
  assert.match(
    (await inject({ url: '/metrics' })).text,
    /\nkith_camera_look_delay_p95_seconds\{camera="door"\} 0\.0\d/,
  );
  const items = async (query: string) => (await inject({ url: `${DOOR}/days${query}` })).json.items?.length;
  assert.equal(await items('?from=2026-06-15'), 1);
  assert.equal(await items('?from=2026-06-01&to=2026-06-14'), 1);
  assert.equal(await items('?to=2026-06-13'), 0);
  now += 40 * 86_400_000;
  assert.equal(await items(''), 0);
  assert.equal(await items('?from=2026-06-01'), 2);
  for (const query of ['?from=2026-02-30', '?from=x', '?from=2026-06-15&to=2026-06-14', '?from=2020-01-01', '?day=1']) {
    assert.equal((await inject({ url: `${DOOR}/days${query}` })).status, 400, query);
  }
  assert.equal((await inject({ url: '/api/v1/cameras/none/days' })).status, 404);
  assert.equal((await inject({ url: `${DOOR}/days`, key: house.keys.camera })).status, 403);
  await close();
});

test('a key can ask what it is', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const self = async (key: string) => (await inject({ url: '/api/v1/keys/self', key })).json;
  assert.deepEqual(await self(await house.makeKey(['camera'], 'door')), {
    name: 'camera',
    scopes: ['camera'],
    camera: 'door',
  });
  assert.deepEqual(await self(house.keys.read), { name: 'read', scopes: ['read'], camera: null });
  assert.equal((await inject({ url: '/api/v1/keys/self', key: null })).status, 401);
  await close();
});
