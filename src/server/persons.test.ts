// What is kept on people, over the API: saving with two editors, groups, activity, who is confusable, export, erasure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBuffer, type Entry } from 'yauzl';
import type { Gallery } from '../gallery-port.ts';
import { furnish, META, openInject, picture, shot, type Answer, type House, type Inject } from './house.test-suite.ts';

const URL = '/api/v1/persons';
const NASTY = ['<img src=x onerror=alert(1)>', '王小明 🦊', 'محمد', 'x'.repeat(200)];

async function enrol(inject: Inject, name: string, photo = `picture of ${name.length}`): Promise<string> {
  const form = new FormData();
  form.set('name', name);
  form.append('image', picture(photo), 'a.jpg');
  const { status, json } = await inject({ method: 'POST', url: URL, form });
  assert.equal(status, 201, name);
  return String(json['id']);
}

/** She is seen, at this camera. */
async function seen(house: House, inject: Inject, personId: string, id: string, more: object = {}): Promise<void> {
  const form = shot({ ...META, id, ...more }, `picture of sighting ${id}`);
  assert.equal((await inject({ method: 'POST', url: '/api/v1/detections', form })).status, 201);
  await house.ports.store.classify(id, await house.ports.store.persons.get(personId));
}

test('two who edit the same person hear of each other, and both versions are there', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  for (const name of NASTY) await enrol(inject, name);
  const id = await enrol(inject, 'Ann');
  const url = `${URL}/${id}`;
  const before = await inject({ url });
  assert.deepEqual([before.json['version'], before.json['notes'], before.json['groups']], [1, '', []]);
  assert.match(String(before.json['picture']), /^\/api\/v1\/references\/.+\/picture$/);
  const json = { groups: NASTY, notes: 'hers', consent: { state: 'given', note: 'paper' }, ifVersion: 1 };
  const saved = await inject({ method: 'PATCH', url, json });
  assert.equal(saved.status, 200);
  assert.deepEqual(new Set(saved.json['groups'] as string[]), new Set(NASTY));
  const late = await inject({ method: 'PATCH', url, json: { notes: 'mine', ifVersion: 1 } });
  assert.equal(late.status, 409);
  assert.match(late.json.error?.message ?? '', /^admin changed notes, consent and groups 0 seconds ago: look at it/);
  assert.deepEqual((late.json['changed'] as string[]).toSorted(), ['consent', 'groups', 'notes']);
  assert.equal((late.json['person'] as Answer)['notes'], 'hers');
  assert.equal((await inject({ method: 'PATCH', url, json: { notes: 'x'.repeat(10_001) } })).status, 400);
  const long = await inject({ method: 'PATCH', url, json: { name: 'x'.repeat(500) } });
  assert.equal(long.status, 400);
  // Notes are the person's page's only.
  const list = await inject({ url: `${URL}?group=${encodeURIComponent(NASTY[0] ?? '')}&consent=given` });
  assert.deepEqual(
    list.json.items?.map((item) => [item['name'], 'notes' in item]),
    [['Ann', false]],
  );
  assert.equal((await inject({ url: `${URL}/count?group=nobody` })).json['persons'], 0);
  await close();
});

test('groups and attributes can be looked through and changed for several at once', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const persons = [await enrol(inject, 'Ann'), await enrol(inject, 'Beata')];
  assert.equal((await inject({ method: 'POST', url: `${URL}/groups`, json: { persons, add: ['Staff'] } })).status, 204);
  assert.deepEqual((await inject({ url: '/api/v1/groups' })).json.items, [{ name: 'Staff', persons: 2 }]);
  const renamed = await inject({ method: 'PATCH', url: '/api/v1/groups', json: { name: 'staff', to: 'Crew' } });
  assert.deepEqual(renamed.json, { name: 'Crew', persons: 2 });
  await inject({ method: 'PATCH', url: `${URL}/${persons[0]}`, json: { attributes: { site: 'a:b' } } });
  assert.deepEqual((await inject({ url: `${URL}/attributes` })).json.items, [
    { key: 'site', values: [{ value: 'a:b', persons: 1 }] },
  ]);
  assert.equal((await inject({ url: `${URL}?attribute=${encodeURIComponent('site:a:b')}` })).json.items?.length, 1);
  assert.equal((await inject({ method: 'DELETE', url: '/api/v1/groups?name=crew' })).status, 204);
  assert.equal((await inject({ method: 'DELETE', url: '/api/v1/groups?name=crew' })).status, 404);
  // Looking is not changing.
  const { status } = await inject({
    method: 'POST',
    url: `${URL}/groups`,
    json: { persons, add: ['x'] },
    key: house.keys.read,
  });
  assert.equal(status, 403);
  await close();
});

