// The back end on a real port: live events with resuming, slow listeners, large uploads, closing.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { furnish, shot, type House } from './house.test-suite.ts';
import type { ServerLimits } from './ports.ts';
import { openServer, type Server } from './server.ts';

const HERE = { host: '127.0.0.1', port: 0 };

async function open(t: TestContext, limits: Partial<ServerLimits> = {}): Promise<{ house: House; server: Server }> {
  const house = await furnish({ limits });
  const server = await openServer(house.ports, HERE);
  t.after(() => server.close());
  return { house, server };
}

async function post(server: Server, house: House, id: string): Promise<void> {
  const form = shot({ id, camera: 'door', capturedAt: '2026-01-31T12:00:00Z' });
  const headers = { authorization: `Bearer ${house.keys.camera}` };
  const answer = await fetch(`${server.url}/api/v1/detections`, { method: 'POST', body: form, headers });
  assert.equal(answer.status, 201);
}

interface Event {
  readonly id: number;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream of events; `next` waits for the following one. */
async function listen(server: Server, key: string, after?: number) {
  const stop = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${key}`, ...(after === undefined ? {} : { 'last-event-id': String(after) }) },
    signal: stop.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';

  async function block(): Promise<string | null> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { value, done } = await reader.read();
      if (done) return null;
      text += value;
    }
  }

  assert.match((await block()) ?? '', /^: connected/);
  return {
    block,
    async next(): Promise<Event> {
      for (;;) {
        const found = await block();
        assert.ok(found !== null, 'the stream ended');
        const line = (name: string) =>
          found
            .split('\n')
            .find((row) => row.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        const id = line('id');
        if (id === undefined) continue;
        return {
          id: Number(id),
          event: line('event') ?? '',
          data: JSON.parse(line('data') ?? '{}') as Record<string, unknown>,
        };
      }
    },
    stop: () => stop.abort(),
  };
}

test('a classified detection reaches every listener whole, right after its commit', async (t) => {
  const { house, server } = await open(t);
  const ann = await house.ports.store.makePerson('Ann');
  const listeners = [await listen(server, house.keys.read), await listen(server, house.keys.admin)];
  await post(server, house, 's1');
  await house.ports.store.classify('s1', ann);
  for (const listener of listeners) {
    const { event, data } = await listener.next();
    assert.equal(event, 'detection');
    assert.equal(data['id'], 's1');
    assert.equal((data['person'] as { name: string }).name, 'Ann');
    listener.stop();
  }
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${house.keys.read}` } });
  const text = await metrics.text();
  assert.match(text, /kith_detections_classified_total\{decision="known"\} 1/);
  assert.match(text, /nodejs_eventloop_lag/);
});

test('rejected detections and changes of persons are events too', async (t) => {
  const { house, server } = await open(t);
  const { store } = house.ports;
  const listener = await listen(server, house.keys.read);
  await post(server, house, 's1');
  await store.reject('s1', 'no_face', 'No face was found.');
  assert.deepEqual((await listener.next()).data['reason'], { code: 'no_face', message: 'No face was found.' });
  const ann = await store.persons.add('Ann');
  assert.equal((await listener.next()).data['action'], 'add');
  await store.persons.remove(ann.id);
  const gone = await listener.next();
  assert.equal(gone.event, 'person');
  assert.deepEqual(gone.data, { id: ann.id, action: 'remove', person: null });
  listener.stop();
});

test('a detection that changes hands reaches the listeners as hers whom it is now, and is counted once', async (t) => {
  const { house, server } = await open(t);
  const { store } = house.ports;
  const [ann, ben] = [await store.makePerson('Ann'), await store.makePerson('Ben')];
  await post(server, house, 's1');
  const listener = await listen(server, house.keys.read);
  await store.classify('s1', ann);
  assert.equal(((await listener.next()).data['person'] as { id: string }).id, ann.id);
  const headers = { authorization: `Bearer ${house.keys.admin}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ person: ben.id });
  const moved = await fetch(`${server.url}/api/v1/detections/s1/move`, { method: 'POST', headers, body });
  assert.equal(moved.status, 200);
  let { event, data } = await listener.next();
  while (event !== 'detection') ({ event, data } = await listener.next());
  assert.deepEqual([(data['person'] as { id: string }).id, data['decidedBy']], [ben.id, 'human']);
  listener.stop();
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${house.keys.read}` } });
  assert.match(await metrics.text(), /kith_detections_classified_total\{decision="known"\} 1\n/);
});

