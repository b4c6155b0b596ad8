// Who is let in. Pure: what the log says, the policy and the clock in, yes or no with its evidence out. Any doubt and any error means no.

import type { AccessFacts, AccessPolicy, AccessShot, Evidence } from '../action-port.ts';
import type { Calendar, Hours } from '../alert-port.ts';
import { certaintyOf } from '../certainty.ts';
import { messageOf } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import { isWithin } from '../hours.ts';

/** What a human or a rule asked for and nobody has done within this time is not wanted any more. */
export const WAITING_MS = 60_000;
/** Clocks of machines that are set by the network differ by less. */
const CLOCK_MS = 2_000;

export interface AccessContext {
  /** Of the gallery in force: distances below it name somebody. Those of another model say nothing. */
  readonly threshold: number;
  readonly model: string;
  readonly calendar: Calendar;
  readonly now: number;
}

export interface Verdict {
  readonly grant: boolean;
  readonly evidence: readonly Evidence[];
}

export function judgeRun(facts: AccessFacts, context: AccessContext): Verdict {
  try {
    const evidence = evidenceOf(facts, context);
    return { grant: evidence.length > 0 && evidence.every(({ met }) => met), evidence };
  } catch (error) {
    return { grant: false, evidence: [unmet('enabled', `it could not be judged: ${messageOf(error)}`)] };
  }
}

/** Whom a policy is asked about: what it itself has asked, and what a rule asks of a door. Humans decide for themselves. */
function evidenceOf(facts: AccessFacts, context: AccessContext): readonly Evidence[] {
  const { action, run } = facts;
  if (!action) return [unmet('enabled', 'it was removed')];
  const enabled = action.enabled ? met('enabled', 'it is switched on') : unmet('enabled', 'it is switched off');
  if (run.cause === 'policy' && !action.access) return [unmet('enabled', 'it has no access policy any more')];
  if (!action.access || run.cause === 'hand' || run.cause === 'answer') {
    return [enabled, age('fresh', context.now - run.at, WAITING_MS, 'asked')];
  }
  return [enabled, ...judgePolicy(action.access, facts, context)];
}

function judgePolicy(policy: AccessPolicy, facts: AccessFacts, context: AccessContext): Evidence[] {
  const { run, shots } = facts;
  const shot = run.detectionId === null ? undefined : shots.find((one) => one.detectionId === run.detectionId);
  return [
    judgePerson(facts),
    judgeGroups(policy, facts.person?.groups ?? []),
    judgeCamera(policy, run.cameraId, shot),
    judgeHours(policy.hours, context),
    judgeCertainty(policy, shot, context),
    judgeShots(policy, facts, shot, context),
    judgeQuality(policy, shot),
    shot ? age('fresh', context.now - shot.capturedAt, policy.freshS * 1000, 'old') : unmet('fresh', NO_SHOT),
    facts.opened ? unmet('once', 'this visit has opened it already') : met('once', 'this visit has not opened it yet'),
  ];
}

const NO_SHOT = 'the shot is not in the log';

function judgePerson({ person, run }: AccessFacts): Evidence {
  if (!person) return unmet('person', 'nobody is recognised');
  if (person.id !== run.personId) return unmet('person', 'it is somebody else by now');
  if (person.kind !== 'known') return unmet('person', 'a stranger');
  return person.ignored ? unmet('person', 'somebody who is ignored') : met('person', 'a known person');
}

function judgeGroups({ groups }: AccessPolicy, hers: readonly string[]): Evidence {
  const allowed = new Set(groups.map(foldName));
  const common = hers.filter((name) => allowed.has(foldName(name)));
  return common.length > 0
    ? met('group', `in ${common.join(', ')}`)
    : unmet('group', `in none of: ${groups.join(', ')}`);
}

function judgeCamera({ cameras }: AccessPolicy, asked: string | null, shot: AccessShot | undefined): Evidence {
  const at = shot?.cameraId ?? null;
  if (at === null || at !== asked) return unmet('camera', 'at which camera is not certain');
  return cameras.includes(at) ? met('camera', `seen at ${at}`) : unmet('camera', `${at} is no camera of it`);
}

