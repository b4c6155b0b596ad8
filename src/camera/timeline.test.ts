import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBusyMeter, createLagMeter, createTimeline, secondsOf } from './timeline.ts';

test('times of a recording are its own, from now on', () => {
  const line = createTimeline(1_000, false);
  assert.deepEqual(
    [5, 5.1, 5.3, 5.3, 9].map((seconds) => line.at(seconds, 0)),
    [1_000, 1_100, 1_300, 1_300, 5_000],
  );
});

test('jumps and missing times go on at the usual step', () => {
  const line = createTimeline(0, false);
  const times = [0, 0.1, 0.2, 1_000_000, 1_000_000.1, -50, undefined, -49.8].map((seconds) => line.at(seconds, 0));
  assert.deepEqual(times, [0, 100, 200, 300, 400, 500, 600, 700]);
});

test('what runs faster than it was recorded never reaches into the future', () => {
  const line = createTimeline(0, true);
  assert.deepEqual(
    [0, 3, 6].map((seconds) => line.at(seconds, 4_000)),
    [0, 3_000, 4_000],
  );
});

test('time stamps that are none', () => {
  assert.equal(secondsOf(-9_223_372_036_854_775_808n, { num: 1, den: 1_000 }), undefined);
  assert.equal(secondsOf(500n, { num: 1, den: 0 }), undefined);
  assert.equal(secondsOf(-500n, { num: 1, den: 1_000 }), -0.5);
});

test('lag is what comes on top of the promptest packet, and a jump begins anew', () => {
  const meter = createLagMeter();
  assert.equal(meter.lag(0, 10_000), 0);
  assert.equal(meter.lag(1, 11_500), 500);
  assert.equal(meter.lag(2, 12_000), 0);
  assert.equal(meter.lag(0, 12_040), 0, 'the camera has begun anew');
  assert.equal(meter.lag(undefined, 12_080), 0);
  assert.equal(meter.lag(0.5, 14_540), 2_000);
});

test('busy is who hardly ever waits for seconds', () => {
  const meter = createBusyMeter();
  let busy = false;
  for (let now = 0; now <= 2_900; now += 100) busy = meter.waited(1, now);
  assert.equal(busy, false, 'not yet');
  for (let now = 3_000; now <= 6_000; now += 100) busy = meter.waited(1, now);
  assert.equal(busy, true);
  assert.equal(meter.waited(1_000, 6_100), false);
});
