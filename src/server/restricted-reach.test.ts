// Ways around: what somebody who may see one camera only must not reach through the history, photos, the queue, or an administrator's
// pages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Probed } from '../camera-trial.ts';
import type { Gallery } from '../gallery-port.ts';
import type { BackupsPort } from '../upkeep-port.ts';
import type { CameraSight } from './camera-sight.ts';
import { picture, shot, type House } from './house.test-suite.ts';
import { DETECTIONS, entriesOf, HISTORY, PERSONS } from './identity.test-suite.ts';
import { openDoorAndGate } from './restricted.test-suite.ts';
import { signIn } from './users.test-suite.ts';

test('the history is of what her cameras saw, and of whom she may see', async () => {
  const { inject, close, ada, d1, g2, house } = await openDoorAndGate();
  const key = await house.makeKey(['people'], 'door');
  const confirm = async (detection: string) =>
    entriesOf((await inject({ method: 'POST', url: `${DETECTIONS}/${detection}/confirm` })).json)[0]?.seq;
  const change = async (id: string | null, json: object) =>
    entriesOf((await inject({ method: 'PATCH', url: `${PERSONS}/${String(id)}`, json })).json)[0]?.seq;
  const own = await confirm('a1');
  const elsewhere = await confirm('g1');
  const hers = await change(d1.personId, { ignored: true });
  const other = await change(g2.personId, { ignored: true });
  const renamed = await change((await house.ports.store.makePerson('Bea')).id, { name: 'Bee' });
  const seqs = async (query: string, more: { key?: string } = { key }) =>
    (await inject({ url: `${HISTORY}${query}`, ...more })).json.items?.map(({ seq }) => seq);
  assert.deepEqual(await seqs('', {}), [renamed, other, hers, elsewhere, own]);
  assert.deepEqual(await seqs(''), [renamed, hers, own]);
  assert.deepEqual(await seqs(`?person=${ada.id}`), [own]);
  const first = await inject({ url: `${HISTORY}?limit=1`, key });
  const cursor = String(first.json.next);
  assert.deepEqual(await seqs(`?limit=2&cursor=${cursor}`), [hers, own], 'page by page nothing is left out');
  for (const seq of [elsewhere, other]) {
    assert.equal((await inject({ url: `${HISTORY}/${seq}`, key })).status, 404);
    assert.equal((await inject({ url: `${HISTORY}/${seq}` })).status, 200);
  }
  assert.equal((await inject({ url: `${HISTORY}/${hers}`, key })).status, 200);
  assert.equal((await inject({ method: 'POST', url: `${HISTORY}/${other}/undo`, key })).status, 404);
  assert.equal((await inject({ method: 'POST', url: `${HISTORY}/${hers}/undo`, key })).status, 200);
  await close();
});

/** Whoever is looked for is near to all of these. */
function near({ ports }: House, ids: readonly (string | null)[]): void {
  ports.gallery = {
    ...(ports.gallery as Gallery),
    search: () => ids.map((id, i) => ({ personId: String(id), referenceId: 'r', distance: 0.3 + i / 10 })),
  };
  ports.match = async () => ({
    decision: 'unknown',
    nearest: { personId: String(ids[0]), referenceId: 'r', distance: 0.3 },
    runnerUp: null,
    margin: null,
    threshold: 0.6,
  });
}

function photo(): FormData {
  const form = new FormData();
  form.set('image', picture('picture 1 of somebody'), 'photo.jpg');
  return form;
}

test('strangers of other cameras are nobody to her: not as candidates, by a photo, to be given photos, groups or a past', async () => {
  const { inject, close, ada, d1, g2, house } = await openDoorAndGate();
  const { store } = house.ports;
  const key = await house.makeKey(['people'], 'door');
  near(house, [g2.personId, d1.personId, ada.id]);
  // Ada was enrolled with a sighting of each camera.
  for (const id of ['a1', 'g1']) {
    const detections = [id];
    await inject({ method: 'POST', url: `${DETECTIONS}/move`, json: { detections, person: ada.id } });
  }
  const candidates = async (more: { key?: string }) => {
    const { json } = await inject({ url: `${DETECTIONS}/a1/candidates`, ...more });
    return (json.items ?? []).map((item) => [
      (item['person'] as { id: string }).id,
      (item['references'] as readonly unknown[]).length,
    ]);
  };
  assert.deepEqual(await candidates({}), [
    [g2.personId, 1],
    [d1.personId, 1],
    [ada.id, 2],
  ]);
  assert.deepEqual(await candidates({ key }), [
    [d1.personId, 1],
    [ada.id, 1],
  ]);
  const identified = async (more: { key?: string }) => {
    const { json } = await inject({ method: 'POST', url: '/api/v1/identify', form: photo(), ...more });
    const [face] = json['faces'] as readonly { readonly person: object | null; readonly nearest: object | null }[];
    return [face?.person !== null, face?.nearest !== null];
  };
  assert.deepEqual(await identified({}), [true, true]);
  assert.deepEqual(await identified({ key }), [false, false]);

  const theirs = `${PERSONS}/${String(g2.personId)}`;
  for (const [method, url, body] of [
    ['GET', `${theirs}/references`, {}],
    ['POST', `${theirs}/references`, { form: photo() }],
    ['POST', `${theirs}/look-back`, {}],
    ['POST', `${PERSONS}/groups`, { json: { persons: [g2.personId], add: ['Staff'] } }],
  ] as const) {
    const refused = await inject({ method, url, key, ...body });
    assert.equal(refused.status, 404, `${method} ${url} ${refused.text}`);
  }
  const json = { persons: [d1.personId], add: ['Staff'] };
  const own = await inject({ method: 'POST', url: `${PERSONS}/groups`, key, json });
  assert.equal(own.status, 204);
  assert.deepEqual((await store.persons.get(g2.personId ?? ''))?.groups, []);
  await close();
});