test('when and where somebody was seen is told by camera, to whoever may see it', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await house.ports.store.cameras.put('yard', 'Yard');
  const id = await enrol(inject, 'Ann');
  await seen(house, inject, id, 's1');
  await seen(house, inject, id, 's2', { camera: 'yard', capturedAt: '2026-02-01T12:00:00.000Z' });
  const range = 'from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z';
  const url = `${URL}/${id}/activity?${range}&zone=America/New_York`;
  const all = await inject({ url });
  assert.equal(all.status, 200, all.text);
  assert.equal(all.json['visits'], 2);
  const week = all.json['week'] as number[][];
  assert.deepEqual([week.length, week[5]?.[7], week[6]?.[7]], [7, 1, 1]);
  const key = await house.makeKey(['read'], 'door');
  const door = await inject({ url, key });
  assert.deepEqual([door.json['visits'], door.json['lastSeenAt']], [1, META.capturedAt]);
  assert.equal((await inject({ url: `${URL}/${id}/activity?zone=Mars` })).status, 400);
  assert.equal((await inject({ url: `${URL}/gone/activity` })).status, 404);
  await close();
});

test('who could be taken for her is said with what would help', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const [ann, ben, cleo] = [await enrol(inject, 'Ann'), await enrol(inject, 'Benno'), await enrol(inject, 'Cleo')];
  const stranger = await house.ports.store.makePerson('', 'unknown');
  const vector = Float32Array.of(1, 0, 0, 0);
  const gallery = house.ports.gallery as Gallery;
  house.ports.gallery = {
    ...gallery,
    templatesOf: () => [
      { referenceId: 'r1', vector },
      { referenceId: 'r2', vector: Float32Array.of(0, 1, 0, 0) },
    ],
    search: (probe, _k, except) => {
      assert.ok(except?.has(ann));
      const isFirst = probe === vector;
      return [
        { personId: stranger.id, referenceId: 'x1', distance: isFirst ? 0.4 : 0.5 },
        { personId: ben, referenceId: 'x2', distance: isFirst ? 0.9 : 0.55 },
        { personId: cleo, referenceId: 'x3', distance: 0.65 },
        { personId: 'gone', referenceId: 'x4', distance: 0.1 },
      ];
    },
  };
  const { json, status } = await inject({ url: `${URL}/${ann}/confusable` });
  assert.equal(status, 200);
  assert.deepEqual(
    json.items?.map((item) => [
      (item['person'] as Answer)['name'],
      item['distance'],
      item['reference'],
      item['advice'],
    ]),
    [
      [stranger.name, 0.4, 'r1', 'merge'],
      ['Benno', 0.55, 'r2', 'check'],
      ['Cleo', 0.65, 'r1', 'photo'],
    ],
  );
  await close();
});

