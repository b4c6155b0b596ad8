// People, photos, cameras, visits, and questions about photos.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, NOBODY, openInject, picture, shot } from './house.test-suite.ts';

const URL = '/api/v1/persons';

function photos(name: string | null, ...images: string[]): FormData {
  const form = new FormData();
  if (name !== null) form.set('name', name);
  for (const image of images) form.append('image', picture(image), 'a.jpg');
  return form;
}

test('a person is made, found, renamed and forgotten', async () => {
  const { inject, close } = await openInject(await furnish());
  const made = await inject({ method: 'POST', url: URL, json: { name: 'Ann' } });
  assert.equal(made.status, 201);
  const url = `${URL}/${String(made.json['id'])}`;
  assert.equal((await inject({ method: 'POST', url: URL, json: { name: 'ann' } })).status, 409);
  assert.deepEqual(
    (await inject({ url: `${URL}?query=AN&kind=known` })).json.items?.map(({ name }) => name),
    ['Ann'],
  );
  assert.equal((await inject({ method: 'PATCH', url, json: { name: 'Anna' } })).json['name'], 'Anna');
  assert.equal((await inject({ url })).json['name'], 'Anna');
  const gone = await inject({ method: 'DELETE', url });
  assert.equal(gone.status, 204);
  assert.equal(gone.text, '');
  for (const method of ['GET', 'DELETE'] as const) assert.equal((await inject({ method, url })).status, 404);
  assert.equal((await inject({ method: 'PATCH', url, json: { name: 'B' } })).status, 404);
  for (const json of [{}, { name: '' }, { name: 7 }, { nane: 'x' }, [], null]) {
    assert.equal((await inject({ method: 'POST', url: URL, json })).status, 400, JSON.stringify(json));
  }
  await close();
});

test('a person with photos is made as a whole or not at all', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const bad = await inject({ method: 'POST', url: URL, form: photos('Ann', 'picture of ann', 'picture 0') });
  assert.equal(bad.status, 422);
  assert.match(bad.json.error?.message ?? '', /^Photo 2 of 2: No face was found/);
  assert.equal((await inject({ url: URL })).json.items?.length, 0);
  const twice = await inject({ method: 'POST', url: URL, form: photos('Ann', 'picture of ann', 'picture of ann') });
  assert.equal(twice.status, 409);
  assert.equal((await inject({ url: URL })).json.items?.length, 0);
  assert.equal(house.files.size, 0);
  const good = await inject({ method: 'POST', url: URL, form: photos('Ann', 'picture of ann', 'picture of ann 2') });
  assert.equal(good.status, 201);
  assert.equal(good.json['references'], 2);
  assert.equal(house.files.size, 2);
  await close();
});

test('photos are added and removed, and their files go when nothing points to them', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const ann = String((await inject({ method: 'POST', url: URL, json: { name: 'Ann' } })).json['id']);
  const url = `${URL}/${ann}/references`;
  const none = await inject({ method: 'POST', url, form: photos(null, 'picture 0') });
  assert.equal(none.status, 422);
  const crowd = await inject({ method: 'POST', url, form: photos(null, 'picture 5') });
  assert.equal(crowd.status, 422);
  assert.match(crowd.json.error?.message ?? '', /5 faces were found/);
  const added = await inject({ method: 'POST', url, form: photos(null, 'picture sizes 20 90') });
  assert.equal(added.status, 201, 'one face is clearly the largest');
  assert.deepEqual(added.json['box'], [10, 10, 90, 90]);
  assert.equal(added.json['reason'], 'light');
  const same = await inject({ method: 'POST', url, form: photos(null, 'picture sizes 20 90') });
  assert.equal(same.status, 409);
  assert.equal((await inject({ url })).json.items?.length, 1);
  const shown = await inject({ url: String(added.json['picture']), key: house.keys.read });
  assert.equal(shown.text, 'picture sizes 20 90');
  // A detection of the same bytes keeps the file.
  await inject({ method: 'POST', url: '/api/v1/detections', form: shot(undefined, 'picture sizes 20 90') });
  const one = `${url}/${String(added.json['id'])}`;
  const ben = String((await inject({ method: 'POST', url: URL, json: { name: 'Ben' } })).json['id']);
  const others = await inject({ method: 'DELETE', url: one.replace(ann, ben) });
  assert.equal(others.status, 404, 'it is not a photo of Ben');
  assert.equal((await inject({ method: 'DELETE', url: one })).status, 204);
  assert.equal(house.files.size, 1);
  await inject({ method: 'POST', url, form: photos(null, 'picture of ann') });
  assert.equal(house.files.size, 2);
  await inject({ method: 'DELETE', url: `${URL}/${ann}` });
  assert.equal(house.files.size, 1);
  assert.equal((await inject({ method: 'POST', url, form: photos(null, 'picture') })).status, 404);
  await close();
});

