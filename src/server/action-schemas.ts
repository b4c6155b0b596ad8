// The shapes of actions and their runs in the API, and how the domain's words become them.

import { Type, type Static } from 'typebox';
import type { Action, AccessTrialSample, Run } from '../action-port.ts';
import { AccessSchema } from '../access-schema.ts';
import { ACTION_KINDS, maskedAction } from '../action-settings.ts';
import { maybeTime, time } from './json.ts';
import * as S from './schemas.ts';

const Kind = Type.Enum(ACTION_KINDS.map(({ kind }) => kind));
const Settings = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
  description: 'those of the kind, see `GET /actions/kinds`; a secret that comes back as "***" stays as it is',
});
const { groups, cameras, hours, sure, shots, quality, freshS } = AccessSchema.properties;

/** What is left out is as the schema says. */
export const GivenAccess = S.Exact({
  groups,
  cameras,
  hours: Type.Optional(hours),
  sure: Type.Optional(sure),
  shots: Type.Optional(shots),
  quality: Type.Optional(quality),
  freshS: Type.Optional(freshS),
});

const GIVEN = {
  name: S.Name,
  kind: Kind,
  enabled: Type.Optional(Type.Boolean({ description: 'true where it is left out' })),
  settings: Settings,
  access: Type.Optional(S.Nullable(GivenAccess)),
};
export const NewAction = S.Exact(GIVEN);
export const ChangedAction = S.Exact({ ...GIVEN, ifVersion: Type.Optional(Type.Integer({ minimum: 1 })) });

export const ActionJson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Kind,
  enabled: Type.Boolean(),
  settings: S.Nullable(Settings),
  access: S.Nullable(AccessSchema),
  createdAt: S.Time,
  version: Type.Integer({ description: 'for `ifVersion`' }),
  fixedBy: S.Nullable(Type.String({ description: 'the machine in whose kith.json it stands' })),
});
export type ActionJson = Static<typeof ActionJson>;

export const KindsJson = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Kind,
      title: Type.String(),
      description: Type.String(),
      fileOnly: Type.Boolean({ description: 'it stands in kith.json only' }),
      settings: Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'JSON schema' }),
    }),
  ),
  access: Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'JSON schema of a policy' }),
  next: Type.Null(),
});

export const Condition = Type.Enum([
  'enabled',
  'person',
  'group',
  'camera',
  'hours',
  'certainty',
  'shots',
  'quality',
  'fresh',
  'once',
]);
const EvidenceJson = Type.Array(Type.Object({ condition: Condition, met: Type.Boolean(), found: Type.String() }), {
  description: 'each condition, what was found, and whether that is enough',
});
export const RunState = Type.Enum(['asked', 'refused', 'granted', 'started', 'done', 'failed', 'unclear'], {
  description: 'unclear: Kith ended while it was done, so it is not done again',
});

export const RunJson = Type.Object({
  id: Type.String(),
  action: Type.Object({ id: Type.String(), name: Type.String() }),
  cause: Type.Enum(['policy', 'rule', 'answer', 'hand']),
  state: RunState,
  at: S.Time,
  startedAt: S.Nullable(S.Time),
  doneAt: S.Nullable(S.Time),
  by: S.Nullable(Type.String({ description: 'who asked, where a human did' })),
  person: S.Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  visit: S.Nullable(Type.String()),
  detection: S.Nullable(Type.String()),
  camera: S.Nullable(Type.String()),
  alert: S.Nullable(Type.String()),
  evidence: EvidenceJson,
  error: S.Nullable(Type.String()),
});
export type RunJson = Static<typeof RunJson>;

export const TrialJson = Type.Object({
  visits: Type.Integer(),
  letIn: Type.Integer(),
  refused: Type.Record(Type.String(), Type.Integer(), {
    description: 'how many visits did not meet a condition; one may have missed several',
  }),
  samples: Type.Array(
    Type.Object({
      at: S.Time,
      camera: Type.String(),
      visit: Type.String(),
      detection: Type.String({ description: 'the shot that opens, or the one that lacks the least' }),
      person: S.Nullable(Type.Object({ id: Type.String(), name: Type.String(), kind: S.Kind })),
      grant: Type.Boolean(),
      evidence: EvidenceJson,
    }),
  ),
  since: S.Time,
});

/** `settings`: for who may change them. */
export function actionJson(action: Action, settings: boolean): ActionJson {
  const { id, name, kind, enabled, access, createdAt, version, fixedBy } = action;
  return {
    id,
    name,
    kind,
    enabled,
    settings: settings ? { ...maskedAction(kind, action.settings) } : null,
    access: access && accessJson(access),
    createdAt: time(createdAt),
    version,
    fixedBy,
  };
}

function accessJson(access: NonNullable<Action['access']>): NonNullable<ActionJson['access']> {
  return {
    ...access,
    groups: [...access.groups],
    cameras: [...access.cameras],
    hours: access.hours && {
      week: access.hours.week.map((day) => day.map(([from, to]): [number, number] => [from, to])),
      holidays: access.hours.holidays,
    },
  };
}

/** `name`: of its person, where she is still there. */
export function runJson(run: Run, name: string | null): RunJson {
  return {
    id: run.id,
    action: { id: run.actionId, name: run.actionName },
    cause: run.cause,
    state: run.state,
    at: time(run.at),
    startedAt: maybeTime(run.startedAt),
    doneAt: maybeTime(run.doneAt),
    by: run.by,
    person: run.personId === null || name === null ? null : { id: run.personId, name },
    visit: run.visitId,
    detection: run.detectionId,
    camera: run.cameraId,
    alert: run.alertId,
    evidence: run.evidence.map((one) => ({ ...one })),
    error: run.error,
  };
}

export function sampleJson({ at, cameraId, visitId, detectionId, person, grant, evidence }: AccessTrialSample) {
  return {
    at: time(at),
    camera: cameraId,
    visit: visitId,
    detection: detectionId,
    person: person && { ...person },
    grant,
    evidence: evidence.map((one) => ({ ...one })),
  };
}
