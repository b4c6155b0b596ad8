// Finding, trying and examining cameras over the API: what is answered, who may, one at a time, and no password anywhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDay, derive } from '../camera-figures.ts';
import type { CameraSettings } from '../camera-settings.ts';
import type { Diagnosis, Probed } from '../camera-trial.ts';
import { KithError } from '../errors.ts';
import { ADDRESS, assertNoSecret, SECRET } from './camera-kit.test-suite.ts';
import type { CameraSight } from './camera-sight.ts';
import { furnish, openInject, type Inject } from './house.test-suite.ts';

const PROBED: Probed = {
  source: 'rtsp://10.0.0.7:554/live',
  width: 1920,
  height: 1080,
  frameRate: 24.987654,
  codec: 'h264',
  profiles: [],
  jpeg: new Uint8Array([0xff, 0xd8, 0xff, 1]),
};

function diagnosis(): Diagnosis {
  const day = { ...emptyDay('2026-01-31'), width: 640, height: 360, tracks: 2, usableTracks: 2, faces: 10, usable: 9 };
  return {
    advice: { verdict: 'good', headline: 'This camera is good for recognition.', changes: ['Move it.'] },
    findings: [{ topic: 'picture', says: '640×360' }],
    examination: {
      source: 'rtsp://10.0.0.7:554/live',
      startedAt: 0,
      seconds: 5,
      cutShort: null,
      settings: { profile: 'balanced', rate: 8, search: 'auto', lookPx: 880, tiles: 1 },
      stream: {
        kind: 'network',
        frames: 100,
        frameRate: 20,
        nominalRate: 25,
        dropped: 0,
        longestGapMs: 60,
        burstShare: 0,
        breaks: [],
        problems: [],
      },
      light: null,
      faces: {
        pitch: null,
        yaw: null,
        toLeft: 0,
        toRight: 0,
        luminance: null,
        turned: { up: 0, down: 0, left: 0, right: 0, degrees: null },
        small: { px: null, neededPx: null },
        blurred: { moving: 0, still: 0 },
        lit: { dark: 0, backlit: 0, bright: 0, uneven: 0 },
        covered: { atEdge: 0, inside: 0 },
        fixed: [],
      },
      glimpses: 0,
      closer: null,
      day,
      derived: derive(day),
    },
    jpeg: new Uint8Array([0xff, 0xd8, 0xff, 2]),
  };
}

function sightOf(more: Partial<CameraSight> = {}): CameraSight & { readonly asked: CameraSettings[] } {
  const asked: CameraSettings[] = [];
  return {
    asked,
    discover: async () => [],
    usb: async () => [],
    devices: true,
    own: () => null,
    probe: async (camera) => {
      asked.push(camera);
      return PROBED;
    },
    examine: async (camera) => {
      asked.push(camera);
      return diagnosis();
    },
    ...more,
  };
}

const post = (inject: Inject, url: string, json?: unknown, key?: string) =>
  inject({ method: 'POST', url: `/api/v1/cameras/${url}`, ...(json !== undefined && { json }), ...(key && { key }) });

test('cameras are found in the network and at USB, with those that are there already; one search at a time', async () => {
  const search = Promise.withResolvers<void>();
  const sight = sightOf({
    usb: async () => [{ address: 'v4l2:/dev/video0', name: 'Webcam' }],
    async discover() {
      await search.promise;
      return [
        { name: 'Door', address: 'onvif://10.0.0.7', hardware: 'X1' },
        { name: 'Yard', address: 'onvif://10.0.0.8:8000', hardware: 'X2' },
      ];
    },
  });
  const house = await furnish({ sight });
  const { inject, close } = await openInject(house);
  await inject({ method: 'PUT', url: '/api/v1/cameras/door', json: { name: 'Door', settings: { source: ADDRESS } } });
  const first = post(inject, 'discover');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const second = await post(inject, 'discover');
  assert.deepEqual([second.status, second.json.error?.code], [409, 'conflict']);
  search.resolve();
  const { status, json, text } = await first;
  assert.equal(status, 200, text);
  assert.deepEqual(
    json.items?.map(({ kind, name, camera }) => [kind, name, camera]),
    [
      ['usb', 'Webcam', null],
      ['onvif', 'Door', 'door'],
      ['onvif', 'Yard', null],
    ],
  );
  assert.equal((await post(inject, 'discover')).status, 200, 'the next search may begin');
  const usb = await post(inject, 'discover', { network: false });
  assert.deepEqual(
    usb.json.items?.map(({ address }) => address),
    ['v4l2:/dev/video0'],
  );
  const schema = await inject({ url: '/api/v1/camera-settings' });
  assert.ok('minQuality' in (schema.json['properties'] as object), schema.text);
  house.ports.sight = sightOf({
    discover: () => Promise.reject(new KithError('unavailable', 'No network was found.')),
  });
  const none = await post(inject, 'discover');
  assert.deepEqual([none.status, none.json['problem'], none.json.items], [200, 'No network was found.', []]);
  assertNoSecret(house, text);
  await close();
});

