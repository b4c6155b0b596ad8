import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derive, emptyDay, sumDays } from './camera-figures.ts';
import { CameraDaySchema } from './camera-port.ts';
import { validate } from './validate.ts';

test('a day without anything is a valid day and has no shares', () => {
  const day = emptyDay('2026-03-01');
  assert.deepEqual(validate(CameraDaySchema, day, 'a day'), day);
  for (const value of Object.values(derive(day))) assert.equal(value, null);
});

test('the days of two programs are added up', () => {
  const a = { ...emptyDay('2026-03-01'), seconds: 10, decoded: 250, faces: 4, usable: 3, width: 640, height: 360 };
  const b = { ...emptyDay('2026-03-01'), seconds: 30, decoded: 300, faces: 4, usable: 1, width: 1920, height: 1080 };
  a.sizes[2] = 4;
  b.sizes[2] = 1;
  a.unusable.pose = 1;
  b.unusable.pose = 3;
  const sum = sumDays(a, b);
  assert.deepEqual(validate(CameraDaySchema, sum, 'a day'), sum);
  assert.deepEqual([sum.seconds, sum.decoded, sum.sizes[2], sum.unusable.pose], [40, 550, 5, 4]);
  assert.deepEqual([sum.width, sum.height], [1920, 1080]);
  assert.deepEqual([sumDays(b, emptyDay('2026-03-01')).width, a.sizes[2]], [1920, 4]);
  assert.equal(derive(sum).usableShare, 0.5);
  assert.equal(derive(sum).frameRate, 13.75);
});

test('percentiles are interpolated inside their bucket; the open one answers its lower bound', () => {
  const day = emptyDay('2026-03-01');
  day.lookDelay[1] = 90; // 50 to 100 ms
  day.lookDelay[9] = 10; // over 5 s
  day.sizes[0] = 2; // up to 24 px
  const { lookDelayP50, lookDelayP95, medianFacePx } = derive(day);
  assert.ok(lookDelayP50 !== null && lookDelayP50 > 75 && lookDelayP50 < 80);
  assert.equal(lookDelayP95, 5_000);
  assert.equal(medianFacePx, 20);
});
