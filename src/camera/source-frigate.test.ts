import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import type { Named } from '../camera-port.ts';
import type { Frame, FrameStream, SourceOptions } from './frame.ts';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestBroker } from '../../test/broker.ts';
import { bestFrame, eventId, eventMessage, openTestFrigate } from './frigate-kit.ts';
import { frigateSource } from './source-frigate.ts';
import { sharpCodec, sourceOptions, squaresRaster } from './test-kit.ts';

const jpeg = (width: number, height: number): Promise<Uint8Array> =>
  sharpCodec.encodeJpeg(squaresRaster(width, height, [[width >> 2, height >> 3, width >> 3, height >> 3]]));

const open = (url: string): Promise<FrameStream> => frigateSource.open(url, sourceOptions());

const unavailable = (pattern: RegExp) => (error: Error & { code: string }) => {
  assert.equal(error.code, 'unavailable', error.message);
  assert.match(error.message, pattern);
  assert.doesNotMatch(error.message, /secret/);
  return true;
};

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await sleep(20)) {
    assert.ok(Date.now() < deadline, `${what} did not come`);
  }
}

async function openHouse(t: TestContext, more: Partial<SourceOptions> = {}) {
  const broker = await openTestBroker(t);
  const frigate = await openTestFrigate(t);
  const url = `frigate://127.0.0.1:${broker.port}/door?api=http://127.0.0.1:${frigate.port}`;
  const problems: string[] = [];
  const named: ((named: Named) => void)[] = [];
  const options = sourceOptions({
    onProblem: (message) => problems.push(message),
    onNamed: (listener) => {
      named.push(listener);
      return () => void named.splice(named.indexOf(listener), 1);
    },
    ...more,
  });
  const stream = await frigateSource.open(url, options);
  t.after(() => stream.close());
  const frames = read(stream);
  return { broker, frigate, url, problems, named, options, stream, ...frames };
}

/** Reads behind the test's back, so that what does not come is seen as well. */
function read(stream: FrameStream): { frames: Frame[]; ended: Promise<unknown>; next: () => Promise<Frame> } {
  const frames: Frame[] = [];
  let taken = 0;
  const ended = (async () => {
    for await (const frame of stream) frames.push(frame);
  })().then(
    () => null,
    (error: unknown) => error,
  );
  return {
    frames,
    ended,
    async next() {
      await until('a frame', () => frames.length > taken);
      const frame = frames[taken++];
      assert.ok(frame);
      return frame;
    },
  };
}

test('an event gives its frame in full resolution, with the box in its pixels, better ones, and the end', async (t) => {
  const { broker, frigate, next, frames } = await openHouse(t);
  const full = await jpeg(1920, 1080);
  frigate.answer = (path) => (path.startsWith('door/recordings/') ? full : null);
  const id = eventId();
  const time = Math.floor(Date.now() / 1000) + 0.25;
  await broker.publish(eventMessage('new', id, bestFrame(time, [64, 36, 128, 180])));
  const first = await next();
  assert.deepEqual([first.width, first.height], [1920, 1080]);
  assert.deepEqual(first.event, { id, box: [192, 108, 192, 432], ended: false, zones: ['step'] });
  assert.equal(first.capturedAt, time * 1000);
  assert.deepEqual(frigate.asked, [`door/recordings/${time}/snapshot.jpg`]);

  // Other cameras, other things, and the same again are not fetched.
  await broker.publish(eventMessage('new', eventId(), { camera: 'yard' }));
  await broker.publish(eventMessage('new', eventId(), { label: 'dog' }));
  await broker.publish(eventMessage('new', id, bestFrame(time)));
  await broker.publish(eventMessage('update', id, bestFrame(time + 1, [0, 0, 64, 36])));
  const second = await next();
  assert.deepEqual(second.event, { id, box: [0, 0, 192, 108], ended: false, zones: ['step'] });
  await broker.publish(eventMessage('end', id, { frame_time: time + 9, ...bestFrame(time + 2) }));
  assert.deepEqual((await next()).event?.ended, true);
  assert.deepEqual(
    frigate.asked.map((path) => path.split('/')[2]),
    [time, time + 1, time + 2].map(String),
  );
  assert.equal(frames.length, 3);
});

test('without a recording the snapshot or the latest picture is taken, and what is no picture is left', async (t) => {
  const { broker, frigate, next, problems } = await openHouse(t);
  const small = await jpeg(640, 360);
  const page = { status: 200, text: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } };
  frigate.answer = (path) => (path.startsWith('events/') ? small : path.includes('recordings') ? page : null);
  const id = eventId();
  await broker.publish(eventMessage('new', id));
  assert.deepEqual((await next()).event, { id, box: [100, 40, 160, 300], ended: false, zones: ['step'] });
  assert.match(frigate.asked[1] ?? '', /^events\/.+\/snapshot\.jpg\?crop=0&bbox=0/);

  const other = eventId();
  frigate.answer = (path) => (path.startsWith('door/latest.jpg') ? small : path.includes('recordings') ? page : null);
  await broker.publish(eventMessage('new', other));
  const latest = await next();
  // The person has moved on since: wider around.
  assert.deepEqual(latest.event, { id: other, box: [20, -110, 320, 600], ended: false, zones: ['step'] });

  // Cut off in the middle: the next address is tried, and somebody hears of it.
  const third = eventId();
  frigate.answer = (path) => (path.startsWith('door/latest') ? small : new Uint8Array(small.subarray(0, 40)));
  await broker.publish(eventMessage('new', third));
  assert.equal((await next()).event?.id, third);
  assert.match(problems.join(' '), /left out/);
});