test('everything that is kept on her is in the export, and none of it in the log', async () => {
  const house = await furnish();
  house.ports.engine = house.ports.engine && { ...house.ports.engine };
  const { inject, app, close } = await openInject(house);
  const name = NASTY[1] ?? '';
  const id = await enrol(inject, name);
  await enrol(inject, 'Somebody else');
  await seen(house, inject, id, 's:1');
  await seen(house, inject, id, 's2', { capturedAt: '2026-02-01T12:00:00.000Z' });
  await inject({ method: 'PATCH', url: `${URL}/${id}`, json: { notes: 'likes tea' } });
  const nobody = { by: null, visitId: null, detectionId: 's2', cameraId: 'door', alertId: null };
  const { actions } = house.ports.store;
  const door = await actions.add({ name: 'Door', kind: 'http', enabled: true, settings: {}, access: null }, 1);
  for (const [personId, at] of [
    [id, 1],
    [await enrol(inject, 'A third'), 99_999],
  ] as const) {
    await actions.ask({ ...nobody, actionId: door.id, cause: 'policy', personId }, at);
  }
  const lost = [...house.files].find(([, bytes]) => Buffer.from(bytes).toString().includes('s2'));
  const answer = await app.inject({
    url: `${URL}/${id}/export`,
    headers: { authorization: `Bearer ${house.keys.people}` },
  });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/zip');
  assert.match(String(answer.headers['content-disposition']), /filename\*=UTF-8''%E7%8E%8B/);
  const files = await unzip(answer.rawPayload);
  const read = (file: string): unknown => JSON.parse(String(files.get(file)));
  assert.match(String(files.get('README.txt')), /王小明/);
  assert.equal((read('person.json') as Answer)['notes'], 'likes tea');
  assert.equal((read('detections.json') as unknown[]).length, 2);
  assert.equal((read('visits.json') as unknown[]).length, 2);
  assert.deepEqual(
    (read('templates.json') as { vector: number[] }[]).map(({ vector }) => vector.length),
    [4],
  );
  assert.deepEqual(
    (read('audit.json') as { action: string; entityId: string; actor: Answer; status: number }[])
      .filter(({ action }) => action !== 'person.export')
      .map(({ action, entityId, actor, status }) => [action, entityId, actor['name'], status]),
    [
      ['person.change', id, 'admin', 200],
      ['person.add', id, 'admin', 201],
    ],
    'who did what to her, and nothing of others',
  );
  assert.doesNotMatch(String(files.get('audit.json')), /127\.0\.0\.1/);
  assert.deepEqual(
    (read('runs.json') as { action: Answer; person: Answer; detection: string }[]).map(
      ({ action, person, detection }) => [action['name'], person['id'], detection],
    ),
    [['Door', id, 's2']],
    'what was asked of doors because of her, and of nobody else',
  );
  const pictures = [...files.keys()].filter((file) => file.startsWith('pictures/')).toSorted();
  assert.equal(pictures.length, 3);
  assert.match(pictures[1] ?? '', /^pictures\/sightings\/2026-01-31T12-00-00-000Z s_1\.bin$/);
  assert.equal(String(files.get(pictures[1] ?? '')), 'picture of sighting s:1');
  assert.ok(!house.logged.join('').includes('vector'));

  // A picture whose file was lost does not keep the rest back.
  house.files.delete(lost?.[0] ?? '');
  const again = await app.inject({
    url: `${URL}/${id}/export`,
    headers: { authorization: `Bearer ${house.keys.people}` },
  });
  const once = await unzip(again.rawPayload);
  assert.equal(once.size, files.size - 1);
  assert.match(String(once.get('audit.json')), /"person\.export"/, 'the export before');

  const key = await house.makeKey(['people'], 'door');
  assert.equal((await inject({ url: `${URL}/${id}/export`, key })).status, 403);
  assert.equal((await inject({ url: `${URL}/${id}/export`, key: house.keys.read })).status, 403);
  assert.equal((await inject({ url: `${URL}/gone/export` })).status, 404);
  await close();
});

test('she is forgotten with her sightings in the log, or erased with them', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const id = await enrol(inject, 'Ann');
  const other = await enrol(inject, 'Benno');
  await seen(house, inject, id, 's1');
  await seen(house, inject, other, 's2');
  assert.equal(house.files.size, 4);
  const key = await house.makeKey(['admin'], 'door');
  assert.equal((await inject({ method: 'DELETE', url: `${URL}/${id}?sightings=erase`, key })).status, 403);
  assert.equal((await inject({ method: 'DELETE', url: `${URL}/${id}?sightings=some` })).status, 400);
  assert.equal((await inject({ method: 'DELETE', url: `${URL}/${id}?sightings=erase` })).status, 204);
  assert.equal((await inject({ url: '/api/v1/detections/s1' })).status, 404);
  assert.equal(house.files.size, 2);
  assert.equal((await inject({ method: 'DELETE', url: `${URL}/${other}` })).status, 204);
  const kept = await inject({ url: '/api/v1/detections/s2' });
  assert.deepEqual([kept.status, kept.json['person']], [200, null]);
  assert.equal(house.files.size, 1);
  await close();
});

async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
    if (error) return reject(error);
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (failed, stream) => {
        if (failed) return reject(failed);
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
        stream.on('end', () => {
          files.set(entry.fileName, Buffer.concat(parts));
          zip.readEntry();
        });
      });
    });
    zip.on('end', resolve).on('error', reject);
    zip.readEntry();
  });
  await promise;
  return files;
}
