// Since when somebody is missing: by the clock, by the hours of a rule, and not while nobody looked.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rule } from '../alert-port.ts';
import { absences, dueAt } from './absence.ts';
import { NOON, ruleOf, UTC } from './rules.test-kit.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Every day from 8 to 20. */
const hours: Rule['hours'] = { week: Array.from({ length: 7 }, () => [[480, 1200]]), holidays: 'usual' };

/** Hours after noon. */
function found(
  rule: Partial<Rule>,
  span: Partial<Parameters<typeof absences>[1]>,
): readonly (readonly [string, number])[] {
  const whole = { last: NOON, from: NOON, until: NOON + 3 * DAY, ...span };
  return [...absences(ruleOf({ afterS: 7200, ...rule }), whole, UTC)].map(({ once, at }) => [
    once.replace(/\d+/, (time) => `${(Number(time) - NOON) / HOUR} h`),
    (at - NOON) / HOUR,
  ]);
}

const gap = (from: number, to: number): readonly [number, number] => [NOON + from * HOUR, NOON + to * HOUR];
const due = (...gaps: readonly (readonly [number, number])[]): number => (dueAt(NOON, 2 * HOUR, gaps) - NOON) / HOUR;

describe('an absence', () => {
  it('is told once, when it was long enough', () => {
    assert.deepEqual(found({}, {}), [['absent:0 h', 2]]);
    assert.deepEqual(found({}, { until: NOON + 2 * HOUR }), []);
    // It was long enough before anybody looked.
    assert.deepEqual(found({}, { from: NOON + 5 * HOUR }), [['absent:0 h', 5]]);
    // Who never came is missed since there is a rule about it.
    assert.deepEqual(found({ createdAt: NOON - HOUR }, { last: null }), [['absent:never', 1]]);
  });

  it('counts within the hours of the rule only, anew each day', () => {
    assert.deepEqual(found({ hours }, {}), [
      ['absent:0 h', 2],
      ['absent:20 h', 22],
      ['absent:44 h', 46],
      ['absent:68 h', 70],
    ]);
    // Seen an hour before they end: not long enough on that day.
    assert.deepEqual(found({ hours }, { last: NOON + 7 * HOUR, until: NOON + DAY }), [['absent:20 h', 22]]);
    assert.deepEqual(found({ hours, afterS: 13 * 3600 }, {}), []);
    const always: Rule['hours'] = { week: Array.from({ length: 7 }, () => [[0, 1440]]), holidays: 'usual' };
    assert.deepEqual(found({ hours: always }, {}), [['absent:0 h', 2]]);
    assert.deepEqual(found({ hours: { week: [], holidays: 'usual' } }, {}), []);
  });

  it('does not grow while nobody looked', () => {
    assert.equal(due(gap(-3, -1)), 2);
    assert.equal(due(gap(-1, 1)), 3);
    assert.equal(due(gap(1, 4)), 5);
    assert.equal(due(gap(0.5, 1), gap(2, 3), gap(4, 5)), 3.5);
    assert.equal(due(gap(2, 9)), 2);
    assert.deepEqual(found({}, { gaps: [gap(1, 4)] }), [['absent:0 h', 5]]);
  });
});