function judgeHours(hours: Hours | null, { calendar, now }: AccessContext): Evidence {
  if (hours === null) return met('hours', 'at any time');
  return isWithin(hours, calendar, now) ? met('hours', 'within its hours') : unmet('hours', 'outside of its hours');
}

function judgeCertainty({ sure }: AccessPolicy, shot: AccessShot | undefined, context: AccessContext): Evidence {
  if (shot && shot.model !== context.model) return unmet('certainty', 'recognised by another model');
  const certainty = shot && certaintyOfShot(shot, context);
  if (!certainty) return unmet('certainty', 'not recognised by this shot');
  const found = `${certainty}: distance ${shot.distance?.toFixed(3)}, threshold ${context.threshold.toFixed(3)}`;
  return isEnough(certainty, sure) ? met('certainty', found) : unmet('certainty', `${found}; "certain" is asked for`);
}

/** Undefined where the shot by itself names nobody, or names her only beside somebody who is as near. */
function certaintyOfShot(shot: AccessShot, { threshold, model }: AccessContext): 'certain' | 'likely' | undefined {
  const { decision, personId, nearestId, distance, runnerUpDistance } = shot;
  if (decision !== 'known' || personId === null || nearestId !== personId || distance === null) return undefined;
  if (shot.model !== model) return undefined;
  const isNear = distance >= 0 && distance < threshold && (runnerUpDistance === null || runnerUpDistance > distance);
  return isNear ? certaintyOf(distance, threshold) : undefined;
}

function isEnough(certainty: 'certain' | 'likely' | undefined, sure: AccessPolicy['sure']): boolean {
  return certainty === 'certain' || (certainty === 'likely' && sure === 'likely');
}

function judgeShots(
  policy: AccessPolicy,
  { person, shots }: AccessFacts,
  shot: AccessShot | undefined,
  context: AccessContext,
): Evidence {
  const doubtful = shots.filter((one) => isDoubt(one, person?.id)).length;
  if (doubtful > 0) return unmet('shots', `${doubtful} of ${shots.length} shots name somebody else or are undecided`);
  const agreeing = shots.filter(
    (one) =>
      person !== null &&
      one.personId === person.id &&
      policy.cameras.includes(one.cameraId) &&
      one.capturedAt <= context.now + CLOCK_MS &&
      isEnough(certaintyOfShot(one, context), policy.sure) &&
      isGood(policy, one),
  );
  const found = `${agreeing.length} of ${shots.length} shots agree, ${policy.shots} must`;
  const isMet = shot !== undefined && agreeing.includes(shot) && agreeing.length >= Math.max(1, policy.shots);
  return isMet ? met('shots', found) : unmet('shots', found);
}

/** Somebody else, a question between two, or a human's "not her". A shot that is only too poor says nothing. */
function isDoubt({ personId, decision, decidedBy }: AccessShot, person: string | undefined): boolean {
  if (personId !== null) return personId !== person;
  return decision === 'ambiguous' || decidedBy === 'human';
}

function judgeQuality(policy: AccessPolicy, shot: AccessShot | undefined): Evidence {
  if (shot?.quality === undefined || shot.quality === null) return unmet('quality', NO_SHOT);
  const found = `${shot.quality.toFixed(2)}, at least ${policy.quality.toFixed(2)} is asked for`;
  return isGood(policy, shot) ? met('quality', found) : unmet('quality', found);
}

function isGood(policy: AccessPolicy, { quality }: AccessShot): boolean {
  return quality !== null && quality >= policy.quality;
}

function age(condition: Evidence['condition'], ms: number, mostMs: number, word: 'old' | 'asked'): Evidence {
  if (ms < -CLOCK_MS) return unmet(condition, `${seconds(-ms)} s in the future: the clocks differ`);
  const found = `${word === 'old' ? `${seconds(ms)} s old` : `asked ${seconds(ms)} s ago`}, at most ${seconds(mostMs)} s`;
  return ms <= mostMs ? met(condition, found) : unmet(condition, found);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function met(condition: Evidence['condition'], found: string): Evidence {
  return { condition, met: true, found };
}

function unmet(condition: Evidence['condition'], found: string): Evidence {
  return { condition, met: false, found };
}
