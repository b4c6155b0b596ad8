import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlEvents, eventsOf } from './control-stream.ts';

/** The text in pieces of so many bytes. */
async function* pieces(text: string, size = 1_000_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const event of events) out.push(event);
  return out;
}

const TEXT = [
  ': a comment\n',
  'event: one\ndata: {"name":"Löwe"}\nid: 3\nretry: 5\n\n',
  'data:first\r\ndata: second\r\n\r\n',
  'event: nothing to say\n\n',
  'event: three\rdata\r\r',
  'event: cut off\ndata: never',
].join('');

test('events come out whole, wherever the pieces end and whichever line ends there are', async () => {
  const expected = [
    { event: 'one', data: '{"name":"Löwe"}' },
    { event: 'message', data: 'first\nsecond' },
    { event: 'three', data: '' },
  ];
  for (const size of [1, 2, 3, 7, 1_000])
    assert.deepEqual(await all(eventsOf(pieces(TEXT, size))), expected, `${size}`);
});

test('an event without end is an error before it fills the memory', async () => {
  let read = 0;
  async function* endless(line: string): AsyncGenerator<Uint8Array> {
    for (;;) {
      read += line.length;
      yield Buffer.from(line);
    }
  }
  await assert.rejects(all(eventsOf(endless('x'.repeat(100)), 1_000)), /without end/);
  await assert.rejects(all(eventsOf(endless(`data: ${'x'.repeat(100)}\n`), 1_000)), /without end/);
  assert.ok(read < 10_000, `${read} read`);
});

test('what a newer back end says is passed over, what makes no sense is an error', async () => {
  const named = { detection: 'd1', track: 't1', decision: 'known', person: { id: 'p1', name: 'Ada', kind: 'known' } };
  const good = [
    'event: settings\ndata: {"version":3,"name":"Door","settings":null}\n\n',
    'event: weather\ndata: rain\n\n',
    'event: constructor\ndata: {}\n\n',
    `event: named\ndata: ${JSON.stringify(named)}\n\n`,
    'event: watch\ndata: {"watching":true}\n\n',
  ].join('');
  assert.deepEqual(await all(controlEvents(pieces(good))), [
    { kind: 'settings', version: 3, name: 'Door', settings: null },
    { kind: 'named', ...named },
    { kind: 'watch', watching: true },
  ]);
  for (const bad of ['no json', '[1]', '{"watching":"yes"}', 'null']) {
    await assert.rejects(all(controlEvents(pieces(`event: watch\ndata: ${bad}\n\n`))), /cannot be understood/);
  }
});
