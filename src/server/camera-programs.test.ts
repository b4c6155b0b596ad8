// Camera programs at a real port: the control stream, also over two processes on one store, two programs with one id, previews.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ADDRESS, ask, assertNoSecret, eventually, jpeg, listenAs, report, TWO } from './camera-kit.test-suite.ts';
import { furnish, shot, type House } from './house.test-suite.ts';
import type { ServerLimits } from './ports.ts';
import { openServer } from './server.ts';

const HERE = { host: '127.0.0.1', port: 0 };

/** Two applications on one store stand for two processes. */
async function open(t: TestContext, limits: Partial<ServerLimits> = {}) {
  const house = await furnish({ limits });
  const [one, two] = await Promise.all([openServer(house.ports, HERE), openServer(house.ports, HERE)]);
  t.after(async () => {
    await Promise.all([one.close(), two.close()]);
  });
  const settle = async (id: string) => {
    const form = shot({ id, camera: 'door', track: 'track-1', capturedAt: '2026-01-31T12:00:00Z' });
    const headers = { authorization: `Bearer ${house.keys.camera}` };
    assert.equal((await fetch(`${one.url}/api/v1/detections`, { method: 'POST', body: form, headers })).status, 201);
  };
  return { house, one: one.url, two: two.url, settle, key: await house.makeKey(['camera'], 'door') };
}

function put(url: string, house: House, body: unknown, camera = 'door') {
  return ask(url, house.keys.admin, 'PUT', `/cameras/${camera}`, body);
}

test('a program hears its settings at first and whatever changes, from whichever process', async (t) => {
  const { house, one, two, key } = await open(t);
  const ear = await listenAs(one, key);
  assert.deepEqual(await ear.next(), { event: 'settings', data: { version: 0, name: 'Front door', settings: null } });
  assert.deepEqual(await ear.next(), { event: 'watch', data: { watching: false } });
  await put(two, house, { name: 'Front door', settings: { source: ADDRESS } });
  const set = await ear.until('settings');
  assert.equal(set.data['version'], 1);
  assert.equal((set.data['settings'] as { source: string }).source, ADDRESS, 'the program needs the password');
  await put(two, house, { name: 'Portal' });
  const named = await ear.until('settings');
  assert.deepEqual([named.data['version'], named.data['name']], [1, 'Portal']);
  // What does not concern it is not sent: the next it hears is the change after the report.
  await ask(one, key, 'PUT', '/cameras/door/report', report());
  await put(one, house, { name: 'Portal', runsHere: false });
  await put(one, house, { name: 'Portal', settings: null });
  assert.deepEqual((await ear.until('settings')).data, { version: 2, name: 'Portal', settings: null });
  assertNoSecret(house);

  assert.equal((await ask(two, house.keys.admin, 'DELETE', '/cameras/door')).status, 204);
  for (let told = await ear.next(); told; told = await ear.next()) assert.equal(told.event, 'watch');
  assert.equal((await listenAs(one, key)).status, 404);
});

test('a program hears who was recognised in its tracks, and when that changes', async (t) => {
  const { house, one, two, settle, key } = await open(t);
  const { store } = house.ports;
  await put(one, house, { name: 'Yard' }, 'yard');
  const [ann, ben] = [await store.makePerson('Ann'), await store.makePerson('Ben')];
  const ear = await listenAs(two, key);
  const other = await listenAs(one, house.keys.camera, { camera: 'yard' });
  await ear.until('watch');
  await settle('s1');
  await store.classify('s1', ann);
  const person = { id: ann.id, name: 'Ann', kind: 'known' };
  assert.deepEqual((await ear.until('named')).data, { detection: 's1', track: 'track-1', decision: 'known', person });
  const moved = await ask(one, house.keys.admin, 'POST', '/detections/s1/move', { person: ben.id });
  assert.equal(moved.status, 200);
  assert.equal(((await ear.until('named')).data['person'] as { name: string }).name, 'Ben');
  await settle('s2');
  await store.reject('s2', 'no_face', 'No face was found.');
  await settle('s3');
  await store.classify('s3', null);
  assert.deepEqual((await ear.until('named')).data['detection'], 's3', 'rejected ones are not named');
  await put(one, house, { name: 'Garden' }, 'yard');
  const heard = [await other.next(), await other.next(), await other.next()];
  assert.deepEqual(
    heard.map((told) => told?.event),
    ['settings', 'watch', 'settings'],
    "the other camera's hears nothing",
  );
  ear.stop();
  other.stop();
});

test('of two programs with one camera id the second is told so in words, at either process, until the first has gone', async (t) => {
  const { house, one, two, key } = await open(t);
  const first = await listenAs(one, key);
  await first.until('watch');
  for (const url of [one, two]) {
    const second = await listenAs(url, house.keys.camera, { program: TWO });
    assert.equal(second.status, 409);
    assert.match(second.text, /Another program runs as camera \\"door\\".*stop it, or give this one another id/);
    assert.equal((await ask(url, key, 'PUT', '/cameras/door/report', report({ program: TWO }))).status, 409);
    assert.equal((await ask(url, key, 'PUT', '/cameras/door/report', report())).status, 200);
  }
  // The first connects again before its old connection is seen to be broken: it stays in its place.
  const again = await listenAs(one, key);
  await again.until('watch');
  while ((await first.next()) !== null);
  assert.equal((await listenAs(two, key, { program: TWO })).status, 409);
  again.stop();
  const next = await eventually(
    () => listenAs(two, key, { program: TWO }),
    ({ status }) => status === 200,
    'the place is not given back',
  );
  next.stop();
});

