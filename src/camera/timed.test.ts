import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PacketStream } from './demux.ts';
import { timedPackets } from './timed.ts';

/** Two packets a second, of which nobody knows how many come. */
function packets(): PacketStream {
  let count = 0n;
  const timeBase = { num: 1, den: 2 };
  const read = async () => ({ dts: count++, pts: count, timeBase }) as never;
  return { stream: {} as never, timeBase, duration: 0, read, close: async () => undefined };
}

const signal = new AbortController().signal;

test('the frames of a recording of unknown length have times of their own, and none in the future', async () => {
  const next = timedPackets(packets(), { live: false, realtime: false, endsNow: true, speed: 1, signal });
  const times: number[] = [];
  for (let i = 0; i < 20; i++) times.push((await next())?.at ?? 0);
  const [first = 0] = times;
  assert.deepEqual(
    times.map((at) => at - first),
    times.map((_, i) => i * 500),
  );
  assert.ok((times.at(-1) ?? 0) <= Date.now());
});

for (const step of [86_400_000, -86_400_000]) {
  test(`a clock that is set ${step > 0 ? 'forward' : 'back'} neither holds a recording up nor skips its rest`, async (t) => {
    const real = Date.now;
    const next = timedPackets(packets(), { live: false, realtime: true, endsNow: false, speed: 1, signal });
    await next();
    t.mock.method(Date, 'now', () => real() + step);
    const [one, two] = [await next(), await next()];
    assert.ok(Math.abs((one?.at ?? 0) - Date.now()) < 10_000);
    assert.ok((one?.lateMs ?? 99_999) < 1_000);
    assert.equal((two?.at ?? 0) - (one?.at ?? 0), 500);
  });
}
