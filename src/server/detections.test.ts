// Posting and reading detections: durable, once, and clear about what is wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, META, NOBODY, openInject, picture, shot } from './house.test-suite.ts';

const URL = '/api/v1/detections';

test('a post answers 201, and the same id again 200 with the same body', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const first = await inject({
    method: 'POST',
    url: URL,
    form: shot({ ...META, zones: ['till', 'till'] }),
    key: house.keys.camera,
  });
  assert.equal(first.status, 201);
  assert.deepEqual((await inject({ url: `${URL}/shot-1` })).json['zones'], ['till']);
  assert.equal(first.json['camera'], 'door');
  assert.equal(first.json['capturedAt'], META.capturedAt);
  assert.equal(house.woken.times, 1);
  await house.ports.store.classify('shot-1', await house.ports.store.makePerson('Ann'));
  const again = await inject({ method: 'POST', url: URL, form: shot(META, 'picture 1 other'), key: house.keys.camera });
  assert.equal(again.status, 200);
  assert.deepEqual(again.json, first.json);
  assert.equal(house.files.size, 1, 'the second picture is not kept');
  assert.equal(house.woken.times, 1);
  await close();
});

test('a camera whose clock is off, and that says when it sends, has its shots where they belong', async () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  const house = await furnish({ clock: () => now });
  const { inject, close } = await openInject(house);
  const post = async (id: string, capturedAt: string, sentAt?: string) =>
    inject({ method: 'POST', url: URL, form: shot({ ...META, id, capturedAt, ...(sentAt && { sentAt }) }) });
  const cases = [
    // An hour slow, an hour fast, never set, right, right over a slow line, and one that does not say.
    ['slow', '2026-01-31T10:59:50Z', '2026-01-31T11:00:00Z', '2026-01-31T11:59:50.000Z'],
    ['fast', '2026-01-31T12:59:50Z', '2026-01-31T13:00:00Z', '2026-01-31T11:59:50.000Z'],
    ['unset', '1970-01-01T00:00:10Z', '1970-01-01T00:00:20Z', '2026-01-31T11:59:50.000Z'],
    ['right', '2026-01-31T11:00:00Z', '2026-01-31T12:00:00Z', '2026-01-31T11:00:00.000Z'],
    ['late', '2026-01-31T11:59:00Z', '2026-01-31T11:59:10Z', '2026-01-31T11:59:00.000Z'],
    ['silent', '2026-01-31T11:00:00Z', undefined, '2026-01-31T11:00:00.000Z'],
  ] as const;
  for (const [id, capturedAt, sentAt, wanted] of cases) {
    const { status, json } = await post(id, capturedAt, sentAt);
    assert.deepEqual([id, status, json['capturedAt']], [id, 201, wanted]);
  }
  const said = house.logged.filter((line) => line.includes('clock of the camera'));
  assert.equal(said.length, 2, said.join());
  assert.match(said[0] ?? '', /60 minutes slow.*NTP/);
  assert.match(said.at(-1) ?? '', /right again/);
  assert.equal((await post('x', '1970-01-01T00:00:10Z')).status, 400);
  const meta = {
    ...META,
    id: 'y',
    camera: 'nobody',
    capturedAt: '2026-01-31T10:59:50Z',
    sentAt: '2026-01-31T11:00:00Z',
  };
  assert.equal((await inject({ method: 'POST', url: URL, form: shot(meta) })).status, 404);
  assert.ok(
    house.logged.every((line) => !line.includes('nobody')),
    'nothing is said of cameras that are not there',
  );
  await close();
});

test('the same id posted many times at once is stored once, and no picture is left over', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const posts = Array.from({ length: 12 }, (_, i) =>
    inject({ method: 'POST', url: URL, form: shot(META, `picture 1 ${i % 3}`) }),
  );
  const answers = await Promise.all(posts);
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status }) => status === 200).length, 11);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(house.files.size, 1);
  const shown = await inject({ url: `${URL}/shot-1/picture` });
  assert.equal(shown.status, 200, 'the picture that is kept is the one which the row names');
  await close();
});

test('a row that cannot be written leaves no picture, unless another row has the same one', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  store.failAdd = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  const failed = await inject({ method: 'POST', url: URL, form: shot() });
  assert.equal(failed.status, 507);
  assert.match(failed.json.error?.message ?? '', /disk .* full/);
  assert.equal(house.files.size, 0);
  store.failAdd = null;
  assert.equal((await inject({ method: 'POST', url: URL, form: shot() })).status, 201);
  store.failAdd = new Error('secret of the database');
  const other = await inject({ method: 'POST', url: URL, form: shot({ ...META, id: 'shot-2' }) });
  assert.equal(other.status, 500);
  assert.deepEqual(other.json.error, { code: 'internal', message: 'Internal error' });
  assert.ok(
    house.logged.some((line) => line.includes('secret of the database')),
    'the log has it whole',
  );
  assert.equal(house.files.size, 1, 'the first row still has its picture');
  await close();
});

