// An access policy tried on the log of the last days: which visits it would have let in, which not, and why. What it would say of each
// shot is what it would have said at that moment, but for who is in which group: that is taken as it is now.

import { setImmediate } from 'node:timers/promises';
import type { AccessPolicy, AccessShot, AccessTrial, AccessTrialSample, Evidence, Run } from '../action-port.ts';
import type { Detection, Person } from '../domain.ts';
import { everyPage } from '../queries.ts';
import type { Store } from '../store-port.ts';
import { judgeRun, type AccessContext } from './access.ts';

export interface TrialOptions {
  readonly store: Pick<Store, 'detections' | 'persons' | 'cameras'>;
  readonly context: () => Promise<Omit<AccessContext, 'now'>>;
  readonly clock: () => number;
}

const DAY_MS = 86_400_000;
/** Of the latest so many shots; a door has a few thousand a day at most. */
const MOST_SHOTS = 50_000;
const MOST_SAMPLES = 20;
/** As many as a run looks at; whoever stands there longer has been let in or not by then. */
const MOST_OF_VISIT = 200;
/** Others get their turn after so many visits. */
const AT_ONCE = 50;

export function createAccessTrial({ store, context, clock }: TrialOptions): AccessTrial {
  return async (policy, days) => {
    const given = await context();
    const found = await readLog(store, policy.cameras, clock() - days * DAY_MS);
    const people = new Map<string, Person | null>();
    const refused = new Map<Evidence['condition'], number>();
    const samples: AccessTrialSample[] = [];
    let letIn = 0;
    for (const [i, visit] of found.visits.entries()) {
      if (i % AT_ONCE === 0) await setImmediate();
      const [first] = visit;
      if (!first?.personId) continue;
      if (!people.has(first.personId)) people.set(first.personId, await store.persons.get(first.personId));
      const person = people.get(first.personId) ?? null;
      const { grant, at, evidence } = judgeVisit(policy, visit, { person, tracks: found.tracks, context: given });
      const unmet = evidence.filter((one) => !one.met);
      if (grant) letIn += 1;
      for (const { condition } of unmet) refused.set(condition, (refused.get(condition) ?? 0) + 1);
      samples.push({
        at: at.capturedAt,
        cameraId: at.cameraId,
        visitId: at.visitId ?? '',
        detectionId: at.id,
        person: person && { id: person.id, name: person.name, kind: person.kind },
        grant,
        evidence,
      });
    }
    return {
      visits: samples.length,
      letIn,
      refused: Object.fromEntries(refused),
      samples: chosen(samples),
      since: found.since,
    };
  };
}

/** Of both kinds some, the latest first. */
function chosen(samples: readonly AccessTrialSample[]): readonly AccessTrialSample[] {
  const latest = samples.toSorted((a, b) => b.at - a.at);
  const half = MOST_SAMPLES / 2;
  const [yes, no] = [latest.filter(({ grant }) => grant), latest.filter(({ grant }) => !grant)];
  const some = [
    ...yes.slice(0, Math.max(half, MOST_SAMPLES - no.length)),
    ...no.slice(0, Math.max(half, MOST_SAMPLES - yes.length)),
  ];
  return some.toSorted((a, b) => b.at - a.at);
}

interface Log {
  /** Oldest shot first. */
  readonly visits: readonly (readonly Detection[])[];
  readonly tracks: ReadonlyMap<string, readonly Detection[]>;
  /** How far back it was read. */
  readonly since: number;
}

async function readLog(store: TrialOptions['store'], cameraIds: readonly string[], from: number): Promise<Log> {
  const visits = new Map<string, Detection[]>();
  const tracks = new Map<string, Detection[]>();
  let shots = 0;
  let since = from;
  for await (const page of everyPage((request) =>
    store.detections.list({ cameraIds, from, state: 'classified' }, request),
  )) {
    for (const shot of page) {
      if (shot.visitId !== null) put(visits, shot.visitId, shot);
      if (shot.trackId !== null) put(tracks, trackOf(shot), shot);
    }
    shots += page.length;
    if (shots < MOST_SHOTS) continue;
    since = page.at(-1)?.capturedAt ?? from;
    break;
  }
  return { visits: [...visits.values()].map((visit) => visit.toReversed().slice(0, MOST_OF_VISIT)), tracks, since };
}

function put(map: Map<string, Detection[]>, key: string, shot: Detection): void {
  const shots = map.get(key);
  if (shots) shots.push(shot);
  else map.set(key, [shot]);
}

function trackOf({ cameraId, trackId }: Detection): string {
  return JSON.stringify([cameraId, trackId]);
}

interface Around {
  readonly person: Person | null;
  readonly tracks: Log['tracks'];
  readonly context: Omit<AccessContext, 'now'>;
}

interface Judged {
  readonly grant: boolean;
  readonly at: Detection;
  readonly evidence: readonly Evidence[];
}

/** The shot that lets her in; where there is none, the one that lacked the least. */
function judgeVisit(policy: AccessPolicy, visit: readonly Detection[], around: Around): Judged {
  let best: Judged | undefined;
  for (const at of visit) {
    const { grant, evidence } = judgeShot(policy, visit, at, around);
    const judged = { grant, at, evidence };
    if (grant) return judged;
    if (!best || lackOf(judged) < lackOf(best)) best = judged;
  }
  if (!best) throw new Error('A visit has no shots.');
  return best;
}

function lackOf({ evidence }: Judged): number {
  return evidence.filter(({ met }) => !met).length;
}

function judgeShot(
  policy: AccessPolicy,
  visit: readonly Detection[],
  at: Detection,
  { person, tracks, context }: Around,
) {
  const seen = new Map<string, Detection>();
  for (const shot of visit) {
    if (shot.capturedAt > at.capturedAt) continue;
    seen.set(shot.id, shot);
    const others = shot.trackId === null ? [] : (tracks.get(trackOf(shot)) ?? []);
    for (const other of others) if (other.capturedAt <= at.capturedAt) seen.set(other.id, other);
  }
  return judgeRun(
    {
      run: runOf(at),
      action: {
        id: '',
        name: '',
        kind: 'http',
        enabled: true,
        settings: {},
        access: policy,
        createdAt: 0,
        version: 1,
        fixedBy: null,
      },
      person,
      shots: [...seen.values()].map(asShot),
      opened: false,
    },
    { ...context, now: at.capturedAt },
  );
}

function runOf({ id, personId, visitId, cameraId, capturedAt }: Detection): Run {
  return {
    id: '',
    seq: 0,
    actionId: '',
    actionName: '',
    cause: 'policy',
    state: 'asked',
    at: capturedAt,
    startedAt: null,
    doneAt: null,
    by: null,
    visitId,
    personId,
    detectionId: id,
    cameraId,
    alertId: null,
    evidence: [],
    error: null,
  };
}

function asShot({ id, ...shot }: Detection): AccessShot {
  return { ...shot, detectionId: id };
}