test('what failed is tried again at her cameras only', async () => {
  const { inject, close, post, house } = await openDoorAndGate();
  const { store } = house.ports;
  await post('door-1');
  const meta = { id: 'gate-1', camera: 'gate', capturedAt: '2026-02-01T12:00:00.000Z' };
  await inject({ method: 'POST', url: DETECTIONS, form: shot(meta, 'picture of gate-1') });
  await store.detections.claim('w', 10, 1000, 0);
  for (const id of ['door-1', 'gate-1']) {
    await store.detections.settle('w', id, { state: 'failed', code: 'internal', message: 'Broken.' }, 1);
  }
  const retry = { method: 'POST', url: `${DETECTIONS}/retry`, key: await house.makeKey(['people'], 'door') } as const;
  assert.equal((await inject({ ...retry, json: { detections: ['gate-1'] } })).json['retried'], 0);
  assert.equal((await inject(retry)).json['retried'], 1);
  assert.equal((await store.detections.get('gate-1'))?.state, 'failed');
  await close();
});

const PROBED: Probed = {
  source: 'rtsp://10.0.0.7/live',
  width: 640,
  height: 360,
  frameRate: 25,
  codec: 'h264',
  profiles: [],
  jpeg: new Uint8Array([0xff, 0xd8, 0xff]),
};

function unasked(): Promise<never> {
  return Promise.reject(new Error('Nobody may ask for this.'));
}

test('an administrator of some cameras neither looks through others nor carries the whole house away', async () => {
  const { inject, close, house } = await openDoorAndGate();
  const tried: string[] = [];
  house.ports.sight = {
    discover: async () => [{ name: 'Gate', address: 'onvif://10.0.0.8', hardware: '' }],
    usb: async () => [],
    devices: false,
    own: () => null,
    probe: async ({ id }) => {
      tried.push(id);
      return PROBED;
    },
    examine: unasked,
  } satisfies CameraSight;
  house.ports.backups = { state: unasked, begin: unasked, remove: unasked, download: unasked } satisfies BackupsPort;
  for (const [id, host] of Object.entries({ door: '10.0.0.7', gate: '10.0.0.8' })) {
    const json = { name: id, settings: { source: `rtsp://user:secret@${host}/live` } };
    assert.equal((await inject({ method: 'PUT', url: `/api/v1/cameras/${id}`, json })).status, 200);
  }
  await signIn(inject, { name: 'Root', role: 'administrator' });
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator', cameras: ['door'] });
  const backup = '/api/v1/system/backups';
  for (const [method, url, json] of [
    ['POST', '/api/v1/cameras/test', { camera: 'gate' }],
    ['POST', '/api/v1/cameras/gate/doctor', {}],
    ['GET', '/api/v1/cameras/gate/doctor', undefined],
    ['DELETE', '/api/v1/cameras/gate/doctor', undefined],
    ['GET', '/api/v1/cameras/gate/doctor/picture', undefined],
    ['POST', backup, undefined],
    ['GET', `${backup}/20260131-120000/download`, undefined],
    ['DELETE', `${backup}/20260131-120000`, undefined],
    ['PUT', '/api/v1/settings', { values: { visitGap: 5 }, ifRevision: 'x' }],
    ['GET', '/api/v1/system/logs', undefined],
    ['POST', '/api/v1/models/switch', { model: 'another' }],
    ['DELETE', '/api/v1/models/switch', undefined],
  ] as const) {
    const refused = await ada({ method, url, ...(json && { json }) });
    assert.equal(refused.status, 403, `${method} ${url} ${refused.text}`);
  }
  assert.equal((await ada({ method: 'POST', url: '/api/v1/cameras/test', json: { camera: 'door' } })).status, 200);
  assert.deepEqual(tried, ['door']);
  const found = await ada({ method: 'POST', url: '/api/v1/cameras/discover', json: {} });
  assert.deepEqual(
    found.json.items?.map(({ camera }) => camera),
    [null],
    'nor which of the others is at an address',
  );
  house.ports.backups = null;
  const told = async (send: typeof inject) =>
    ((await send({ url: '/api/v1/system' })).json['cameras'] as readonly { count: number }[]).map(({ count }) => count);
  assert.deepEqual([await told(ada), await told(inject), await told(ada)], [[1], [2], [1]]);
  await close();
});
