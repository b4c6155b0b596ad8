// Who asks at the same time shares one report; a change of the gallery makes the next one new.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowd, house, NOW } from './report-kit.test-suite.ts';
import { createReporter } from './reporter.ts';

function open() {
  const parts = house(crowd(30, 2));
  const state = { made: 0, changes: 0, now: NOW, broken: false };
  const reporter = createReporter({
    version: '0',
    clock: () => state.now,
    rule: async () => {
      state.made++;
      if (state.broken) throw new Error('no rule');
      return parts.rule;
    },
    store: {
      ...parts.store,
      changes: {
        last: async () => state.changes,
        since: async (seq: number) => Array.from({ length: state.changes - seq }),
      },
    } as never,
  });
  return { reporter, state };
}

test('concurrent requests and those before any change share one report', async () => {
  const { reporter, state } = open();
  assert.equal(reporter.progress(), null);
  const asked = [reporter.report(), reporter.report(), reporter.page()] as const;
  const [one, two, page] = await Promise.all(asked);
  assert.equal(one, two);
  assert.match(page.html, /^<!doctype html>/);
  assert.equal(await reporter.report(), one);
  assert.equal(state.made, 1);
  assert.equal(reporter.progress(), null);

  state.changes++;
  assert.notEqual(await reporter.report(), one);
  state.now += 3_600_000;
  await reporter.report();
  assert.equal(state.made, 3);
});

test('a report that fails is not kept', async () => {
  const { reporter, state } = open();
  state.broken = true;
  await assert.rejects(reporter.report(), /no rule/);
  assert.equal(reporter.progress(), null);
  state.broken = false;
  assert.equal((await reporter.report()).counts.known, 30);
});