interface Bad {
  readonly name: string;
  readonly form: FormData;
  readonly status: number;
  readonly says: RegExp;
}

function twice(field: string): FormData {
  const form = shot();
  if (field === 'image') form.append('image', picture('picture 2'), 'b.jpg');
  else form.append('meta', JSON.stringify(META));
  return form;
}

function withText(name: string, value: string): FormData {
  const form = shot(META, name === 'image' ? null : 'picture 1');
  form.append(name, value);
  return form;
}

const BAD: readonly Bad[] = [
  { name: 'no image', form: shot(META, null), status: 400, says: /`image` is missing/ },
  { name: 'image twice', form: twice('image'), status: 400, says: /`image` came twice/ },
  { name: 'image empty', form: shot(META, ''), status: 400, says: /`image` is empty/ },
  { name: 'image as text', form: withText('image', 'picture'), status: 400, says: /`image` must be a file/ },
  { name: 'image too large', form: shot(META, `picture ${'x'.repeat(70_000)}`), status: 413, says: /larger than/ },
  { name: 'no picture', form: shot(META, 'text'), status: 400, says: /no picture/ },
  { name: 'no meta', form: shot(null), status: 400, says: /`meta` is missing/ },
  { name: 'meta twice', form: twice('meta'), status: 400, says: /`meta` came twice/ },
  { name: 'meta no JSON', form: shot('{id:'), status: 400, says: /`meta` is no valid JSON/ },
  { name: 'meta no object', form: shot('[]'), status: 400, says: /`meta` does not fit/ },
  {
    name: 'unknown field',
    form: withText('extra', '1'),
    status: 400,
    says: /unknown field "extra"; known are `image`, `meta`/,
  },
  { name: 'key missing', form: shot({ ...META, camera: undefined }), status: 400, says: /"camera" is missing/ },
  {
    name: 'key misspelt',
    form: shot({ ...META, tracc: 'a' }),
    status: 400,
    says: /"tracc" \(did you mean "track"\?\)/,
  },
  { name: 'key of another type', form: shot({ ...META, track: 7 }), status: 400, says: /"track"/ },
  { name: 'id with a path', form: shot({ ...META, id: '../x' }), status: 400, says: /"id".*expected: .*letters/ },
  { name: 'no time', form: shot({ ...META, capturedAt: 'yesterday' }), status: 400, says: /"capturedAt".*ISO 8601/ },
  {
    name: 'old',
    form: shot({ ...META, capturedAt: '1970-01-01T00:00:00Z' }),
    status: 400,
    says: /before the year 2000/,
  },
  { name: 'ahead', form: shot({ ...META, capturedAt: '2999-01-01T00:00:00Z' }), status: 400, says: /ahead/ },
  {
    name: 'box of three',
    form: shot({ ...META, box: [1, 2, 3] }),
    status: 400,
    says: /"box".*\[x, y, width, height\]/,
  },
  { name: 'box outside', form: shot({ ...META, box: [500, 0, 10, 10] }), status: 400, says: /"box" lies outside/ },
  { name: 'points of four', form: shot({ ...META, points: [[1, 1]] }), status: 400, says: /"points"/ },
  { name: 'a zone without name', form: shot({ ...META, zones: [''] }), status: 400, says: /"zones/ },
  { name: 'unknown camera', form: shot({ ...META, camera: 'cellar' }), status: 404, says: /no camera "cellar".*PUT/ },
];

test('bad posts say what is wrong, and leave nothing', async (t) => {
  const house = await furnish({ limits: { pictureBytes: 65_536 } });
  const { inject, close } = await openInject(house);
  for (const { name, form, status, says } of BAD) {
    await t.test(name, async () => {
      const answer = await inject({ method: 'POST', url: URL, form, key: house.keys.camera });
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json.error?.message ?? '', says);
    });
  }
  const broken = await inject({
    method: 'POST',
    url: URL,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  assert.equal(broken.status, 400);
  const json = await inject({ method: 'POST', url: URL, json: META });
  assert.equal(json.status, 415);
  assert.match(json.json.error?.message ?? '', /`image`, `meta`/);
  assert.equal(house.files.size, 0);
  assert.equal(house.woken.times, 0);
  assert.deepEqual((await inject({ url: URL })).json.items, []);
  await close();
});

test('JSON of `meta` may come as a file, as scripts send a Blob', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const form = shot(null);
  form.set(
    'meta',
    new Blob([JSON.stringify({ ...META, box: [1, 2, 30, 40], track: 't1' })], { type: 'application/json' }),
  );
  assert.equal((await inject({ method: 'POST', url: URL, form })).status, 201);
  assert.deepEqual((await inject({ url: `${URL}/shot-1` })).json['box'], [1, 2, 30, 40]);
  await close();
});

test("a camera's own key posts for that camera only, and one camera cannot take another's ids", async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await house.ports.store.cameras.put('yard', 'Yard');
  const key = await house.makeKey(['camera'], 'door');
  const other = await inject({ method: 'POST', url: URL, form: shot({ ...META, camera: 'yard' }), key });
  assert.equal(other.status, 403);
  assert.equal((await inject({ method: 'POST', url: URL, form: shot(), key })).status, 201);
  const taken = await inject({ method: 'POST', url: URL, form: shot({ ...META, camera: 'yard' }) });
  assert.equal(taken.status, 409);
  assert.equal((await inject({ url: '/api/v1/cameras/door', key })).status, 200);
  assert.equal((await inject({ url: '/api/v1/cameras/yard', key })).status, 403);
  await close();
});

