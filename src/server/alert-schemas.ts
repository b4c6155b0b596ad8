// The shapes of rules, the calendar, snoozes and alerts.

import { Type, type Static } from 'typebox';
import type { Alert, Rule, Snooze } from '../alert-port.ts';
import { HoursSchema } from '../hours-schema.ts';
import { maybeTime, time } from './json.ts';
import * as S from './schemas.ts';

export const EventJson = Type.Enum(['unknown', 'known', 'ambiguous', 'ignored', 'absent', 'offline'], {
  description:
    'unknown: a stranger; known: somebody known; ambiguous: "A or B?"; ignored: somebody ignored is seen again; absent: nobody of `persons` and `groups` (of anybody, without them) was seen for `afterS`; offline: a camera has not run for `afterS`',
});

const Ids = (description: string) => Type.Array(S.Id, { maxItems: 500, uniqueItems: true, description });
const Names = (description: string) => Type.Array(S.Name, { maxItems: 100, uniqueItems: true, description });

const FIELDS = {
  name: S.Name,
  enabled: Type.Boolean(),
  on: Type.Array(EventJson, { minItems: 1, maxItems: 6, uniqueItems: true, description: 'any of them' }),
  persons: Ids('with `groups`: who is meant of the known, the ignored or the missed; neither: anybody'),
  groups: Names('names of groups'),
  cameras: Ids('empty: all'),
  zones: Names('names of zones of those cameras; empty: wherever'),
  afterS: S.Nullable(
    Type.Integer({ minimum: 60, maximum: 2_592_000, description: 'seconds, with absent and offline' }),
  ),
  hours: S.Nullable(HoursSchema),
  cooldownS: Type.Integer({
    minimum: 0,
    maximum: 604_800,
    description: 'seconds in which the same person at the same camera is not told of again',
  }),
  gatherS: Type.Integer({ minimum: 0, maximum: 3600, description: 'seconds that are gathered into one message' }),
  channels: Ids('where it is told'),
  actions: Ids('what is done'),
};

export const NewRule = S.Exact({
  ...FIELDS,
  enabled: Type.Optional(Type.Boolean({ description: 'without it: yes' })),
  persons: Type.Optional(FIELDS.persons),
  groups: Type.Optional(FIELDS.groups),
  cameras: Type.Optional(FIELDS.cameras),
  zones: Type.Optional(FIELDS.zones),
  afterS: Type.Optional(FIELDS.afterS),
  hours: Type.Optional(FIELDS.hours),
  cooldownS: Type.Optional(FIELDS.cooldownS),
  gatherS: Type.Optional(FIELDS.gatherS),
  channels: Type.Optional(FIELDS.channels),
  actions: Type.Optional(FIELDS.actions),
});
export type NewRule = Static<typeof NewRule>;
export const ChangedRule = S.Exact({ ...NewRule.properties, ifVersion: Type.Optional(Type.Integer()) });
export const RuleJson = Type.Object({ id: Type.String(), ...FIELDS, createdAt: S.Time, version: Type.Integer() });

export function ruleJson({ createdAt, hours, ...rule }: Rule): Static<typeof RuleJson> {
  return {
    ...rule,
    on: [...rule.on],
    persons: [...rule.persons],
    groups: [...rule.groups],
    cameras: [...rule.cameras],
    zones: [...rule.zones],
    channels: [...rule.channels],
    actions: [...rule.actions],
    hours: hours && {
      week: hours.week.map((spans) => spans.map(([from, to]): [number, number] => [from, to])),
      holidays: hours.holidays,
    },
    createdAt: time(createdAt),
  };
}

