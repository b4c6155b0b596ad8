// Guessing is slowed down, and nobody can lock somebody else out by it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKithError } from '../errors.ts';
import { createLoginLimit, deviceOf, isDeviceOf } from './login-limit.ts';

const MINUTE = 60_000;

function open() {
  const time = { now: 1_000_000 };
  const limit = createLoginLimit(() => time.now);
  /** Seconds to wait; 0 for an attempt that was let through and failed. */
  function fail(name: string, address = 'a', knownDevice = false): number {
    try {
      limit.begin({ name, address, knownDevice });
      return 0;
    } catch (error) {
      if (!isKithError(error) || error.status !== 429) throw error;
      return Number(error.more['retryAfter']);
    }
  }
  return { time, limit, fail };
}

test('after five failures a name waits at this address: a minute, two, four, at most fifteen', () => {
  const { time, limit, fail } = open();
  for (const minutes of [1, 2, 4, 8, 15, 15]) {
    for (let i = 0; i < 5; i++) assert.equal(fail('Ada'), 0);
    assert.equal(fail('ＡＤＡ '), minutes * 60, 'however it is written');
    time.now += minutes * MINUTE - 1;
    assert.equal(fail('Ada'), 1);
    time.now += 1;
  }
  limit.begin({ name: 'Ada', address: 'a', knownDevice: false }).succeeded();
  for (let i = 0; i < 5; i++) assert.equal(fail('Ada'), 0);
  assert.equal(fail('Ada'), 60, 'who was right begins with a minute again');
});

test('failures that are a minute apart, and right ones, never make anybody wait', () => {
  const { time, limit, fail } = open();
  for (let i = 0; i < 40; i++) {
    assert.equal(fail('Ada'), 0);
    time.now += MINUTE / 4;
  }
  for (let i = 0; i < 100; i++) limit.begin({ name: `n${i}`, address: 'b', knownDevice: false }).succeeded();
  for (let i = 0; i < 100; i++) limit.begin({ name: 'Bea', address: 'b', knownDevice: false }).takenBack();
});

test('an address that tries many names waits, others do not', () => {
  const { fail } = open();
  for (let i = 0; i < 20; i++) assert.equal(fail(`name ${i}`), 0);
  assert.equal(fail('Ada'), 60);
  assert.equal(fail('Ada', 'b'), 0);
});

test('an address of IPv6 is all of its network, however it is written; others are others', () => {
  const { fail } = open();
  const network = ['2001:db8:0:7::1', '2001:DB8::7:0:0:0:2', '2001:0db8:0000:0007:aaaa::', '2001:db8:0:7:1:2:3:4'];
  for (let i = 0; i < 20; i++) assert.equal(fail(`name ${i}`, network[i % 4]), 0);
  assert.equal(fail('Ada', '2001:db8:0:7:ffff::9'), 60);
  for (const address of ['2001:db8:0:8::1', '2001:db8:1::1', '::1', '::ffff:192.0.2.1', '192.0.2.2', 'x:', '']) {
    assert.equal(fail('Ada', address), 0, address);
  }
  for (let i = 0; i < 19; i++) assert.equal(fail(`name ${i}`, '::ffff:192.0.2.1'), 0);
  assert.equal(fail('Ada', '::ffff:192.0.2.1'), 60);
  assert.equal(fail('Ada', '::ffff:192.0.2.2'), 0);
});

test('codes wait by the hour and from anywhere, her own browser by itself', () => {
  const { time, limit } = open();
  const wrong = (userId: string, knownDevice = false): number => {
    try {
      limit.beginCode({ userId, knownDevice });
      return 0;
    } catch (error) {
      if (!isKithError(error) || error.status !== 429) throw error;
      assert.match(error.message, /Too many wrong codes/);
      return Number(error.more['retryAfter']);
    }
  };
  for (const minutes of [1, 2, 4]) {
    for (let i = 0; i < 5; i++) {
      assert.equal(wrong('ada'), 0);
      time.now += 5 * MINUTE;
    }
    time.now -= 5 * MINUTE;
    assert.equal(wrong('ada'), minutes * 60, 'however slowly they come');
    assert.equal(wrong('bea'), 0);
    assert.equal(wrong('ada', true), 0);
    limit.beginCode({ userId: 'ada', knownDevice: true }).succeeded();
    limit.beginCode({ userId: 'bea', knownDevice: false }).succeeded();
    time.now += minutes * MINUTE;
  }
  for (let i = 0; i < 4; i++) assert.equal(wrong('ada'), 0);
  limit.beginCode({ userId: 'ada', knownDevice: false }).succeeded();
  for (let i = 0; i < 5; i++) assert.equal(wrong('ada'), 0);
  assert.equal(wrong('ada'), 60);
});

test('many addresses that guess one name wait, but not the browser in which she has signed in before', () => {
  const { limit, fail } = open();
  for (let i = 0; i < 50; i++) assert.equal(fail('Ada', `a${i}`), 0);
  assert.equal(fail('Ada', 'another'), 60);
  assert.equal(fail('Bea', 'another'), 0);
  for (let i = 0; i < 4; i++) assert.equal(fail('Ada', 'a0', true), 0);
  limit.begin({ name: 'Ada', address: 'a0', knownDevice: true }).succeeded();
  for (let i = 0; i < 5; i++) assert.equal(fail('Ada', 'a0', true), 0);
  assert.equal(fail('Ada', 'a0', true), 60, 'which is counted by itself');
});

test('attempts at the same time are counted before it is known whether they are right', () => {
  const { limit, fail } = open();
  const attempts = Array.from({ length: 5 }, () => limit.begin({ name: 'Ada', address: 'a', knownDevice: false }));
  assert.equal(fail('Ada'), 60);
  attempts[4]?.takenBack();
  assert.equal(fail('Ada'), 0);
});

const who = (id: string, password: string) => ({ user: { id }, secrets: { password } }) as never;

test('a device cookie is of one user and one password', () => {
  const cookie = deviceOf(who('u1', 'hash'));
  assert.equal(isDeviceOf(cookie, who('u1', 'hash')), true);
  assert.equal(isDeviceOf(cookie, who('u1', 'other')), false);
  assert.equal(isDeviceOf(cookie, who('u2', 'hash')), false);
  assert.equal(isDeviceOf('x', who('u1', 'hash')), false);
  assert.equal(isDeviceOf(undefined, who('u1', 'hash')), false);
  assert.equal(isDeviceOf(cookie, null), false);
});
