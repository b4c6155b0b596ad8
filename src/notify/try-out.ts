// What a rule would have told on the last days: the log is played through the rule itself, with what it remembers in memory.

import { judge, type AlertMemory, type Occasion } from '../alert-memory.ts';
import type { PlannedAlert, Rule, RuleDefinition, Seen, TriedOut, TryOutOptions, TryOutSample } from '../alert-port.ts';
import { foldName } from '../fold-name.ts';
import { localTime } from '../hours.ts';
import type { Store } from '../store-port.ts';
import { absences } from './absence.ts';
import { listText, localTimeText, silenceTitle, whoText } from './message-words.ts';
import { readyRules } from './ready-rules.ts';
import { planOf, type ReadyRule } from './rule-match.ts';
import { placeOf, whomOf } from './watch.ts';

type Ports = Pick<Store, 'rules' | 'alerts' | 'persons' | 'detections' | 'cameras'>;
type Sample = Omit<TryOutSample, 'title'>;

const PAGE = 500;
const MOST_SAMPLES = 20;
const MOST_MS = 20_000;
const DAY_MS = 86_400_000;

export async function tryRule(store: Ports, definition: RuleDefinition, options: TryOutOptions): Promise<TriedOut> {
  const { now, days } = options;
  const from = now - days * DAY_MS;
  // A rule that has always been there.
  const rule: Rule = { ...definition, id: 'try', createdAt: from, version: 0 };
  const calendar = await store.rules.calendar();
  const [ready] = (await readyRules(store, [rule])).rules;
  if (!ready) throw new Error('the rule was lost');
  const cameraIds = bothOf(ready.cameras, options.cameraIds);
  const told = createTally(rule);
  const missed = ready.on.has('absent') && rule.afterS !== null ? await createMissed() : null;
  const deadline = performance.now() + (options.mostMs ?? MOST_MS);

  let cursor: string | null = null;
  let until = now;
  do {
    const page: Awaited<ReturnType<Ports['alerts']['replay']>> = await store.alerts.replay(
      { cameraIds, only: onlyOf(rule), from, to: now },
      { limit: PAGE, ...(cursor !== null && { cursor }) },
    );
    for (const seen of page.items) play(seen);
    cursor = page.next;
    if (cursor !== null && performance.now() > deadline) {
      until = page.items.at(-1)?.capturedAt ?? from;
      break;
    }
    // Others get their turn.
    await new Promise(setImmediate);
  } while (cursor !== null);
  missed?.upTo(until);
  const { samples, ...counts } = told.result();
  return {
    ...counts,
    perDay: perDay(told.times, from, until, calendar.timeZone),
    samples: await titled(store, samples, calendar.timeZone),
    until,
  };

  function play(seen: Seen): void {
    missed?.see(seen);
    const planned = planOf(ready as ReadyRule, seen, calendar);
    if (planned)
      told.add(planned, { at: seen.capturedAt, cameraId: seen.cameraId, personId: seen.person?.id ?? null }, seen);
  }

  /** Who is not seen for too long. */
  async function createMissed() {
    const of = ready as ReadyRule;
    const isHers = membership(of);
    let last = await store.alerts.lastSeen({ ...whomOf(of), cameraIds }, from);
    const about = placeOf(of);
    const before = from - 2 * DAY_MS;
    const upTo = (at: number): void => {
      // One that was long enough before the first day was told then.
      for (const absence of absences(rule, { last, from: Math.max(last ?? from, before), until: at }, calendar)) {
        if (absence.at < from) continue;
        const planned: PlannedAlert = {
          rule,
          event: 'absent',
          subject: about.personId ?? 'absent',
          once: absence.once,
        };
        told.add(planned, { at: absence.at, ...about }, null);
      }
    };
    return {
      upTo,
      see(seen: Seen): void {
        if (!isHers(seen)) return;
        upTo(seen.capturedAt);
        last = seen.capturedAt;
      },
    };
  }
}

/** As the watch asks the store for. */
function membership({ persons, groups }: ReadyRule): (seen: Seen) => boolean {
  if (persons.size + groups.size === 0) return ({ person }) => !person?.ignored;
  return ({ person }) =>
    person !== null && (persons.has(person.id) || person.groups.some((group) => groups.has(foldName(group))));
}

function createTally(rule: Rule) {
  const marks = new Map<string, number>();
  const samples: Sample[] = [];
  const times: number[] = [];
  let sightings = 0;
  let gathersUntil = -Infinity;
  return {
    times,
    add(planned: PlannedAlert, occasion: Occasion, seen: Seen | null): void {
      const { at } = occasion;
      const memory: AlertMemory = {
        mark: (_, mark) => marks.get(mark),
        snoozes: [],
        gathering: () => (seen && gathersUntil > at ? 'open' : undefined),
      };
      const verdict = judge(planned, occasion, memory, at);
      if (!verdict) return;
      for (const mark of verdict.marks) marks.set(mark, at);
      if (seen) sightings += 1;
      if (verdict.joins !== null) return;
      if (seen) gathersUntil = at + rule.gatherS * 1000;
      times.push(at);
      const { cameraId, personId } = occasion;
      samples.push({ at, event: planned.event, cameraId, personId, detectionId: seen?.detectionId ?? null });
      if (samples.length > MOST_SAMPLES) samples.shift();
    },
    result: () => ({ messages: times.length, sightings, samples: samples.toReversed() }),
  };
}

async function titled(store: Ports, samples: readonly Sample[], timeZone: string): Promise<TryOutSample[]> {
  const cameras = new Map((await store.cameras.list()).map(({ id, name }) => [id, name]));
  const time = (at: number): string => localTimeText(timeZone, at);
  return Promise.all(
    samples.map(async (sample) => {
      const { detectionId, cameraId, personId, event } = sample;
      const camera = cameraId === null ? null : (cameras.get(cameraId) ?? cameraId);
      const detection = detectionId === null ? null : await store.detections.get(detectionId);
      if (detection) return { ...sample, title: `${whoText(detection)} at ${listText([camera ?? ''])}` };
      const person = personId === null ? null : ((await store.persons.get(personId))?.name ?? 'Somebody');
      return { ...sample, title: silenceTitle({ event, since: null }, { person, camera, time }) };
    }),
  );
}

function bothOf(wanted: ReadonlySet<string>, seen: readonly string[] | null): readonly string[] | null {
  if (wanted.size === 0) return seen;
  return seen === null ? [...wanted] : seen.filter((id) => wanted.has(id));
}

/** Fewer rows to look at, where the rule is about one kind. */
function onlyOf({ on }: Rule): 'known' | 'unknown' | 'ambiguous' | null {
  const seen = on.filter((event) => event !== 'offline');
  const [first] = seen;
  if (seen.length !== 1) return null;
  return first === 'known' || first === 'unknown' || first === 'ambiguous' ? first : null;
}

function perDay(times: readonly number[], from: number, until: number, timeZone: string): TriedOut['perDay'] {
  const counts = new Map<string, number>();
  // Half days, so that none is passed over where one has 23 hours.
  for (let at = from; at < until; at += DAY_MS / 2) counts.set(localTime(timeZone, at).day, 0);
  counts.set(localTime(timeZone, until).day, 0);
  for (const at of times) {
    const { day } = localTime(timeZone, at);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return [...counts].map(([day, messages]) => ({ day, messages }));
}