test('detect, identify and verify answer about photos which are not kept', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const ann = await house.ports.store.persons.add('Ann');
  const nearest = { personId: ann.id, referenceId: 'r', distance: 0.4123456 };
  house.ports.match = async () => ({ ...NOBODY, decision: 'known', nearest });
  const detected = await inject({ method: 'POST', url: '/api/v1/detect', form: photos(null, 'picture 2') });
  assert.equal((detected.json['faces'] as unknown[]).length, 2);
  const identified = await inject({ method: 'POST', url: '/api/v1/identify', form: photos(null, 'picture 1') });
  const [face] = identified.json['faces'] as Record<string, unknown>[];
  assert.deepEqual(face?.['person'], { id: ann.id, name: 'Ann', kind: 'known' });
  assert.equal(face['distance'], 0.4123);
  house.ports.match = async () => ({ ...NOBODY, nearest });
  const stranger = await inject({ method: 'POST', url: '/api/v1/identify', form: photos(null, 'picture 1') });
  const [nobody] = stranger.json['faces'] as Record<string, unknown>[];
  assert.equal(nobody?.['person'], null);
  assert.equal(nobody['decision'], 'new');
  const verify = async (...images: string[]) =>
    inject({ method: 'POST', url: '/api/v1/verify', form: photos(null, ...images) });
  assert.deepEqual((await verify('picture of ann', 'picture of ann too')).json, {
    distance: 0,
    threshold: 0.6,
    same: true,
  });
  assert.equal((await verify('picture of ann', 'picture of ben')).json['same'], false);
  assert.equal((await verify('picture of ann')).status, 400);
  assert.match((await verify('picture of ann', 'picture 0')).json.error?.message ?? '', /second photo/);
  const named = new FormData();
  named.set('a', picture('picture of ann'), 'a');
  named.set('b', picture('picture of ann 2'), 'b');
  assert.equal((await inject({ method: 'POST', url: '/api/v1/verify', form: named })).json['same'], true);
  assert.equal(house.files.size, 0);
  await close();
});

test('while the models load, the process lives but is not ready', async () => {
  const house = await furnish({ engine: null, match: null });
  const { inject, close } = await openInject(house);
  assert.equal((await inject({ url: '/health', key: null })).status, 200);
  const early = await inject({ url: '/ready', key: null });
  assert.equal(early.status, 503);
  assert.match(early.json.error?.message ?? '', /models/);
  assert.equal((await inject({ method: 'POST', url: '/api/v1/identify', form: photos(null, 'picture') })).status, 503);
  assert.equal((await inject({ method: 'POST', url: '/api/v1/detections', form: shot() })).status, 201, 'shots wait');
  const complete = await furnish();
  Object.assign(house.ports, { engine: complete.ports.engine, match: complete.ports.match });
  assert.equal((await inject({ url: '/ready', key: null })).status, 200);
  house.ports.store.ping = () => Promise.reject(new Error('password wrong'));
  const away = await inject({ url: '/ready', key: null });
  assert.equal(away.status, 503);
  assert.ok(!away.text.includes('password'));
  await close();
});

