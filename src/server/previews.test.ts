// Pictures of several cameras over one connection: whose, of when, the newest only, and what is said when a camera goes.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ask, eventually, jpeg, report } from './camera-kit.test-suite.ts';
import { furnish, openInject } from './house.test-suite.ts';
import { openServer } from './server.ts';

interface Part {
  readonly head: string;
  readonly body: string;
}

async function open(t: TestContext, limits = {}) {
  const house = await furnish({ limits });
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const { admin, camera } = house.keys;
  for (const id of ['yard', 'hall']) await ask(server.url, admin, 'PUT', `/cameras/${id}`, { name: id });
  const post = async (id: string, mark: string, size = 500, headers: Record<string, string> = {}) =>
    (await (
      await fetch(`${server.url}/api/v1/cameras/${id}/preview`, {
        method: 'POST',
        headers: { authorization: `Bearer ${camera}`, 'content-type': 'image/jpeg', ...headers },
        body: Buffer.from(jpeg(size, mark.charCodeAt(0))),
      })
    ).json()) as { watching: boolean };
  const run = (id: string, more = {}) => ask(server.url, camera, 'PUT', `/cameras/${id}/report`, report(more));
  for (const id of ['door', 'yard']) await run(id);
  return { house, url: server.url, post, run };
}

/** Reads only when it is asked for the parts. */
async function watch(url: string, key: string, cameras: readonly string[]) {
  const stop = new AbortController();
  const query = cameras.map((id) => `camera=${id}`).join('&');
  const response = await fetch(`${url}/api/v1/previews?${query}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: stop.signal,
  });
  const reader = response.body?.getReader();
  let text = '';
  const parts: Part[] = [];
  let ended = false;
  async function pump(): Promise<void> {
    for (;;) {
      const part = await reader?.read().catch(() => undefined);
      if (!part || part.done) {
        ended = true;
        return;
      }
      text += Buffer.from(part.value).toString('latin1');
      const found = text.split('--frame\r\n');
      text = found.pop() ?? '';
      for (const one of found.filter((some) => some !== '')) {
        const at = one.indexOf('\r\n\r\n');
        parts.push({ head: one.slice(0, at), body: one.slice(at + 4, -2) });
      }
    }
  }
  return {
    response,
    read: () => void pump(),
    parts: () => parts,
    ended: () => ended,
    /** Marks of the pictures of a camera. */
    marks: (id: string) =>
      parts
        .filter(({ head }) => head.includes('image/jpeg') && head.includes(`/cameras/${id}/preview`))
        .map(({ body }) => body.at(-1) ?? '')
        .join(''),
    said: (id: string) =>
      parts
        .filter(({ head, body }) => head.includes('application/json') && body.includes(`"${id}"`))
        .map(({ body }) => (JSON.parse(body) as { state: string }).state),
    close: () => stop.abort(),
  };
}

test('one connection carries the pictures of several cameras, with whose and of when, and says which shows nothing', async (t) => {
  const { house, url, post, run } = await open(t);
  const viewer = await watch(url, house.keys.log, ['door', 'yard', 'hall', 'gone']);
  assert.equal(viewer.response.status, 200);
  viewer.read();
  await eventually(
    () => viewer.said('gone'),
    (said) => said.length > 0,
    'the states',
  );
  assert.deepEqual(
    ['door', 'yard', 'hall', 'gone'].map((id) => viewer.said(id)),
    [['running'], ['running'], ['offline'], ['offline']],
  );
  assert.equal((await post('hall', 'h')).watching, true, 'also of the one that is offline: it may come back');
  const at = new Date(Date.now() - 700).toISOString();
  await post('door', 'a', 500, { 'x-captured-at': at });
  await post('yard', 'b', 500, { 'x-captured-at': 'yesterday' });
  await eventually(
    () => viewer.marks('door') + viewer.marks('yard'),
    (marks) => marks === 'ab',
    'the pictures',
  );
  const heads = viewer.parts().map(({ head }) => head);
  assert.ok(heads.some((head) => head.includes(`X-Captured-At: ${at}`)));
  assert.ok(!heads.some((head) => head.includes('Invalid')));

  await run('door', { state: 'ended', reason: 'The recording has ended.' });
  await eventually(
    () => viewer.said('door').at(-1),
    (state) => state === 'ended',
    'it is said that one has ended',
  );
  await post('yard', 'c');
  await run('door');
  await post('door', 'd');
  await eventually(
    () => viewer.marks('door') + viewer.marks('yard'),
    (marks) => marks === 'adbc',
    'the others go on',
  );
  assert.equal(viewer.said('door').at(-1), 'running');
  viewer.close();
  await eventually(
    async () => (await post('yard', 'e')).watching,
    (watching) => !watching,
    'nobody watches any more',
  );
});

test('a slow viewer gets the newest picture of each camera, never a queue', async (t) => {
  const { house, url, post } = await open(t);
  const slow = await watch(url, house.keys.log, ['door', 'yard']);
  for (let i = 0; i < 25; i++) {
    for (const id of ['door', 'yard']) await post(id, String.fromCharCode(40 + i), 1_000_000);
  }
  slow.read();
  const last = String.fromCharCode(40 + 24);
  await eventually(
    () => [slow.marks('door').at(-1), slow.marks('yard').at(-1)].join(''),
    (marks) => marks === last + last,
    'the newest of both',
  );
  assert.ok(slow.marks('door').length + slow.marks('yard').length < 30, 'most were passed over');
  slow.close();
});

test('nobody sees a camera that is not hers, and who loses the key loses the pictures', async (t) => {
  const { house, url } = await open(t, { heartbeatMs: 30 });
  const own = await house.makeKey(['log'], 'door');
  assert.equal((await ask(url, own, 'GET', '/previews?camera=door&camera=yard')).status, 403);
  assert.equal((await ask(url, house.keys.camera, 'GET', '/previews?camera=door')).status, 403);
  assert.equal((await ask(url, own, 'GET', '/previews')).status, 400);
  assert.equal((await ask(url, own, 'GET', '/previews?camera=../x')).status, 400);
  const viewer = await watch(url, own, ['door']);
  viewer.read();
  await eventually(() => viewer.parts().some(({ body }) => body === ''), Boolean, 'a heartbeat');
  for (const { id, cameraId } of await house.ports.store.keys.list()) {
    if (cameraId === 'door') await house.ports.store.keys.remove(id);
  }
  await eventually(viewer.ended, Boolean, 'the end');
});

test('the day in numbers is that of the cameras which the caller may see', async (t) => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  t.after(close);
  const { store } = house.ports;
  const ann = await store.makePerson('Ann');
  for (const [id, camera] of [
    ['s1', 'door'],
    ['s2', 'yard'],
  ] as const) {
    await store.cameras.put(camera, camera);
    const seen = { id, cameraId: camera, trackId: null, capturedAt: Date.now(), box: null, points: null, zones: [] };
    await store.detections.add(seen, 'f'.repeat(64), Date.now());
    await store.classify(id, id === 's1' ? ann : null);
  }
  const since = new Date(Date.now() - 60_000).toISOString();
  const numbers = async (key: string, from = since) =>
    (await inject({ url: `/api/v1/live/numbers?since=${encodeURIComponent(from)}`, key })).json;
  assert.deepEqual(await numbers(house.keys.log), { visits: 2, known: 1, strangers: 1, undecided: 0 });
  const own = await house.makeKey(['log'], 'door');
  assert.deepEqual(await numbers(own), { visits: 1, known: 1, strangers: 0, undecided: 0 });
  assert.deepEqual(await numbers(own, new Date(Date.now() + 60_000).toISOString()), {
    visits: 0,
    known: 0,
    strangers: 0,
    undecided: 0,
  });
  assert.equal((await inject({ url: '/api/v1/live/numbers', key: own })).status, 400);
});
