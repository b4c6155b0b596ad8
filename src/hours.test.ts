// Hours of a week in a time zone: over midnight, over the change of the clocks, on holidays.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Calendar, Hours } from './alert-port.ts';
import { isKithError } from './errors.ts';
import { beginningOf, checkTimeZone, endOf, isWithin, localTime, nextBeginning } from './hours.ts';

type Week = Hours['week'];

const MINUTE = 60_000;
const BERLIN: Calendar = { timeZone: 'Europe/Berlin', holidays: [{ day: '2024-12-25', name: 'Christmas' }] };
const everyDay = (...spans: Week[number]): Week => Array.from({ length: 7 }, () => spans);
const of = (week: Week, holidays: Hours['holidays'] = 'usual'): Hours => ({ week, holidays });
const utc = (text: string): number => Date.parse(`${text}Z`);
const show = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(0, 16));

describe('hours of a week', () => {
  it('are those of the calendar, not of this machine', () => {
    assert.deepEqual(localTime('Asia/Kathmandu', utc('2024-05-14T18:30:30')), {
      day: '2024-05-15',
      weekday: 2,
      minute: 15.5,
    });
    const office = of([[[480, 1020]], [[480, 1020]], [], [], [], [], []]);
    // Monday, 13 May: 8:00 in Berlin is 6:00.
    assert.equal(isWithin(office, BERLIN, utc('2024-05-13T05:59:59.999')), false);
    assert.equal(isWithin(office, BERLIN, utc('2024-05-13T06:00')), true);
    assert.equal(isWithin(office, BERLIN, utc('2024-05-13T15:00')), false);
    assert.equal(isWithin(office, BERLIN, utc('2024-05-15T10:00')), false);
    assert.equal(isWithin(office, { ...BERLIN, timeZone: 'America/New_York' }, utc('2024-05-13T06:00')), false);
    assert.throws(
      () => checkTimeZone('Europe/Bärlin'),
      (error) => isKithError(error) && error.code === 'invalid' && error.message.includes('Europe/Bärlin'),
    );
  });

  it('go on over midnight, also into a day that has none', () => {
    const saturdayNight = of([[], [], [], [], [], [[1320, 120]], []]);
    assert.equal(isWithin(saturdayNight, BERLIN, utc('2024-05-18T19:59')), false);
    assert.equal(isWithin(saturdayNight, BERLIN, utc('2024-05-18T20:00')), true);
    assert.equal(isWithin(saturdayNight, BERLIN, utc('2024-05-18T23:59')), true);
    assert.equal(isWithin(saturdayNight, BERLIN, utc('2024-05-19T00:00')), false);
    assert.equal(show(endOf(saturdayNight, BERLIN, utc('2024-05-18T21:00'))), '2024-05-19T00:00');
    assert.equal(show(beginningOf(saturdayNight, BERLIN, utc('2024-05-18T23:00'))), '2024-05-18T20:00');
    assert.equal(show(endOf(saturdayNight, BERLIN, utc('2024-05-18T19:00'))), '2024-05-18T19:00');
    assert.equal(beginningOf(saturdayNight, BERLIN, utc('2024-05-18T19:00')), null);
    assert.equal(show(nextBeginning(saturdayNight, BERLIN, utc('2024-05-12T00:00'))), '2024-05-18T20:00');
    assert.equal(show(nextBeginning(saturdayNight, BERLIN, utc('2024-05-18T21:00'))), '2024-05-18T21:00');
    // Spans that touch are one.
    const nights = of(everyDay([0, 360], [1320, 1440]));
    assert.equal(show(endOf(nights, BERLIN, utc('2024-05-18T21:00'))), '2024-05-19T04:00');
    assert.equal(show(beginningOf(nights, BERLIN, utc('2024-05-19T03:00'))), '2024-05-18T20:00');
  });

  it('are an hour shorter or longer where the clocks are set', () => {
    const nights = of(everyDay([1320, 360]));
    assert.equal(show(endOf(nights, BERLIN, utc('2024-03-30T22:00'))), '2024-03-31T04:00');
    assert.equal(show(endOf(nights, BERLIN, utc('2024-10-26T22:00'))), '2024-10-27T05:00');
    assert.equal(show(beginningOf(nights, BERLIN, utc('2024-10-27T04:00'))), '2024-10-26T20:00');
    // 2:30 comes twice in October, and in March it never does.
    const short = of(everyDay([120, 150]));
    const inOctober = ['2024-10-27T00:10', '2024-10-27T00:40', '2024-10-27T01:10', '2024-10-27T01:40'];
    assert.deepEqual(
      inOctober.map((at) => isWithin(short, BERLIN, utc(at))),
      [true, false, true, false],
    );
    assert.equal(show(endOf(short, BERLIN, utc('2024-10-27T00:10'))), '2024-10-27T00:30');
    assert.equal(show(endOf(short, BERLIN, utc('2024-10-27T01:10'))), '2024-10-27T01:30');
    const early = of(everyDay([60, 150]));
    assert.equal(show(endOf(early, BERLIN, utc('2024-03-31T00:30'))), '2024-03-31T01:00');
  });

  it('are others on holidays', () => {
    // A Wednesday; the Sunday of this week is the 29th.
    const week: Week = [[], [], [[480, 1020]], [], [], [], [[600, 720]]];
    const at = (time: string): number => utc(`2024-12-25T${time}`);
    const answers = (holidays: Hours['holidays']): boolean[] =>
      ['03:00', '08:00', '09:30'].map((time) => isWithin(of(week, holidays), BERLIN, at(time)));
    assert.deepEqual(answers('usual'), [false, true, true]);
    assert.deepEqual(answers('sunday'), [false, false, true]);
    assert.deepEqual(answers('never'), [false, false, false]);
    assert.deepEqual(answers('all_day'), [true, true, true]);
    assert.equal(show(endOf(of(week, 'all_day'), BERLIN, at('09:00'))), '2024-12-25T23:00');
    // What began on the eve goes on.
    const nights = of(everyDay([1320, 360]), 'never');
    assert.equal(show(endOf(nights, BERLIN, utc('2024-12-24T22:00'))), '2024-12-25T05:00');
  });

  it('may never end, and may never begin', () => {
    for (const week of [everyDay([0, 1440]), everyDay([0, 0]), everyDay([720, 720])]) {
      assert.equal(endOf(of(week), BERLIN, utc('2024-05-15T10:00')), null);
      assert.equal(beginningOf(of(week), BERLIN, utc('2024-05-15T10:00')), null);
    }
    assert.equal(isWithin(of([]), BERLIN, utc('2024-05-15T10:00')), false);
    assert.equal(nextBeginning(of([]), BERLIN, utc('2024-05-15T10:00')), null);
  });

  it('begin and end where a look at every minute says so', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata'];
    const weeks = [
      everyDay([1320, 360]),
      everyDay([30, 90], [90, 150]),
      [[[1400, 130]], [], [[100, 140]], [], [], [[0, 125]], [[119, 121]]],
    ] as const;
    const starts = ['2024-03-30T21:17', '2024-10-26T21:17', '2024-04-06T12:00', '2024-11-02T23:50'];
    for (const [i, week] of weeks.entries()) {
      for (const [k, start] of starts.entries()) {
        const calendar = { timeZone: zones[(i + k) % 4] ?? '', holidays: [] };
        const hours = of(week);
        let at = utc(start);
        const begins: number[] = [];
        let last = at;
        for (let was = isWithin(hours, calendar, at); at < utc(start) + 1200 * MINUTE; at += MINUTE) {
          const is = isWithin(hours, calendar, at);
          if (is && !was) begins.push(at);
          if (was && !is) assert.equal(show(endOf(hours, calendar, last)), show(at), `${calendar.timeZone} ${start}`);
          if (is) last = at;
          if (is && !was) assert.equal(show(nextBeginning(hours, calendar, at - MINUTE)), show(at));
          was = is;
        }
        const begin = begins.at(-1);
        if (begin !== undefined && isWithin(hours, calendar, begin + MINUTE / 2))
          assert.equal(show(beginningOf(hours, calendar, begin + MINUTE / 2)), show(begin));
      }
    }
  });
});