test('a camera is tried with new settings, or with the stored credentials; what is wrong is said in words', async () => {
  const sight = sightOf();
  const house = await furnish({ sight });
  const { inject, close } = await openInject(house);
  const said: string[] = [];
  const put = (id: string, json: unknown) => inject({ method: 'PUT', url: `/api/v1/cameras/${id}`, json });
  const shown = await put('door', { name: 'Door', settings: { source: ADDRESS } });
  const { source } = shown.json['settings'] as { source: string };
  const fresh = await post(inject, 'test', { settings: { source: ADDRESS } });
  assert.equal(fresh.status, 200, fresh.text);
  assert.deepEqual(
    [fresh.json['ok'], fresh.json['width'], fresh.json['frameRate'], fresh.json['codec'], fresh.json['picture']],
    [true, 1920, 24.9877, 'h264', '/9j/AQ=='],
  );
  assert.equal(fresh.headers['cache-control'], 'no-store');
  const masked = await post(inject, 'test', { settings: { source }, camera: 'door' });
  const stored = await post(inject, 'test', { camera: 'door' });
  assert.deepEqual([masked.status, stored.status], [200, 200]);
  assert.deepEqual(
    sight.asked.map((camera) => camera.source),
    [ADDRESS, ADDRESS, ADDRESS],
  );
  for (const [json, status] of [
    [{}, 400],
    [{ settings: { source: 'file:///etc/passwd' } }, 400],
    [{ settings: { source: '/etc/passwd' } }, 400],
    [{ settings: { source: 'v4l2:/etc/passwd' } }, 400],
    [{ settings: { source: 'v4l2:/dev/video0?input_format=x' } }, 400],
    [{ settings: { source } }, 400],
    [{ settings: { source: 'browser:' } }, 400],
    [{ camera: 'nobody' }, 404],
    [{ settings: { source: 'v4l2:/dev/video0?size=640x480&rate=5' } }, 200],
    [{ settings: { source: 'v4l2:' } }, 200],
  ] as const) {
    const answer = await post(inject, 'test', json);
    assert.equal(answer.status, status, `${JSON.stringify(json)}: ${answer.text}`);
  }
  for (const [message, about] of [
    [`rtsp://me:${SECRET}@10.0.0.7/x does not deliver pictures: user or password are missing in the address`, 'login'],
    ['rtsp://10.0.0.7/x does not deliver pictures: it has nothing under this path', 'path'],
    ['rtsp://10.0.0.7/x does not deliver pictures: nothing listens there: is the camera on', 'host'],
    ['The decoder crashed', null],
  ] as const) {
    house.ports.sight = sightOf({ probe: () => Promise.reject(new KithError('unavailable', message)) });
    const { status, json, text } = await post(inject, 'test', { settings: { source: ADDRESS } });
    assert.deepEqual([status, json['ok'], json['about'], json['picture']], [200, false, about, null]);
    said.push(text);
  }
  house.ports.sight = sightOf({
    probe: () => Promise.reject(new KithError('unavailable', 'Two are tried already.', { status: 429 })),
  });
  assert.equal((await post(inject, 'test', { camera: 'door' })).status, 429);
  assertNoSecret(house, fresh.text, masked.text, stored.text, ...said);
  await close();
});

test('a USB camera is for a program of this machine only', async () => {
  const house = await furnish({ sight: sightOf() });
  const { inject, close } = await openInject(house);
  const put = (json: object) =>
    inject({ method: 'PUT', url: '/api/v1/cameras/desk', json: { name: 'Desk', ...json } }).then(
      ({ status }) => status,
    );
  const settings = { source: 'v4l2:/dev/video1' };
  assert.equal(await put({ settings, runsHere: false }), 400);
  assert.equal(await put({ settings }), 200);
  assert.equal(await put({ settings: { source: 'v4l2:/dev/sda' } }), 400);
  house.ports.sight = sightOf({ devices: false });
  assert.equal(await put({ settings: { source: 'v4l2:/dev/video2' } }), 400);
  await close();
});