const Day = Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\d$` });
export const CalendarJson = S.Exact({
  timeZone: Type.String({ maxLength: 100, description: 'IANA, for example Europe/Berlin' }),
  holidays: Type.Array(S.Exact({ day: Day, name: S.Name }), { maxItems: 500 }),
});

export const SnoozeJson = Type.Object({
  id: Type.String(),
  ruleId: S.Nullable(Type.String()),
  personId: S.Nullable(Type.String()),
  cameraId: S.Nullable(Type.String()),
  until: S.Time,
  by: Type.String(),
});
export const NewSnooze = S.Exact({
  ruleId: Type.Optional(S.Nullable(S.Id)),
  personId: Type.Optional(S.Nullable(S.Id)),
  cameraId: Type.Optional(S.Nullable(S.Id)),
  until: S.Time,
});

export function snoozeJson({ until, ...snooze }: Snooze): Static<typeof SnoozeJson> {
  return { ...snooze, until: time(until) };
}

export const TryRule = S.Exact({ rule: NewRule, days: Type.Integer({ minimum: 1, maximum: 30 }) });
export const TriedJson = Type.Object({
  messages: Type.Integer(),
  sightings: Type.Integer({ description: 'that they would have told of' }),
  perDay: Type.Array(Type.Object({ day: Day, messages: Type.Integer() }), { description: 'local days' }),
  samples: Type.Array(
    Type.Object({
      at: S.Time,
      event: EventJson,
      cameraId: S.Nullable(Type.String()),
      detectionId: S.Nullable(Type.String()),
      personId: S.Nullable(Type.String()),
      title: Type.String(),
    }),
    { description: 'the latest 20, the latest first' },
  ),
  until: S.Time,
});

export const AlertJson = Type.Object({
  id: Type.String(),
  ruleId: Type.String(),
  ruleName: Type.String(),
  event: EventJson,
  at: S.Time,
  cameraId: S.Nullable(Type.String()),
  personId: S.Nullable(Type.String({ description: 'with absent of one person: who' })),
  since: S.Nullable(S.Time),
  sightings: Type.Array(
    Type.Object({
      detectionId: Type.String(),
      visitId: S.Nullable(Type.String()),
      personId: S.Nullable(Type.String({ description: 'at the time of the alert' })),
      cameraId: Type.String(),
      at: S.Time,
    }),
  ),
  outcomes: Type.Array(Type.Object({ at: S.Time, by: Type.String(), text: Type.String() }), {
    description: 'what became of it, oldest first',
  }),
  version: Type.Integer(),
});

/** What a caller may see of it; null: nothing. `cameras` null: all. What became of it may name people of the others, so it is shown
 * only with all sightings. */
export function alertJson(alert: Alert, cameras: readonly string[] | null): Static<typeof AlertJson> | null {
  const mine = (id: string): boolean => cameras === null || cameras.includes(id);
  const sightings = alert.sightings.filter(({ cameraId }) => mine(cameraId));
  const isWhole = sightings.length === alert.sightings.length;
  if (cameras !== null && sightings.length === 0) {
    if (!isWhole || alert.cameraId === null || !mine(alert.cameraId)) return null;
  }
  return {
    id: alert.id,
    ruleId: alert.ruleId,
    ruleName: alert.ruleName,
    event: alert.event,
    at: time(alert.at),
    cameraId: alert.cameraId !== null && mine(alert.cameraId) ? alert.cameraId : (sightings[0]?.cameraId ?? null),
    personId: alert.personId,
    since: maybeTime(alert.since),
    sightings: sightings.map(({ at, ...sighting }) => ({ ...sighting, at: time(at) })),
    outcomes: isWhole ? alert.outcomes.map(({ at, ...outcome }) => ({ ...outcome, at: time(at) })) : [],
    version: alert.version,
  };
}

export const AnswerBody = S.Exact({
  answer: Type.Enum(['is', 'new', 'merge', 'not_her', 'ignore', 'open', 'snooze'], {
    description:
      'is: this visit is `personId` (or who is called `name`); new: somebody new with this `name`; merge: all of hers is `personId`’s; not_her; ignore; open: the door `actionId`; snooze: for `minutes`',
  }),
  personId: Type.Optional(S.Id),
  name: Type.Optional(S.Name),
  actionId: Type.Optional(S.Id),
  minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 43_200 })),
  detectionId: Type.Optional(
    Type.String({ ...S.Id, description: 'which sighting is meant, where the alert tells of several people' }),
  ),
});