test('a detection is shown with person, runner-up and margin', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await inject({ method: 'POST', url: URL, form: shot() });
  const { store } = house.ports;
  const ann = await store.makePerson('Ann');
  const ben = await store.makePerson('Ben');
  const nearest = { personId: ann.id, referenceId: 'a', distance: 0.31 };
  const runnerUp = { personId: ben.id, referenceId: 'b', distance: 0.52 };
  const seen = await store.classify('shot-1', ann, { match: { ...NOBODY, decision: 'known', nearest, runnerUp } });
  const { json } = await inject({ url: `${URL}/shot-1`, key: house.keys.read });
  assert.deepEqual(json['person'], { id: ann.id, name: 'Ann', kind: 'known' });
  assert.deepEqual(json['runnerUp'], { person: { id: ben.id, name: 'Ben' }, distance: 0.52 });
  assert.equal(json['margin'], 0.21);
  assert.equal(json['visit'], seen.visitId);
  assert.equal((await inject({ url: `${URL}/nobody` })).status, 404);
  await close();
});

test('the log comes in pages, filtered', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  for (let i = 0; i < 7; i++) {
    const capturedAt = new Date(Date.UTC(2026, 0, 1, i)).toISOString();
    await inject({
      method: 'POST',
      url: URL,
      form: shot({ ...META, id: `s${i}`, capturedAt, track: i % 2 ? 'odd' : 'even' }),
    });
  }
  const seen: unknown[] = [];
  let cursor = '';
  for (let pages = 0; pages < 4; pages++) {
    const { json } = await inject({ url: `${URL}?limit=3${cursor}` });
    seen.push(...(json.items ?? []).map(({ id }) => id));
    if (json.next === null) break;
    cursor = `&cursor=${json.next}`;
  }
  assert.deepEqual(seen, ['s6', 's5', 's4', 's3', 's2', 's1', 's0']);
  const odd = await inject({ url: `${URL}?track=odd&from=2026-01-01T02:00:00Z` });
  assert.deepEqual(
    odd.json.items?.map(({ id }) => id),
    ['s5', 's3'],
  );
  for (const query of ['limit=0', 'limit=501', 'limit=x', 'state=lost', 'from=now', 'camra=door', 'cursor=zzz']) {
    const { status, json } = await inject({ url: `${URL}?${query}` });
    assert.equal(status, 400, query);
    assert.ok(json.error?.message.includes(query.split('=')[0] ?? ''), json.error?.message);
  }
  await close();
});

test('a picture is served to those who may look, is asked for each time, and costs nothing when it is known', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  await inject({ method: 'POST', url: URL, form: shot() });
  const url = `${URL}/shot-1/picture`;
  const shown = await inject({ url, key: house.keys.read });
  assert.equal(shown.text, 'picture 1');
  assert.equal(shown.headers['cache-control'], 'private, no-cache');
  assert.equal(shown.headers['x-content-type-options'], 'nosniff');
  const again = await inject({
    url,
    key: house.keys.read,
    headers: { 'if-none-match': String(shown.headers['etag']) },
  });
  assert.equal(again.status, 304);
  for (const key of [null, house.keys.camera]) {
    const refused = await inject({ url, key, headers: { 'if-none-match': String(shown.headers['etag']) } });
    assert.ok([401, 403].includes(refused.status));
  }
  await close();
});
