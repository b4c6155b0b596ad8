// Hours of a week as rows and back, and in words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import i18next from 'i18next';
import type { Hours } from '../../../src/alert-port.ts';
import en from '../texts/en.json' with { type: 'json' };
import { areSame, HOURS_PRESETS, partsOfDays, presetOf, rowsOf, weekOf } from './hours.ts';
import { hoursText } from './hours-words.ts';

await i18next.init({ lng: 'en', resources: { en: { translation: en } } });

const WEEK = weekOf([
  { days: [0, 1, 2, 3, 4], from: 1080, to: 480 },
  { days: [5, 6], from: 0, to: 0 },
]);

function untilOnMonday(to: number): Hours {
  return { week: [[[600, to]], [], [], [], [], [], []], holidays: 'usual' };
}

test('rows become a week and the week the same rows', () => {
  assert.deepEqual(WEEK[4], [[1080, 480]]);
  assert.deepEqual(WEEK[6], [[0, 1440]]);
  assert.deepEqual(rowsOf({ week: WEEK, holidays: 'usual' }), [
    { days: [0, 1, 2, 3, 4], from: 1080, to: 480 },
    { days: [5, 6], from: 0, to: 1440 },
  ]);
});

test('what goes over midnight is shown on the next day too', () => {
  const days = partsOfDays({ week: WEEK, holidays: 'usual' });
  assert.deepEqual(days[0], [[1080, 1440]]);
  assert.deepEqual(days[1], [
    [0, 480],
    [1080, 1440],
  ]);
  assert.deepEqual(days[5], [
    [0, 480],
    [0, 1440],
  ]);
});

test('a preset is known again, also where midnight is written otherwise', () => {
  assert.equal(presetOf(null), 'always');
  assert.equal(presetOf({ week: HOURS_PRESETS.nights?.week ?? [], holidays: 'usual' }), 'nights');
  assert.equal(presetOf({ week: WEEK, holidays: 'usual' }), null);
  assert.ok(areSame(untilOnMonday(0), untilOnMonday(1440)));
  assert.ok(!areSame(untilOnMonday(0), untilOnMonday(1439)));
});

test('hours are said in one line', () => {
  assert.equal(
    hoursText({ week: WEEK, holidays: 'all_day' }),
    'Mon–Fri 18:00–08:00; Sat, Sun all day; holidays all day',
  );
  assert.equal(
    hoursText(HOURS_PRESETS.outside),
    'Mon–Fri 00:00–08:00, 17:00–24:00; Sat, Sun all day; holidays all day',
  );
  assert.equal(hoursText(HOURS_PRESETS.nights), 'every day 22:00–06:00');
  assert.equal(hoursText({ week: [[], [], [], [], [], [], []], holidays: 'never' }), 'never; not on holidays');
});
