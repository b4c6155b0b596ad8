// What a rule is about.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rule, Seen } from '../alert-port.ts';
import { planOf, readyRule } from './rule-match.ts';
import { NOON, personOf, ruleOf, seenOf, STRANGER, UTC } from './rules.test-kit.ts';

const ADA = personOf('ada', { groups: ['Staff'] });
const BOB = personOf('bob');
const POSTER = personOf('poster', { kind: 'unknown', ignored: true });
const ALL: Readonly<Record<string, Seen>> = {
  stranger: seenOf(STRANGER),
  ada: seenOf(ADA),
  bob: seenOf(BOB),
  poster: seenOf(POSTER),
  between: seenOf(null),
  poor: seenOf(null, { decision: 'unidentified' }),
};

function planned(seen: Seen): readonly (string | undefined)[] {
  const plan = planOf(readyRule(ruleOf({ on: ['known', 'ambiguous'] })), seen, UTC);
  return [plan?.event, plan?.subject, plan?.once];
}

/** Who of all is told of. */
function told(rule: Partial<Rule>, all = ALL, now?: ReadonlyMap<string, string>): string {
  const ready = readyRule(ruleOf(rule), now);
  return Object.entries(all)
    .filter(([, seen]) => planOf(ready, seen, UTC))
    .map(([name]) => name)
    .join(' ');
}

describe('a rule', () => {
  it('is about strangers, people, doubt, or those who are ignored', () => {
    assert.equal(told({ on: ['unknown'] }), 'stranger');
    assert.equal(told({ on: ['known'] }), 'ada bob');
    assert.equal(told({ on: ['ambiguous'] }), 'between');
    assert.equal(told({ on: ['ignored'] }), 'poster');
    assert.equal(told({ on: ['absent', 'offline'] }), '');
    assert.equal(told({ on: ['unknown', 'known', 'ambiguous', 'ignored'] }), 'stranger ada bob poster between');
  });

  it('is about somebody in particular, or about a group', () => {
    assert.equal(told({ on: ['known'], persons: ['bob'] }), 'bob');
    assert.equal(told({ on: ['known'], groups: ['STAFF'] }), 'ada');
    assert.equal(told({ on: ['known'], groups: ['staff'], persons: ['bob', 'eve'] }), 'ada bob');
    assert.equal(told({ on: ['known'], persons: ['robert'] }, ALL, new Map([['robert', 'bob']])), 'bob');
    // Strangers belong to no group: beside known people all of them are meant, alone those that are named.
    assert.equal(told({ on: ['known', 'unknown'], groups: ['Staff'] }), 'stranger ada');
    assert.equal(told({ on: ['unknown'], persons: ['unknown-17'] }), 'stranger');
    assert.equal(told({ on: ['unknown'], persons: ['unknown-18'] }), '');
    assert.equal(told({ on: ['ignored'], persons: ['ada'] }), '');
    assert.equal(told({ on: ['ambiguous'], persons: ['ada'] }), 'between');
  });

  it('is about cameras, zones and hours', () => {
    const places = {
      door: seenOf(ADA, { zones: ['Steps'] }),
      gate: seenOf(ADA, { cameraId: 'gate' }),
      morning: seenOf(ADA, { capturedAt: NOON - 1 }),
    };
    const on = ['known'] as const;
    assert.equal(told({ on, cameras: ['gate', 'yard'] }, places), 'gate');
    assert.equal(told({ on, zones: ['steps'] }, places), 'door');
    const afternoon = Array.from({ length: 7 }, () => [[720, 1080]] as const);
    assert.equal(told({ on, hours: { week: afternoon, holidays: 'usual' } }, places), 'door gate');
  });

  it('tells once of a visit, and once of a track of somebody undecided', () => {
    assert.deepEqual(planned(seenOf(ADA)), ['known', 'ada', 'visit:visit of ada']);
    assert.deepEqual(planned(seenOf(null)), ['ambiguous', 'track:door:t', 'track:door:t']);
    assert.deepEqual(planned(seenOf(null, { trackId: null })), ['ambiguous', 'track:door:d', 'track:door:d']);
  });
});