test('a control stream is for the key of the camera, well-formed, and ends when the key is taken back', async (t) => {
  const { house, one, key } = await open(t, { controlMs: 30 });
  await put(one, house, { name: 'Yard' }, 'yard');
  assert.equal((await listenAs(one, key, { camera: 'yard' })).status, 403);
  assert.equal((await listenAs(one, house.keys.read)).status, 403);
  assert.equal((await listenAs(one, 'kith_wrong')).status, 401);
  assert.equal((await listenAs(one, key, { program: 'x' })).status, 400);
  assert.equal((await ask(one, key, 'GET', '/cameras/door/control')).status, 400);
  const ear = await listenAs(one, key);
  await ear.until('watch');
  for (const { id, cameraId } of await house.ports.store.keys.list()) {
    if (cameraId === 'door') await house.ports.store.keys.remove(id);
  }
  assert.equal(await ear.next(), null);
  assert.ok(ear.comments() >= 1);
});

test('everybody who listens hears when a camera changes its state, also when it falls silent', async (t) => {
  let now = Date.now();
  const house = await furnish({ limits: { sweepMs: 20 }, clock: () => now });
  const server = await openServer(house.ports, HERE);
  t.after(() => server.close());
  const stop = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${house.keys.read}` },
    signal: stop.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  async function camera(): Promise<Record<string, unknown>> {
    for (;;) {
      const match = /event: camera\ndata: (.*)\n\n/.exec(text);
      if (match) {
        text = text.slice(match.index + match[0].length);
        return JSON.parse(match[1] ?? '') as Record<string, unknown>;
      }
      const part = await reader?.read();
      assert.ok(part && !part.done, 'the stream ended');
      text += part.value;
    }
  }
  const send = (more: Parameters<typeof report>[0]) =>
    ask(server.url, house.keys.camera, 'PUT', '/cameras/door/report', report(more));
  await put(server.url, house, { name: 'Front door', settings: { source: ADDRESS } });
  assert.equal((await camera())['id'], 'door');
  for (const state of ['connecting', 'running', 'running', 'retrying'] as const) await send({ state });
  const states: unknown[] = [];
  for (let i = 0; i < 3; i++) states.push(((await camera())['camera'] as { state: string }).state);
  // An event is read after the fact: it may show a later state.
  assert.equal(states.at(-1), 'retrying');
  now += 30_000;
  const gone = await camera();
  assert.deepEqual([gone['action'], (gone['camera'] as { state: string }).state], ['change', 'offline']);
  await ask(server.url, house.keys.admin, 'DELETE', '/cameras/door');
  assert.deepEqual(await camera(), { id: 'door', action: 'remove', camera: null });
  stop.abort();
  assertNoSecret(house, text);
});

const JPEG = '\u00ff\u00d8\u00ff\u00e0';

/** A viewer that takes nothing until `read`. */
async function watch(url: string, key: string, camera = 'door') {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // Pictures are large: only the beginning of the answer and the mark of each picture are kept.
  let begin = '';
  let rest = '';
  const marks: string[] = [];
  function take(part: Buffer): void {
    const text = part.toString('latin1');
    if (begin.length < 20_000) begin += text;
    rest += text;
    for (let at = rest.indexOf(JPEG); at >= 0 && at + JPEG.length < rest.length; at = rest.indexOf(JPEG)) {
      marks.push(rest[at + JPEG.length] ?? '');
      rest = rest.slice(at + JPEG.length + 1);
    }
    rest = rest.slice(-JPEG.length);
  }
  socket.on('error', () => undefined);
  socket.write(
    `GET /api/v1/cameras/${camera}/preview HTTP/1.0\r\nhost: x\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n\r\n`,
  );
  socket.pause();
  let ended = false;
  socket.on('close', () => (ended = true));
  return {
    read: () => void socket.on('data', take).resume(),
    text: () => begin,
    /** The byte that each picture which arrived is made of. */
    marks: () => marks,
    ended: () => ended,
    close: () => socket.destroy(),
  };
}

test('the preview shows pictures while somebody watches, and the program knows whether', async (t) => {
  const { house, one, key } = await open(t);
  await ask(one, key, 'PUT', '/cameras/door/report', report());
  const ear = await listenAs(one, key);
  assert.deepEqual((await ear.until('watch')).data, { watching: false });
  const send = (mark: string, size = 5_000) =>
    ask(one, key, 'POST', '/cameras/door/preview', jpeg(size, mark.charCodeAt(0)));
  assert.deepEqual((await send('a')).json, { watching: false });
  const viewer = await watch(one, house.keys.read);
  viewer.read();
  assert.deepEqual((await ear.until('watch')).data, { watching: true });
  assert.deepEqual((await send('b')).json, { watching: true });
  await eventually(
    () => viewer.marks().join(''),
    (marks) => marks === 'b',
    'the first picture',
  );
  assert.match(viewer.text(), /200 OK/);
  const looks = await house.ports.store.audit.list({ action: 'camera.watch' }, { limit: 9 });
  assert.deepEqual(
    looks.items.map(({ entityId, actor, status }) => [entityId, actor.name, status]),
    [['door', 'read', 200]],
  );
  assert.match(viewer.text(), /content-type: multipart\/x-mixed-replace; ?boundary=frame/i);
  // The part is closed at once, so that the browser shows it.
  const part =
    /--frame\r\nContent-Type: image\/jpeg\r\nContent-Length: 5000\r\n(?:X-[^\r]+\r\n|Content-[^\r]+\r\n)+\r\n(.*)\r\n--frame\r\n/s;
  assert.equal(part.exec(viewer.text())?.[1]?.length, 5_000);
  const second = await watch(one, key);
  second.read();
  await eventually(
    () => second.marks().join(''),
    (marks) => marks === 'b',
    'who comes later sees the newest at once',
  );
  assert.equal((await ask(one, key, 'PUT', '/cameras/door/report', report())).json['watching'], true);
  assert.deepEqual((await send('c')).json, { watching: true });
  await eventually(
    () => [...viewer.marks(), ...second.marks()].join(''),
    (marks) => marks === 'bcbc',
    'both',
  );
  viewer.close();
  second.close();
  assert.deepEqual((await ear.until('watch')).data, { watching: false });
  assert.deepEqual((await send('d')).json, { watching: false });
  assert.equal(house.files.size, 0, 'nothing is stored');
  ear.stop();
});

test('a viewer that does not read gets the newest picture later, not all of them, and does not hold up the others', async (t) => {
  const { house, one, key } = await open(t);
  await ask(one, key, 'PUT', '/cameras/door/report', report());
  const slow = await watch(one, house.keys.read);
  const quick = await watch(one, house.keys.read);
  quick.read();
  await eventually(
    async () => (await ask(one, key, 'POST', '/cameras/door/preview', jpeg(100, 1))).json['watching'],
    (watching) => watching === true && quick.marks().length > 0,
    'nobody watches',
  );
  const size = 1_500_000;
  for (let i = 0; i < 60; i++) {
    const mark = 32 + i;
    assert.equal((await ask(one, key, 'POST', '/cameras/door/preview', jpeg(size, mark))).status, 200);
  }
  const last = String.fromCharCode(32 + 59);
  await eventually(
    () => quick.marks().at(-1),
    (mark) => mark === last,
    'the quick one',
  );
  quick.close();
  slow.read();
  await eventually(
    () => slow.marks().at(-1),
    (mark) => mark === last,
    'the slow one',
  );
  assert.ok(slow.marks().length < 30, `${slow.marks().length} pictures waited for the slow one`);
  slow.close();
});

test('a preview is refused where there is nothing to see, and ends when the camera goes', async (t) => {
  const { house, one, two, key } = await open(t, { heartbeatMs: 30 });
  await put(one, house, { name: 'Yard' }, 'yard');
  const look = (camera: string, who = house.keys.read) => ask(one, who, 'GET', `/cameras/${camera}/preview`);
  assert.equal((await look('none')).status, 404);
  const offline = await look('door');
  assert.equal(offline.status, 503);
  assert.match(offline.text, /shows nothing now: it is offline/);
  assert.equal((await look('yard', key)).status, 403);
  assert.equal((await look('yard', 'kith_wrong')).status, 401);

  await ask(one, key, 'PUT', '/cameras/door/report', report());
  const post = (body: unknown, who = key, camera = 'door') => ask(one, who, 'POST', `/cameras/${camera}/preview`, body);
  assert.equal((await post(jpeg(3_000_000, 1))).status, 413);
  assert.equal((await post(new Uint8Array([1, 2, 3, 4]))).status, 400);
  assert.equal((await post(new Uint8Array())).status, 400);
  assert.equal((await post({ a: 1 })).status, 415);
  assert.equal((await post(jpeg(99, 1), house.keys.read)).status, 403);
  assert.equal((await post(jpeg(99, 1), key, 'yard')).status, 403);
  assert.equal((await post(jpeg(99, 1), house.keys.camera, 'none')).status, 404);

  const viewer = await watch(one, key);
  viewer.read();
  await eventually(
    async () => (await post(jpeg(99, 1))).json['watching'],
    (watching) => watching === true,
    'watching',
  );
  await ask(two, key, 'PUT', '/cameras/door/report', report({ state: 'ended', reason: 'The recording has ended.' }));
  await eventually(viewer.ended, (ended) => ended, 'the viewer of an ended camera is sent away');
  assert.match((await look('door')).text, /it is ended \(The recording has ended\.\)/);
});