test('an end without a snapshot gives no frame, and waits for the recording', async (t) => {
  const { broker, frigate, next, frames } = await openHouse(t);
  const small = await jpeg(640, 360);
  frigate.answer = (path) => (path.startsWith('events/') ? small : null);
  const [nothing, id] = [eventId(), eventId()];
  await broker.publish(eventMessage('end', nothing, { has_snapshot: false, snapshot: null }));
  await broker.publish(eventMessage('new', id));
  assert.equal((await next()).event?.id, id);
  assert.equal(frames.length, 1);
  assert.ok(!frigate.asked.some((path) => path.includes(nothing)));
  assert.equal(frigate.asked.filter((path) => path.includes('recordings')).length, 2);
});

test('without recordings the end of an event comes at once', async (t) => {
  const broker = await openTestBroker(t);
  const frigate = await openTestFrigate(t);
  frigate.config = { cameras: { door: { detect: { width: 640, height: 360 }, record: { enabled: false } } } };
  const small = await jpeg(640, 360);
  frigate.answer = (path) => (path.includes('snapshot') ? small : null);
  const url = `frigate://127.0.0.1:${broker.port}/door?api=http://127.0.0.1:${frigate.port}`;
  const stream = await frigateSource.open(url, sourceOptions());
  t.after(() => stream.close());
  const { next } = read(stream);
  const id = eventId();
  const message = eventMessage('new', id).after;
  await broker.publish({ type: 'new', before: null, after: message });
  await next();
  await broker.publish({ type: 'end', before: null, after: { ...message, end_time: message['frame_time'] } });
  const end = await next();
  assert.deepEqual([end.event, end.width, end.height], [{ id, box: null, ended: true, blind: true }, 640, 360]);
  assert.ok(!frigate.asked.some((path) => path.includes('recordings')));
  // A better frame that was not fetched before is taken without the boxes that Frigate draws.
  const other = eventId();
  await broker.publish({ type: 'end', before: null, after: { ...message, id: other } });
  assert.deepEqual((await next()).event?.ended, true);
  assert.ok(frigate.asked.some((path) => path === `events/${other}/snapshot-clean.webp`));
});

test('a recorder in 1970 gets no question for 1970, and its frames carry our time', async (t) => {
  const { broker, frigate, next } = await openHouse(t);
  const small = await jpeg(640, 360);
  frigate.answer = (path) => (path.startsWith('events/') ? small : null);
  const began = Date.now();
  await broker.publish(eventMessage('new', '12.345678-abc123', { frame_time: 12.5, ...bestFrame(12.5) }));
  const frame = await next();
  assert.ok(frame.capturedAt >= began && frame.capturedAt <= Date.now());
  assert.ok(!frigate.asked.some((path) => path.includes('recordings')));
});

test('garbage is counted and ignored', async (t) => {
  const { broker, frigate, next, problems } = await openHouse(t);
  const small = await jpeg(640, 360);
  frigate.answer = () => small;
  for (let i = 0; i < 12; i++) await broker.publish(i % 2 ? '{"type":' : Buffer.from([0xff, 0x00, i]));
  await broker.publish(eventMessage('new', eventId()));
  await next();
  assert.deepEqual(
    problems.map((problem) => /\((\d+) so far\)/.exec(problem)?.[1]),
    ['1', '10'],
  );
});

test('an API that goes away is said once, and once when it is back', async (t) => {
  const { broker, frigate, next, problems } = await openHouse(t);
  const small = await jpeg(640, 360);
  frigate.answer = () => small;
  frigate.down = true;
  const id = eventId();
  await broker.publish(eventMessage('new', id));
  await broker.publish(eventMessage('new', eventId()));
  await until('a problem', () => problems.length > 0);
  frigate.down = false;
  const events = new Set([(await next()).event?.id, (await next()).event?.id]);
  assert.ok(events.has(id), 'the events were forgotten');
  assert.equal(problems.length, 2, problems.join('\n'));
  assert.match(problems[0] ?? '', /cannot be fetched/);
  assert.match(problems[1] ?? '', /again/);
});

