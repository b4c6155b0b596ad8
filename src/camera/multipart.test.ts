import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readParts, type StreamPart } from './multipart.ts';

const TYPE = 'multipart/x-mixed-replace; boundary=frame';

function part(type: string, body: Uint8Array): Buffer {
  const head = `--frame\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')]);
}

/** In pieces of `size` bytes. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield new Uint8Array(bytes.subarray(at, at + size));
}

async function read(
  bytes: Buffer,
  given: { size?: number; type?: string | null; most?: number } = {},
): Promise<StreamPart[]> {
  const { size = 1_000, type = TYPE, most = 10_000 } = given;
  const parts: StreamPart[] = [];
  for await (const one of readParts(pieces(bytes, size), type, most))
    parts.push({ ...one, bytes: Buffer.from(one.bytes) });
  return parts;
}

test('parts come out whole, however the stream is cut', async () => {
  // Bytes that look like boundaries and ends of headers are only bytes.
  const tricky = Buffer.from('\r\n--frame\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n');
  const large = Buffer.alloc(9_000, 7);
  const bytes = Buffer.concat([
    part('image/jpeg', tricky),
    part('text/plain', Buffer.alloc(0)),
    part('IMAGE/JPEG; q=1', large),
  ]);
  for (const size of [1, 2, 7, 100, 1_000, 100_000]) {
    const parts = await read(bytes, { size });
    assert.deepEqual(
      parts.map(({ type, bytes }) => [type, bytes.length]),
      [
        ['image/jpeg', tricky.length],
        ['text/plain', 0],
        ['image/jpeg', 9_000],
      ],
    );
    assert.ok(tricky.equals(parts[0]?.bytes ?? Buffer.alloc(0)));
  }
});

test('a last part that was cut off does not come', async () => {
  const bytes = part('image/jpeg', Buffer.alloc(100));
  assert.equal((await read(bytes.subarray(0, 120))).length, 0);
});

test('what is no such stream is an error instead of a full memory', async () => {
  const good = part('image/jpeg', Buffer.alloc(10));
  const wrong: readonly [Promise<unknown>, RegExp][] = [
    [read(good, { type: 'text/html' }), /no multipart stream/],
    [read(good, { type: null }), /no multipart stream/],
    [read(Buffer.from(`<!doctype html>${'<p>hello</p>'.repeat(1_000)}`)), /no end of its header/],
    [read(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')), /does not begin where it should/],
    [read(Buffer.from('--frame\r\nContent-Type: image/jpeg\r\n\r\n')), /does not say its length/],
    [read(part('image/jpeg', Buffer.alloc(10_001))), /10001 bytes/],
    [read(Buffer.from('--frame\r\nContent-Length: 999999999999\r\n\r\n')), /length/],
  ];
  for (const [reading, expected] of wrong) await assert.rejects(reading, { code: 'unavailable', message: expected });
});
