// The access policy: over many facts, one condition that is not met is enough to keep the door shut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessFacts, AccessPolicy, AccessShot, Evidence } from '../action-port.ts';
import { judgeRun, type AccessContext } from './access.ts';

type Deep<T> = { -readonly [K in keyof T]: T[K] extends object | null ? Deep<T[K]> : T[K] };
interface Case {
  readonly facts: Deep<AccessFacts>;
  readonly context: { -readonly [K in keyof AccessContext]: AccessContext[K] };
  readonly policy: Deep<AccessPolicy>;
  /** The shot that asks. */
  readonly shot: Deep<AccessShot>;
  readonly random: () => number;
}

const NOW = 1_800_000_000_000;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Somebody who is to be let in, in one of many ways. */
function good(seed: number): Case {
  const random = randomOf(seed);
  const between = (low: number, high: number): number => low + random() * (high - low);
  const threshold = between(0.3, 1.2);
  const sure = random() < 0.5 ? 'certain' : 'likely';
  const most = (sure === 'certain' ? 0.79 : 0.99) * threshold;
  const quality = between(0, 0.6);
  const wanted = 1 + Math.floor(random() * 4);
  const policy: Deep<AccessPolicy> = {
    groups: ['Staff', 'Émile’s friends', 'Night'].slice(Math.floor(random() * 3)),
    cameras: ['door', 'yard'].slice(Math.floor(random() * 2)),
    hours: random() < 0.5 ? null : { week: Array.from({ length: 7 }, () => [[0, 1440]] as const), holidays: 'usual' },
    sure,
    shots: wanted,
    quality,
    freshS: between(1, 60),
  };
  const cameraId = policy.cameras.at(-1) ?? '';
  const shotOf = (i: number, ageMs: number): Deep<AccessShot> => {
    const distance = between(0, most);
    return {
      detectionId: `shot-${i}`,
      personId: 'ann',
      cameraId,
      capturedAt: NOW - ageMs,
      decision: 'known',
      decidedBy: random() < 0.9 ? 'system' : 'human',
      nearestId: 'ann',
      distance,
      runnerUpDistance: random() < 0.3 ? null : distance + between(0.01, 0.5),
      quality: between(quality, 1),
      model: 'm@1',
    };
  };
  const count = wanted + Math.floor(random() * 3);
  const shots = Array.from({ length: count }, (_, i) => shotOf(i, between(0, 3_600_000)));
  const shot = shotOf(count, between(-1_000, policy.freshS * 1000));
  shots.push(shot);
  // A shot that is too poor says nothing against her.
  if (random() < 0.3)
    shots.unshift({
      ...shotOf(99, 1),
      personId: null,
      decision: 'unidentified',
      decidedBy: 'system',
      nearestId: 'ben',
      quality: 0.01,
    });
  const cause = random() < 0.7 ? 'policy' : 'rule';
  const facts: Deep<AccessFacts> = {
    run: {
      id: 'run',
      seq: 1,
      actionId: 'front',
      actionName: 'Front door',
      cause,
      state: 'asked',
      at: NOW,
      startedAt: null,
      doneAt: null,
      by: null,
      visitId: 'visit',
      personId: 'ann',
      detectionId: shot.detectionId,
      cameraId,
      alertId: null,
      evidence: [],
      error: null,
    },
    action: {
      id: 'front',
      name: 'Front door',
      kind: 'http',
      enabled: true,
      settings: {},
      access: policy,
      createdAt: 1,
      version: 1,
      fixedBy: null,
    },
    person: {
      id: 'ann',
      kind: 'known',
      ignored: false,
      groups: ['visitors', (policy.groups.at(-1) ?? '').toUpperCase()],
    },
    shots,
    opened: false,
  };
  const context: AccessContext = {
    threshold,
    model: 'm@1',
    calendar: { timeZone: 'Europe/Berlin', holidays: [] },
    now: NOW,
  };
  return { facts, context, policy, shot, random };
}