test('what keeps it from beginning is said in words, without the passwords', async (t) => {
  const broker = await openTestBroker(t, { user: 'me', password: 'p@ss%1' });
  const frigate = await openTestFrigate(t);
  const api = `api=http://127.0.0.1:${frigate.port}`;
  const at = `127.0.0.1:${broker.port}/door`;
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const nobody = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((done) => closed.close(done));

  await assert.rejects(open(`frigate://me:secret@${at}?${api}`), unavailable(/does not accept this user and password/));
  await assert.rejects(open(`frigate://${at}?${api}`), unavailable(/wants a user and a password/));
  await assert.rejects(
    open(`frigate://me:secret@${nobody}/door?${api}`),
    unavailable(/MQTT broker .* cannot be reached: nothing listens/),
  );
  await assert.rejects(
    open(`frigate://me:secret@${at}?api=http://me:secret@${nobody}`),
    unavailable(/API .* nothing listens/),
  );
  await assert.rejects(
    open(`frigate://me:secret@127.0.0.1:${broker.port}/dor?${api}`),
    unavailable(/no camera "dor", but "door"/),
  );
  frigate.config = 'hello';
  await assert.rejects(open(`frigate://me:secret@${at}?${api}`), unavailable(/is not Frigate/));
  frigate.config = { cameras: { door: {} } };
  await (await open(`frigate://me:p@ss%1@${at}?${api}`)).close();

  frigate.login = { user: 'you', password: 'w@rd' };
  await assert.rejects(open(`frigate://me:p@ss%1@${at}?${api}`), unavailable(/wants a user and a password/));
  await assert.rejects(
    open(`frigate://me:p@ss%1@${at}?api=http://you:secret@127.0.0.1:${frigate.port}`),
    unavailable(/does not accept the user and the password of "\?api="/),
  );
  await (await open(`frigate://me:p@ss%1@${at}?api=http://you:w@rd@127.0.0.1:${frigate.port}`)).close();
});

test('a broker that goes away ends the stream with the reason; opened again it goes on', async (t) => {
  const { broker, frigate, url, ended, stream } = await openHouse(t);
  broker.shut();
  assert.ok(
    unavailable(/connection to the MQTT broker 127\.0\.0\.1:\d+ was lost/)((await ended) as Error & { code: string }),
  );
  await stream.close();
  await assert.rejects(frigateSource.open(url, sourceOptions()), unavailable(/MQTT broker .* cannot be reached/));
  broker.open();
  const again = await frigateSource.open(url, sourceOptions());
  t.after(() => again.close());
  const { next } = read(again);
  const small = await jpeg(640, 360);
  frigate.answer = () => small;
  await broker.publish(eventMessage('update', eventId()));
  await next();
});

test('closing ends a stream that waits, and one whose recorder hangs', async (t) => {
  const { broker, frigate, stream, ended } = await openHouse(t);
  const never = Promise.withResolvers<null>();
  t.after(() => never.resolve(null));
  frigate.answer = () => never.promise;
  await broker.publish(eventMessage('new', eventId()));
  await until('the question', () => frigate.asked.length > 0);
  await stream.close();
  assert.equal(await ended, null);
});

test('known people become the sub label, others are only published', async (t) => {
  const { broker, frigate, named } = await openHouse(t);
  const id = eventId();
  const say = (more: Partial<Named>): void => {
    for (const listener of named) {
      listener({ detection: 'd1', track: id, decision: 'unknown', person: null, ...more });
    }
  };
  const anna = { id: 'p1', name: 'Anna', kind: 'known' } as const;
  say({ track: 'k3x9-1', decision: 'known', person: anna });
  say({ track: null, decision: 'known', person: anna });
  say({ decision: 'new', person: { id: 'p9', name: 'Unknown 9', kind: 'unknown' } });
  await until('the publication', () => broker.heard.length > 0);
  assert.deepEqual(broker.heard, [
    {
      topic: `kith/door/event/${id}`,
      retain: false,
      json: { event: id, camera: 'door', detection: 'd1', decision: 'new', person: null },
    },
  ]);
  assert.deepEqual(frigate.labels, []);

  say({ detection: 'd2', decision: 'known', person: anna });
  await until('the label', () => frigate.labels.length > 0);
  // Again, and a poor look at the same track: nothing changes.
  say({ detection: 'd3', decision: 'known', person: anna });
  say({ detection: 'd4', decision: 'unidentified' });
  await until('all publications', () => broker.heard.length === 4);
  assert.deepEqual(frigate.labels, [{ event: id, body: { subLabel: 'Anna', camera: 'door' } }]);
  assert.deepEqual(broker.heard[1]?.json['person'], { id: 'p1', name: 'Anna' });

  // A human says that it was somebody else, then nobody known.
  const bea = { id: 'p2', name: 'Bea', kind: 'known' } as const;
  say({ detection: 'd2', decision: 'known', person: bea });
  await until('the other label', () => frigate.labels.at(-1)?.body['subLabel'] === 'Bea');
  for (const detection of ['d2', 'd3']) say({ detection });
  await until('the end of the label', () => frigate.labels.at(-1)?.body['subLabel'] === '');
});