test('the doctor: begun, watched, stopped; her result is shown again; a removed camera is forgotten', async () => {
  const visit = Promise.withResolvers<Diagnosis>();
  const wishes: { seconds: number; showFaces: boolean }[] = [];
  const sight = sightOf({
    examine(_camera, { seconds, showFaces, signal, onProgress }) {
      wishes.push({ seconds, showFaces });
      onProgress(2, 7);
      signal.addEventListener('abort', () => visit.resolve(diagnosis()));
      return visit.promise;
    },
  });
  const house = await furnish({ sight });
  const { inject, close } = await openInject(house);
  const url = '/api/v1/cameras/door/doctor';
  const nothing = await inject({ url });
  assert.deepEqual([nothing.status, nothing.json['state'], nothing.json['result']], [200, 'never', null]);
  assert.equal((await inject({ url: `${url}/picture` })).status, 404);
  const own = await post(inject, 'door/doctor');
  assert.deepEqual([own.status, own.json.error?.code], [409, 'conflict'], 'its program brings its own settings');
  await inject({ method: 'PUT', url: '/api/v1/cameras/door', json: { name: 'Door', settings: { source: ADDRESS } } });

  const begun = await post(inject, 'door/doctor', { seconds: 20 });
  assert.deepEqual([begun.status, begun.json['state'], begun.json['seconds']], [202, 'running', 20], begun.text);
  assert.deepEqual(wishes, [{ seconds: 20, showFaces: false }]);
  assert.equal((await post(inject, 'door/doctor', {})).status, 409);
  const going = await inject({ url });
  assert.deepEqual([going.json['state'], going.json['watched'], going.json['faces']], ['running', 2, 7]);
  const done = await inject({ method: 'DELETE', url });
  const result = done.json['result'] as Record<string, unknown>;
  assert.deepEqual([done.json['state'], result['verdict'], result['people']], ['done', 'good', 2], done.text);
  assert.deepEqual(result['changes'], ['Move it.']);
  const picture = await inject({ url: `${url}/picture` });
  assert.deepEqual(
    [picture.status, picture.headers['content-type'], picture.headers['cache-control']],
    [200, 'image/jpeg', 'private, no-store'],
  );

  house.ports.sight = sightOf({ examine: () => Promise.reject(new KithError('unavailable', 'It is off.')) });
  await post(inject, 'door/doctor', {});
  const failed = await inject({ method: 'DELETE', url });
  assert.deepEqual([failed.json['state'], failed.json['reason']], ['failed', 'It is off.']);
  assert.ok(failed.json['result'], 'the result before is shown again');
  assert.equal((await post(inject, 'door/doctor', { seconds: 1 })).status, 400);

  assert.equal((await inject({ method: 'DELETE', url: '/api/v1/cameras/door' })).status, 204);
  await inject({ method: 'PUT', url: '/api/v1/cameras/door', json: { name: 'Another' } });
  for (const deadline = Date.now() + 20_000; (await inject({ url })).json['state'] !== 'never';) {
    assert.ok(Date.now() < deadline, 'the result of a removed camera is kept');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertNoSecret(house, begun.text, done.text, failed.text);
  await close();
});

test('a camera of kith.json is examined with the settings that stand there', async () => {
  const own = { id: 'hall', source: ADDRESS } as CameraSettings;
  const sight = sightOf({ own: (id) => (id === 'hall' ? own : null) });
  const house = await furnish({ sight });
  const { inject, close } = await openInject(house);
  await house.ports.store.cameras.fix('this Kith', [
    { id: 'hall', name: 'Hall', settings: { source: 'rtsp://***:***@10.0.0.7/live' } },
    { id: 'lift', name: 'Lift', settings: { source: 'rtsp://10.0.0.9/live' } },
  ]);
  assert.equal((await post(inject, 'hall/doctor', {})).status, 202);
  assert.equal(sight.asked[0]?.source, ADDRESS);
  const elsewhere = await post(inject, 'lift/doctor', {});
  assert.equal(elsewhere.status, 409);
  assert.match(elsewhere.json.error?.message ?? '', /kith doctor camera lift/);
  await close();
});

test('only administrators look for cameras and through them', async () => {
  const house = await furnish({ sight: sightOf() });
  const { inject, close } = await openInject(house);
  for (const key of [house.keys.camera, house.keys.log, house.keys.read, house.keys.people]) {
    for (const url of ['discover', 'test', 'door/doctor']) {
      assert.equal((await post(inject, url, {}, key)).status, 403, url);
    }
    for (const url of ['doctor', 'doctor/picture']) {
      assert.equal((await inject({ url: `/api/v1/cameras/door/${url}`, key })).status, 403, url);
    }
  }
  const { ports } = house;
  ports.sight = null;
  assert.equal((await post(inject, 'discover')).status, 503);
  await close();
});

test('a snapshot is the next picture of the preview; a camera that is silent gives none', async () => {
  const house = await furnish({ sight: sightOf() });
  const { inject, context, close } = await openInject(house);
  const url = '/api/v1/cameras/door/snapshot';
  const away = await inject({ url });
  assert.deepEqual([away.status, away.json.error?.code], [503, 'unavailable']);
  await house.ports.store.cameras.say('door', { state: 'starting', reason: null, restarts: 0 }, Date.now());
  const heard: boolean[] = [];
  context.previews.onWatching((_camera, watching) => heard.push(watching));
  const [one, two] = [inject({ url }), inject({ url, key: house.keys.log })];
  while (!context.previews.watching('door')) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  context.previews.put('door', new Uint8Array([0xff, 0xd8, 0xff, 3]));
  for (const { status, headers } of [await one, await two]) {
    assert.deepEqual(
      [status, headers['content-type'], headers['cache-control']],
      [200, 'image/jpeg', 'private, no-store'],
    );
  }
  assert.deepEqual([heard, context.previews.watching('door')], [[true, false], false]);
  await house.ports.store.cameras.put('cellar', 'Cellar');
  const other = await house.makeKey(['camera'], 'cellar');
  assert.equal((await inject({ url, key: other })).status, 403);
  const third = inject({ url });
  while (!context.previews.watching('door')) await new Promise((resolve) => setTimeout(resolve, 10));
  context.previews.end('door');
  assert.equal((await third).status, 503);
  await close();
});