/** Each breaks one condition. */
const BREACHES: Readonly<Record<string, readonly [Evidence['condition'], (on: Case) => void]>> = {
  'the action is gone': ['enabled', ({ facts }) => (facts.action = null)],
  'the action is switched off': ['enabled', ({ facts }) => facts.action && (facts.action.enabled = false)],
  'nobody is recognised': ['person', ({ facts }) => (facts.person = null)],
  'a stranger': ['person', ({ facts }) => facts.person && (facts.person.kind = 'unknown')],
  'somebody ignored': ['person', ({ facts }) => facts.person && (facts.person.ignored = true)],
  'somebody else since it was asked': ['person', ({ facts }) => (facts.run.personId = 'ben')],
  'asked for nobody': ['person', ({ facts }) => (facts.run.personId = null)],
  'no group': ['group', ({ facts }) => facts.person && (facts.person.groups = [])],
  'other groups': ['group', ({ facts }) => facts.person && (facts.person.groups = ['Staffs', 'taff', 'everybody'])],
  'a policy of no group': ['group', ({ policy }) => (policy.groups = [])],
  'a policy of no camera': ['camera', ({ policy }) => (policy.cameras = [])],
  'another camera': ['camera', ({ facts, shot }) => (facts.run.cameraId = shot.cameraId = 'cellar')],
  'a camera that the shot is not of': ['camera', ({ facts }) => (facts.run.cameraId = 'door2')],
  'outside of the hours': [
    'hours',
    // A Friday, nine in the morning there.
    ({ policy }) => {
      policy.hours = {
        week: [
          [],
          [],
          [],
          [],
          [
            [0, 540],
            [541, 1440],
          ],
          [[0, 1440]],
          [[0, 1440]],
        ],
        holidays: 'never',
      };
    },
  ],
  'as far as the threshold': ['certainty', ({ shot, context }) => setDistance(shot, context.threshold)],
  'likely where certain is asked for': [
    'certainty',
    ({ shot, policy, context }) => {
      policy.sure = 'certain';
      setDistance(shot, 0.81 * context.threshold);
    },
  ],
  'no distance': ['certainty', ({ shot }) => (shot.distance = null)],
  'a distance that is no number': ['certainty', ({ shot }) => (shot.distance = Number.NaN)],
  'a distance below nothing': ['certainty', ({ shot }) => (shot.distance = -0.1)],
  'a threshold that is no number': ['certainty', ({ context }) => (context.threshold = Number.NaN)],
  'somebody else is as near': ['certainty', ({ shot }) => (shot.runnerUpDistance = shot.distance)],
  'somebody else is the nearest': ['certainty', ({ shot }) => (shot.nearestId = 'ben')],
  'a distance of another model': ['certainty', ({ context }) => (context.model = 'm@2')],
  'not decided as known': ['certainty', ({ shot }) => (shot.decision = 'unknown')],
  'too few shots agree': ['shots', ({ facts, policy }) => (policy.shots = facts.shots.length + 1)],
  'so many shots that is no number': ['shots', ({ policy }) => (policy.shots = Number.NaN)],
  'the others are too far away': [
    'shots',
    ({ facts, policy, shot, context }) => {
      policy.shots = 2;
      for (const one of facts.shots) if (one !== shot) setDistance(one, context.threshold * 1.01);
    },
  ],
  'the others are too poor': [
    'shots',
    ({ facts, policy, shot }) => {
      policy.shots = 2;
      policy.quality = Math.max(policy.quality, 0.01);
      for (const one of facts.shots) if (one !== shot) one.quality = policy.quality - 0.005;
    },
  ],
  'a shot names somebody else': ['shots', (on) => (anyShot(on).personId = 'ben')],
  'a shot is a question': ['shots', (on) => Object.assign(anyShot(on), { personId: null, decision: 'ambiguous' })],
  'a human said of a shot that it is not her': [
    'shots',
    (on) => Object.assign(anyShot(on), { personId: null, decision: 'unidentified', decidedBy: 'human' }),
  ],
  'the shot is poor': [
    'quality',
    ({ policy, shot }) => {
      policy.quality = Math.max(policy.quality, 0.01);
      shot.quality = policy.quality - 0.001;
    },
  ],
  'the shot has no quality': ['quality', ({ shot }) => (shot.quality = null)],
  'a quality that is no number': ['quality', ({ policy }) => (policy.quality = Number.NaN)],
  'an old shot': ['fresh', ({ shot, policy }) => (shot.capturedAt = NOW - policy.freshS * 1000 - 1)],
  'a clock that is an hour slow': ['fresh', ({ shot }) => (shot.capturedAt = NOW - 3_600_000)],
  'a clock that is an hour fast': ['fresh', ({ shot }) => (shot.capturedAt = NOW + 3_600_000)],
  'a freshness that is no number': ['fresh', ({ policy }) => (policy.freshS = Number.NaN)],
  'the shot was erased': ['fresh', ({ facts, shot }) => (facts.shots = facts.shots.filter((one) => one !== shot))],
  'no shot': ['fresh', ({ facts }) => (facts.run.detectionId = null)],
  'opened already': ['once', ({ facts }) => (facts.opened = true)],
};