test('a listener that comes back misses nothing and gets nothing twice, whatever happens meanwhile', async (t) => {
  const { house, server } = await open(t);
  const { store } = house.ports;
  const ann = await store.makePerson('Ann');
  const before = await store.changes.last();
  for (let i = 0; i < 5; i++) {
    await post(server, house, `s${i}`);
    await store.classify(`s${i}`, ann);
  }
  const first = await listen(server, house.keys.read, before);
  const { id } = await first.next();
  first.stop();
  const second = await listen(server, house.keys.read, id);
  for (let i = 5; i < 60; i++) {
    await post(server, house, `s${i}`);
    await store.classify(`s${i}`, ann);
  }
  for (let i = 1; i < 60; i++) assert.equal((await second.next()).data['id'], `s${i}`);
  second.stop();
  // A number from another life of the store must not silence the stream.
  const lost = await listen(server, house.keys.read, 99_999_999);
  await post(server, house, 's60');
  await store.classify('s60', ann);
  assert.equal((await lost.next()).data['id'], 's60');
  lost.stop();
});

test('quiet streams get a heartbeat, and end when the key is taken back', async (t) => {
  const { house, server } = await open(t, { heartbeatMs: 20 });
  const key = await house.makeKey(['read']);
  const listener = await listen(server, key);
  assert.equal(await listener.block(), ': still here');
  const stored = await house.ports.store.keys.list();
  await house.ports.store.keys.remove(stored.at(-1)?.id ?? '');
  let block = await listener.block();
  while (block !== null) {
    assert.equal(block, ': still here');
    block = await listener.block();
  }
});

test('a listener that does not read is cut off, and the others go on', async (t) => {
  const { house, server } = await open(t, { eventBytes: 20_000 });
  const { store } = house.ports;
  const slow = connect(server.port, '127.0.0.1');
  const closed = new Promise((resolve) => slow.on('close', resolve));
  slow.on('error', () => undefined);
  slow.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${house.keys.read}\r\n\r\n`);
  await new Promise((resolve) => slow.once('data', resolve));
  slow.pause();
  const quick = await listen(server, house.keys.read);
  for (let i = 0; i < 100; i++) {
    await post(server, house, `s${i}`);
    // A reason so long that the buffers of the system do not take it in for the slow one.
    await store.reject(`s${i}`, 'no_face', 'x'.repeat(200_000));
    assert.equal((await quick.next()).data['id'], `s${i}`);
  }
  slow.resume();
  await closed;
  quick.stop();
});

test('closing ends streams and lets requests finish', async () => {
  const house = await furnish();
  const { store } = house.ports;
  const answer = Promise.withResolvers<null>();
  const asked = Promise.withResolvers<void>();
  store.persons.get = () => {
    asked.resolve();
    return answer.promise;
  };
  const server = await openServer(house.ports, HERE);
  const listener = await listen(server, house.keys.read);
  const headers = { authorization: `Bearer ${house.keys.read}` };
  const slow = fetch(`${server.url}/api/v1/persons/x`, { headers });
  await asked.promise;
  const closing = server.close();
  assert.equal(server.close(), closing, 'closing twice is closing once');
  assert.equal(await listener.block(), null);
  answer.resolve(null);
  assert.equal((await slow).status, 404);
  await closing;
  await assert.rejects(fetch(`${server.url}/health`));
});

test('connections that were opened in advance and never used do not hold up the closing', async () => {
  const house = await furnish();
  const server = await openServer(house.ports, HERE);
  const socket = connect(server.port, '127.0.0.1');
  const gone = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  // The default deadline would close it as well, but ten seconds later than this.
  const late = AbortSignal.timeout(5000);
  await server.close();
  await gone;
  assert.equal(late.aborted, false);
});

test('a request that never ends does not keep the server open', async () => {
  const house = await furnish({ limits: { closeMs: 50 } });
  const server = await openServer(house.ports, HERE);
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const gone = new Promise((resolve) => socket.on('close', resolve));
  const head = `POST /api/v1/detections HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${house.keys.camera}\r\n`;
  socket.write(`${head}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.close();
  await gone;
  assert.equal(house.files.size, 0);
});

test('an upload that is too large is answered, not cut off', async (t) => {
  const { house, server } = await open(t, { pictureBytes: 1_000_000 });
  const headers = { authorization: `Bearer ${house.keys.camera}` };
  for (const size of [1_000_001, 10_000_000]) {
    const form = shot(undefined, `picture ${'x'.repeat(size)}`);
    const answer = await fetch(`${server.url}/api/v1/detections`, { method: 'POST', body: form, headers });
    assert.equal(answer.status, 413);
    assert.match(await answer.text(), /larger than 0.95 MB/);
  }
  await post(server, house, 'small');
});

test('a port in use is said plainly', async (t) => {
  const { house, server } = await open(t);
  await assert.rejects(openServer(house.ports, { host: '127.0.0.1', port: server.port }), {
    code: 'conflict',
    message: new RegExp(`port ${server.port} is in use.*KITH_PORT=0`),
  });
  await assert.rejects(openServer(house.ports, { host: '203.0.113.1', port: 0 }), {
    code: 'invalid',
    message: /no address of this machine/,
  });
});