test('cameras and visits', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  assert.equal((await inject({ method: 'PUT', url: '/api/v1/cameras/yard', json: { name: 'Yard' } })).status, 200);
  assert.equal((await inject({ method: 'PUT', url: '/api/v1/cameras/a%2Fb', json: { name: 'x' } })).status, 400);
  assert.equal((await inject({ url: '/api/v1/cameras' })).json.items?.length, 2);
  assert.equal((await inject({ method: 'DELETE', url: '/api/v1/cameras/yard' })).status, 204);
  assert.equal((await inject({ method: 'DELETE', url: '/api/v1/cameras/yard' })).status, 404);
  await inject({ method: 'POST', url: '/api/v1/detections', form: shot() });
  const ann = await house.ports.store.makePerson('Ann');
  const { visitId } = await house.ports.store.classify('shot-1', ann);
  const { json } = await inject({ url: `/api/v1/visits?person=${ann.id}` });
  assert.equal(json.items?.[0]?.['picture'], '/api/v1/detections/shot-1/picture');
  assert.equal((await inject({ url: `/api/v1/visits/${visitId}` })).json['detections'], 1);
  assert.equal((await inject({ url: '/api/v1/visits/v2' })).status, 404);
  await close();
});

test('the summary and the metrics count', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await inject({ method: 'POST', url: '/api/v1/detections', form: shot() });
  await house.ports.store.persons.add('Ann');
  const since = new Date(Date.now() + 60_000).toISOString();
  const { json } = await inject({ url: `/api/v1/summary?since=${since}` });
  assert.deepEqual(json['persons'], { known: 1, unknown: 0 });
  assert.deepEqual(json['detections'], { pending: 1, classified: 0, rejected: 0, failed: 0 });
  assert.deepEqual(json['since'], { pending: 0, classified: 0, rejected: 0, failed: 0 });
  const metrics = await inject({ url: '/metrics', key: house.keys.read });
  assert.match(metrics.text, /kith_detections\{state="pending"\} 1/);
  assert.match(
    metrics.text,
    /kith_http_request_seconds_count\{method="POST",route="\/api\/v1\/detections",status="201"\} 1/,
  );
  await close();
});

test('what is not there, wrong methods and broken bodies are errors of the same shape', async () => {
  const { inject, close } = await openInject(await furnish());
  const expectations = [
    [{ url: '/api/v1/nothing' }, 404, 'not_found'],
    [{ method: 'DELETE', url: '/api/v1/visits' }, 405, 'invalid'],
    [{ url: '/assets/missing.js' }, 404, 'not_found'],
    [{ method: 'POST', url: URL, headers: { 'content-type': 'text/plain' }, json: 'x' }, 415, 'invalid'],
    [{ method: 'PATCH', url: `${URL}/x`, headers: { 'content-type': 'application/json' } }, 400, 'invalid'],
    [{ method: 'POST', url: URL, json: { name: 'x'.repeat(70_000) } }, 413, 'invalid'],
    [{ url: '/api/v1/persons/%zz' }, 400, 'invalid'],
    [{ url: `/api/v1/persons/${'x'.repeat(300)}` }, 414, 'invalid'],
  ] as const;
  for (const [request, status, code] of expectations) {
    const answer = await inject(request);
    assert.equal(answer.status, status, `${request.url} ${answer.text}`);
    assert.equal(answer.json.error?.code, code, answer.text);
    assert.ok((answer.json.error.message.length ?? 0) > 5);
  }
  const wrong = await inject({ method: 'DELETE', url: '/api/v1/visits' });
  assert.match(String(wrong.headers['allow']), /GET/);
  await close();
});

test('the API is described, and its page needs nothing from elsewhere', async () => {
  const { inject, close } = await openInject(await furnish());
  const { json } = await inject({ url: '/docs/json', key: null });
  const paths = json['paths'] as Record<string, Record<string, { requestBody?: unknown }>>;
  for (const path of ['/api/v1/detections', '/api/v1/persons/{id}/references', '/api/v1/events', '/health']) {
    assert.ok(paths[path], path);
  }
  assert.match(JSON.stringify(paths['/api/v1/detections']?.['post']?.requestBody), /multipart\/form-data.*capturedAt/);
  const page = await inject({ url: '/docs/', key: null });
  assert.equal(page.status, 200);
  assert.ok(!/(src|href)="https?:/.test(page.text));
  assert.match(String(page.headers['content-security-policy']), /script-src 'self';/);
  await close();
});
