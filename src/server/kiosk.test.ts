// The kiosk: its page, the frames on their way to a camera program, and the names that it greets with.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { furnish, openInject } from './house.test-suite.ts';
import { openIdentityHouse } from './identity.test-suite.ts';
import { openServer } from './server.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 60 }, (_, i) => i)]);

function frame(fill: number, length = 20_000): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(length, fill)]);
}

async function openHouse(t: TestContext, limits = {}) {
  const house = await furnish({ limits });
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server.close();
    await house.ports.store.close();
  });
  const url = (camera = 'door'): string => `${server.url}/api/v1/cameras/${camera}/frames`;
  const post = (body: Buffer, { camera = 'door', key = house.keys.camera, type = 'image/jpeg' } = {}) =>
    fetch(url(camera), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...(type && { 'content-type': type }) },
      body: new Uint8Array(body),
    });
  return { house, server, url, post };
}

async function status(answer: Promise<Response>): Promise<number> {
  return (await answer).status;
}

/** Reads a stream behind the test's back. */
async function listen(t: TestContext, url: string, key: string) {
  const stop = new AbortController();
  t.after(() => stop.abort());
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` }, signal: stop.signal });
  const chunks: Buffer[] = [];
  const state = { ended: false };
  if (answer.ok) {
    void (async () => {
      for await (const chunk of answer.body ?? []) chunks.push(Buffer.from(chunk));
    })()
      .catch(() => undefined)
      .finally(() => (state.ended = true));
  }
  return {
    answer,
    state,
    stop,
    bytes: () => Buffer.concat(chunks),
    text: () => Buffer.concat(chunks).toString('latin1'),
  };
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await sleep(20)) {
    assert.ok(Date.now() < deadline, `${what} did not come`);
  }
}

test('a frame reaches the programs that read this camera, byte for byte, and nobody else', async (t) => {
  const { house, url, post } = await openHouse(t);
  await house.ports.store.cameras.put('yard', 'Yard');
  assert.deepEqual(await (await post(JPEG)).json(), { watched: false });
  const readers = [await listen(t, url(), house.keys.camera), await listen(t, url(), house.keys.admin)];
  const other = await listen(t, url('yard'), house.keys.camera);
  assert.equal(readers[0]?.answer.headers.get('content-type'), 'multipart/x-mixed-replace; boundary=frame');
  assert.deepEqual(await (await post(JPEG)).json(), { watched: true });
  for (const reader of readers) {
    await until('the frame', () => reader.bytes().includes(JPEG));
    assert.match(reader.text(), /--frame\r\nContent-Type: image\/jpeg\r\nContent-Length: 64\r\n\r\n/);
  }
  assert.doesNotMatch(other.text(), /jpeg/);
});

test('keys, cameras and bodies that do not fit are refused', async (t) => {
  const { house, url, post } = await openHouse(t);
  const own = await house.makeKey(['camera'], 'door');
  await house.ports.store.cameras.put('yard', 'Yard');

  assert.equal(await status(post(JPEG, { key: own })), 200);
  assert.equal(await status(post(JPEG, { key: own, camera: 'yard' })), 403);
  assert.equal(await status(post(JPEG, { key: house.keys.read })), 403);
  assert.equal(await status(post(JPEG, { key: 'wrong' })), 401);
  assert.equal(await status(post(JPEG, { camera: 'cellar' })), 404);
  assert.equal(await status(post(Buffer.from('<html>'))), 400);
  assert.equal(await status(post(Buffer.alloc(0))), 400);
  assert.equal(await status(post(JPEG, { type: 'image/png' })), 415);
  assert.equal(await status(post(JPEG, { type: 'application/json' })), 415);
  assert.equal(await status(post(frame(1, 4 * 1024 * 1024))), 413);
  for (const path of ['frames', 'names']) {
    const ask = (camera: string, key: string) => listen(t, url(camera).replace(/frames$/, path), key);
    assert.equal((await ask('yard', own)).answer.status, 403);
    assert.equal((await ask('door', house.keys.read)).answer.status, 403);
    assert.equal((await ask('cellar', house.keys.camera)).answer.status, 404);
  }
  const answers = await Promise.all(Array.from({ length: 70 }, () => post(JPEG)));
  assert.ok(
    answers.some((answer) => answer.status === 429),
    'a flood is let in',
  );
});

test('a reader that does not read gets the newest frame, not all of them', async (t) => {
  const { server, house, post } = await openHouse(t);
  const socket = connect(server.port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write(
    `GET /api/v1/cameras/door/frames HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${house.keys.camera}\r\n\r\n`,
  );
  await new Promise((done) => socket.once('data', done));
  socket.pause();
  let sent = 0;
  // More than the buffers of the system between the two hold.
  for (; sent < 40; sent++) {
    await post(frame(sent, 1_000_000));
    await sleep(40);
  }
  let received = 0;
  let last = -1;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    // Before the end of the part, the next boundary and the end of the chunk.
    last = chunk.at(-1 - '\r\n--frame\r\n\r\n'.length) ?? last;
  });
  socket.resume();
  await until('the newest frame', () => last === sent - 1);
  assert.ok(received < 30_000_000, `${received} bytes were kept for it`);
});

test('a stream says that it is alive, and ends with its key, its camera and the server', async (t) => {
  const { house, url, server } = await openHouse(t, { heartbeatMs: 50 });
  const { store } = house.ports;
  const own = await house.makeKey(['camera'], 'door');
  await store.cameras.put('yard', 'Yard');
  const [first, second, third] = await Promise.all([
    listen(t, url(), own),
    listen(t, url('yard'), house.keys.camera),
    listen(t, url(), house.keys.camera),
  ]);
  await until('signs of life', () => first.text().split('Content-Length: 0').length > 3);
  const key = (await store.keys.list()).find(({ cameraId }) => cameraId === 'door');
  await store.keys.remove(key?.id ?? '');
  await until('the end of the first', () => first.state.ended);
  await store.cameras.remove('yard');
  await until('the end of the second', () => second.state.ended);
  assert.equal(third.state.ended, false);
  await server.close();
  await until('the end of the third', () => third.state.ended);
});

test('the page is the same for every camera, asks for nothing of elsewhere, and knows no key', async (t) => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  t.after(async () => {
    await close();
    await house.ports.store.close();
  });
  const page = await inject({ url: '/kiosk/door', key: null });
  assert.equal(page.status, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
  assert.match(String(page.headers['permissions-policy']), /camera=\(self\)/);
  assert.equal((await inject({ url: '/kiosk/nobody', key: null })).text, page.text);
  assert.equal((await inject({ url: '/kiosk/no%20id', key: null })).status, 400);
  for (const [, path = ''] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.match(path, /^\//);
    assert.equal((await inject({ url: path, key: null })).status, 200, path);
  }
  for (const file of ['kiosk.js', 'kiosk-eye.js', 'kiosk-ear.js']) {
    const script = await inject({ url: `/kiosk/page/${file}`, key: null });
    for (const [, path = ''] of script.text.matchAll(/^import .* from '\.\/(.+)'/gm)) {
      assert.equal((await inject({ url: `/kiosk/page/${path}`, key: null })).status, 200, path);
    }
    // What comes from outside is never made into markup.
    assert.doesNotMatch(script.text, /innerHTML|insertAdjacent|document\.write/);
  }
});

test('who is recognised at a camera is told to its page, and to that page only', async (t) => {
  const { house, store, post, close } = await openIdentityHouse();
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server.close();
    await close();
  });
  await store.cameras.put('yard', 'Yard');
  const at = (camera: string): string => `${server.url}/api/v1/cameras/${camera}/names`;
  const door = await listen(t, at('door'), house.keys.camera);
  const yard = await listen(t, at('yard'), house.keys.camera);
  await until('the connections', () => door.text() !== '' && yard.text() !== '');
  await sleep(100);
  const ada = await store.makePerson('Ada');
  const now = house.ports.clock();
  // One is from a spool that waited for the back end.
  for (const [id, ageMs] of [
    ['a1', 1_000],
    ['a2', 600_000],
    ['a3', 0],
  ] as const) {
    await post(id, null, now - ageMs);
    await store.classify(id, ada);
  }
  await post('q1', null, now);
  await store.classify('q1', null, { decision: 'unidentified', personId: null });
  await until('the last one', () => door.text().includes('"q1"'));
  const events = [...door.text().matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data) as object);
  assert.deepEqual(events, [
    { detection: 'a1', track: null, decision: 'known', person: { id: ada.id, name: 'Ada', kind: 'known' } },
    { detection: 'a3', track: null, decision: 'known', person: { id: ada.id, name: 'Ada', kind: 'known' } },
    { detection: 'q1', track: null, decision: 'unidentified', person: null },
  ]);
  assert.doesNotMatch(yard.text(), /named/);
});
