// The panel's pure parts: how streams are taken apart, which tab holds the connection, whether Kith is there, and the rows of the live page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openElection, type Locks } from '../web/src/api/election.ts';
import { watchPresence } from '../web/src/api/presence.ts';
import { createEventParser, createPartParser, type Part } from '../web/src/api/streams.ts';
import { MOST_ROWS, rowsOf, withDetection } from '../web/src/screens/live/feed.ts';

test('an event stream may be cut anywhere', () => {
  const text =
    ': connected\nretry: 2000\nid: 4\n\nid: 5\nevent: person\ndata: {"name":"Zoë"}\n\n: still here\n\nevent: x\r\ndata: a\r\ndata: b\r\n\r\n';
  const expected = [
    { id: '4', event: null, data: '' },
    { id: '5', event: 'person', data: '{"name":"Zoë"}' },
    { id: null, event: null, data: '' },
    { id: null, event: 'x', data: 'a\nb' },
  ];
  for (const size of [1, 2, 3, 7, 1000]) {
    const parse = createEventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parse(text.slice(at, at + size)));
    assert.deepEqual(events, expected, `in pieces of ${size}`);
  }
});

function part(camera: string, body: Uint8Array): Buffer {
  const head = `Content-Type: image/jpeg\r\nContent-Length: ${body.length}\r\nContent-Location: /api/v1/cameras/${camera}/preview\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n--frame\r\n')]);
}

test('a stream of pictures may be cut anywhere, also inside what looks like a head', () => {
  const bodies = [Buffer.from('\r\n\r\n--frame\r\n'), Buffer.alloc(0), Buffer.alloc(5_000, 7)];
  const bytes = Buffer.concat([Buffer.from('--frame\r\n'), ...bodies.map((body, i) => part(`c${i}`, body))]);
  for (const size of [1, 13, 4_000, 100_000]) {
    const parse = createPartParser();
    const parts: Part[] = [];
    for (let at = 0; at < bytes.length; at += size) parts.push(...parse(bytes.subarray(at, at + size)));
    assert.deepEqual(
      parts.map(({ headers, body }) => [headers.get('content-location'), Buffer.from(body).toString('hex')]),
      bodies.map((body, i) => [`/api/v1/cameras/c${i}/preview`, body.toString('hex')]),
      `in pieces of ${size}`,
    );
  }
  assert.throws(() => createPartParser()(Buffer.from('Content-Type: image/jpeg\r\n\r\n')), /no stream of pictures/);
  assert.throws(() => createPartParser()(Buffer.alloc(20_000, 'x')), /no stream of pictures/);
});

/** As a browser has them, for one name. */
function browserLocks(): Locks {
  let holder: { readonly lose: () => void } | undefined;
  const queue: (() => void)[] = [];
  return {
    async request(_name, { signal, steal }, work) {
      if (steal === true) holder?.lose();
      else if (holder) {
        await new Promise<void>((resolve, reject) => {
          const enter = () => resolve();
          queue.push(enter);
          signal?.addEventListener('abort', () => {
            queue.splice(queue.indexOf(enter), 1);
            reject(new DOMException('aborted', 'AbortError'));
          });
        });
      }
      const { promise: lost, reject } = Promise.withResolvers<never>();
      const own = { lose: () => reject(new DOMException('stolen', 'AbortError')) };
      holder = own;
      try {
        await Promise.race([work({}), lost]);
      } finally {
        if (holder === own) {
          holder = undefined;
          queue.shift()?.();
        }
      }
    },
  };
}

test('one tab leads; the next takes over when it closes, or when it has fallen asleep and another is looked at', async () => {
  const locks = browserLocks();
  const leading = new Set<string>();
  let now = 0;
  let seen = '';
  const open = (name: string) =>
    openElection({
      name: 'events',
      locks,
      isSeen: () => seen === name,
      silentMs: 1_000,
      now: () => now,
      everyMs: 5,
      lead(signal) {
        leading.add(name);
        signal.addEventListener('abort', () => leading.delete(name));
      },
    });
  const leads = async (name: string) => {
    for (let i = 0; i < 500 && [...leading].join() !== name; i++) await sleep(5);
    assert.deepEqual([...leading], name === '' ? [] : [name]);
  };
  const [one, two, three] = [open('one'), open('two'), open('three')];
  await leads('one');
  one.close();
  await leads('two');
  seen = 'three';
  now = 900;
  three.heard();
  now = 1_800;
  await sleep(30);
  await leads('two');
  now = 2_000;
  await leads('three');
  three.close();
  await leads('two');
  two.close();
  await leads('');
});

function presence(answers: () => boolean) {
  const seen: string[] = [];
  const watch = watchPresence({
    probe: async () => answers(),
    onChange: (now) => seen.push(now),
    doubtMs: 10,
    everyMs: 10,
    quietMs: 60,
  });
  return { watch, seen };
}

async function eventually(seen: readonly string[], expected: readonly string[]): Promise<void> {
  for (let i = 0; i < 400 && seen.join() !== expected.join(); i++) await sleep(5);
  assert.deepEqual(seen, expected);
}

test('a single failure is no absence; a real one is told once, and so is the end of it', async () => {
  let there = true;
  const { watch, seen } = presence(() => there);
  for (const status of [0, 502, 500, 404, 0]) watch.answered(status);
  await sleep(60);
  assert.deepEqual(seen, []);
  there = false;
  for (let i = 0; i < 5; i++) watch.answered(0);
  await eventually(seen, ['away']);
  watch.answered(0);
  await sleep(40);
  there = true;
  await eventually(seen, ['away', 'here']);
  watch.close();
});

test('where only the events are away it says that, but not for a short interruption', async () => {
  const { watch, seen } = presence(() => true);
  watch.events(true);
  watch.events(false);
  watch.events(true);
  await sleep(100);
  assert.deepEqual(seen, []);
  watch.events(false);
  watch.events(false);
  await eventually(seen, ['quiet']);
  watch.events(true);
  await eventually(seen, ['quiet', 'here']);
  watch.close();
});

type Detection = Parameters<typeof withDetection>[1];
type Visit = Parameters<typeof rowsOf>[0][number];

function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}

function detection(id: string, seconds: number, more: Partial<Detection> = {}): Detection {
  return {
    id,
    seq: 1,
    camera: 'door',
    track: null,
    capturedAt: at(seconds),
    receivedAt: at(seconds),
    classifiedAt: at(seconds),
    state: 'classified',
    box: null,
    zones: [],
    person: { id: 'ada', name: 'Ada', kind: 'known' },
    decision: 'known',
    decidedBy: 'system',
    nearest: null,
    distance: 0.3,
    runnerUp: null,
    candidates: null,
    margin: null,
    quality: 0.5,
    model: 'm',
    visit: 'v1',
    reason: null,
    picture: `/${id}`,
    ...more,
  };
}

const UNDECIDED = { person: null, visit: null, decision: 'ambiguous', track: 't' } as const;

function visit(id: string, first: number, last: number, detections: number, best: string): Visit {
  const person = { id: 'ada', name: 'Ada', kind: 'known' } as const;
  return {
    id,
    person,
    camera: 'door',
    firstAt: at(first),
    lastAt: at(last),
    detections,
    bestDetection: best,
    picture: `/${best}`,
    cameraName: 'Door',
    decision: 'known',
    decidedBy: 'system',
    distance: 0.3,
    candidates: null,
    quality: 0.8,
  };
}

test('rows are visits and undecided tracks, newest first; a visit that goes on stays where it is', () => {
  let rows = rowsOf(
    [visit('v2', 20, 20, 1, 'b'), visit('v1', 10, 30, 4, 'a')],
    [
      detection('a', 10),
      detection('b', 20, { visit: 'v2' }),
      detection('u2', 16, UNDECIDED),
      detection('u1', 15, UNDECIDED),
    ],
  );
  const shown = () => rows.map(({ key, count, picture }) => `${key} ${count} ${picture}`);
  assert.deepEqual(shown(), ['v2 1 /b', 'undecided:door:t 2 /u1', 'v1 4 /a']);
  // The same again changes nothing; a new one counts, and a better picture is shown.
  rows = withDetection(rows, detection('a', 10));
  rows = withDetection(rows, detection('c', 40, { quality: 0.9 }));
  assert.deepEqual(shown(), ['v2 1 /b', 'undecided:door:t 2 /u1', 'v1 5 /c']);
  assert.equal(rows.find(({ key }) => key === 'v1')?.lastAt, at(40));
  rows = withDetection(rows, detection('d', 50, { visit: 'v3', quality: 0.2 }));
  assert.equal(rows[0]?.key, 'v3');
  assert.equal(rows.length, 4);
});

test('a detection that changes hands leaves its former row', () => {
  let rows = rowsOf([visit('v1', 10, 10, 1, 'a')], [detection('a', 10), detection('u1', 15, UNDECIDED)]);
  rows = withDetection(rows, detection('u1', 15, { visit: 'v9', track: 't' }));
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['v9', 'v1'],
  );
  rows = withDetection(rows, detection('a', 10, { person: null, visit: null, state: 'rejected', decision: null }));
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['v9'],
  );
  for (let i = 0; i < MOST_ROWS + 5; i++) rows = withDetection(rows, detection(`n${i}`, 100 + i, { visit: `n${i}` }));
  assert.equal(rows.length, MOST_ROWS);
  assert.equal(rows[0]?.key, `n${MOST_ROWS + 4}`);
});