function setDistance(shot: Deep<AccessShot>, distance: number): void {
  shot.distance = distance;
  shot.runnerUpDistance = null;
}

function anyShot({ facts, random }: Case): Deep<AccessShot> {
  const shot = facts.shots[Math.floor(random() * facts.shots.length)];
  assert.ok(shot);
  return shot;
}

const judge = ({ facts, context }: Case) => judgeRun(facts, context);

test('somebody who meets all conditions is let in, with each of them as evidence', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const { grant, evidence } = judge(good(seed));
    assert.ok(grant, `seed ${seed}: ${JSON.stringify(evidence)}`);
    assert.deepEqual(
      evidence.map(({ condition }) => condition),
      ['enabled', 'person', 'group', 'camera', 'hours', 'certainty', 'shots', 'quality', 'fresh', 'once'],
    );
    assert.ok(!JSON.stringify(evidence).includes('ann'), 'evidence names nobody');
  }
});

test('one condition that is not met is enough to refuse, and is named', () => {
  for (const [name, [condition, breach]] of Object.entries(BREACHES)) {
    for (let seed = 0; seed < 60; seed += 1) {
      const on = good(seed);
      breach(on);
      const { grant, evidence } = judge(on);
      const said = `${name}, seed ${seed}: ${JSON.stringify(evidence)}`;
      assert.equal(grant, false, said);
      assert.ok(
        evidence.some((one) => one.condition === condition && !one.met),
        said,
      );
    }
  }
});

test('several that are not met never make one another good', () => {
  const all = Object.values(BREACHES);
  for (let seed = 0; seed < 3_000; seed += 1) {
    const on = good(seed);
    for (let i = 0; i < 2 + on.random() * 4; i += 1) {
      const [, breach] = all[Math.floor(on.random() * all.length)] ?? [];
      try {
        breach?.(on);
      } catch {
        // No shot is left that another breach could spoil.
      }
    }
    assert.equal(judge(on).grant, false, `seed ${seed}`);
  }
});

test('what cannot be judged is refused', () => {
  const on = good(1);
  on.policy.hours = { week: [[], [], [], [], [], [], []], holidays: 'usual' };
  on.context.calendar = { timeZone: 'Nowhere/Town', holidays: [] };
  const { grant, evidence } = judge(on);
  assert.equal(grant, false);
  assert.match(evidence[0]?.found ?? '', /^it could not be judged: .*Nowhere/);
  const broken = good(2);
  Object.assign(broken.policy, { groups: undefined });
  assert.equal(judge(broken).grant, false);
});

test('a policy that is gone lets nobody in; what is no door is done when a rule asks in time', () => {
  const on = good(3);
  assert.ok(on.facts.action);
  on.facts.action.access = null;
  on.facts.run.cause = 'policy';
  assert.equal(judge(on).grant, false);
  on.facts.run.cause = 'rule';
  on.facts.person = null;
  on.facts.shots = [];
  assert.equal(judge(on).grant, true);
  on.context.now = NOW + 61_000;
  assert.equal(judge(on).grant, false);
});

test('a human may open a door whatever the policy says, but not long ago, and not one that is switched off', () => {
  for (const cause of ['hand', 'answer'] as const) {
    const on = good(4);
    on.facts.run.cause = cause;
    on.facts.person = null;
    on.facts.shots = [];
    on.facts.opened = true;
    assert.equal(judge(on).grant, true);
    on.context.now = NOW + 61_000;
    assert.equal(judge(on).grant, false);
    on.context.now = NOW - 61_000;
    assert.equal(judge(on).grant, false);
    on.context.now = NOW;
    BREACHES['the action is switched off']?.[1](on);
    assert.equal(judge(on).grant, false);
  }
});
