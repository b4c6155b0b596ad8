// The OpenAPI document says each shape once, under its name, and points to it: a tenth of the size, and whoever generates a client of
// it gets types with names.

import type { TSchema } from 'typebox';
import * as A from './action-schemas.ts';
import * as R from './alert-schemas.ts';
import * as C from './camera-schemas.ts';
import * as T from './camera-trial-schemas.ts';
import * as H from './chat-schemas.ts';
import * as N from './channel-schemas.ts';
import * as I from './identity-schemas.ts';
import * as L from './log-schemas.ts';
import * as P from './people-schemas.ts';
import { ReportJson } from './report-schema.ts';
import * as S from './schemas.ts';
import * as U from './user-schemas.ts';
import { SubscriptionJson } from './push-schemas.ts';
import * as F from './search-schemas.ts';
import { StrangerJson, UndecidedJson } from './stranger-schemas.ts';
import * as Y from './system-schemas.ts';

const NAMED: Readonly<Record<string, TSchema>> = {
  AccessTrial: A.TrialJson,
  Action: A.ActionJson,
  ActionRun: A.RunJson,
  Alert: R.AlertJson,
  AuditEntry: U.AuditEntryJson,
  Camera: C.CameraJson,
  CameraCounts: C.CameraCountsSchema,
  CameraDay: C.CameraDayJson,
  CameraReport: C.CameraReportSchema,
  Backup: Y.BackupJson,
  Backups: Y.BackupsJson,
  CameraSettings: C.GivenSettings,
  ChatCode: H.CodeJson,
  ChatUser: H.ChatUserJson,
  Calendar: R.CalendarJson,
  Candidate: L.CandidateJson,
  Channel: N.ChannelJson,
  ChannelKind: N.ChannelKindJson,
  Changed: I.ChangedJson,
  CameraTrial: T.TrialJson,
  Delivery: N.DeliveryJson,
  Detection: S.DetectionJson,
  Device: U.DeviceJson,
  Diagnosis: T.DiagnosisJson,
  Doctor: T.DoctorJson,
  Entries: I.EntriesJson,
  Face: S.FaceJson,
  FoundCamera: T.FoundCameraJson,
  HistoryEntry: I.EntryJson,
  IdentifiedFace: S.IdentifiedJson,
  Import: S.ImportJson,
  ImportedPhoto: S.ImportedPhotoJson,
  Key: S.KeyJson,
  LogEntry: L.LogEntryJson,
  LookedBack: I.LookedBackJson,
  OwnChats: H.OwnChatsJson,
  Person: S.PersonJson,
  PersonFound: F.PersonFoundJson,
  PhotoSearch: F.PhotoSearchJson,
  Problem: S.Problem,
  PushSubscription: SubscriptionJson,
  Receipt: S.ReceiptJson,
  Reference: S.ReferenceJson,
  Report: ReportJson,
  Rule: R.RuleJson,
  RuleTrial: R.TriedJson,
  Self: U.SelfJson,
  Session: U.SessionJson,
  Totp: U.TotpJson,
  User: U.UserJson,
  PersonActivity: P.ActivityJson,
  PersonGroup: P.GroupJson,
  Confusable: P.ConfusableJson,
  WholePerson: P.WholePersonJson,
  Snooze: R.SnoozeJson,
  SightingFound: F.SightingFoundJson,
  Stranger: StrangerJson,
  Undecided: UndecidedJson,
  Verdict: S.VerdictJson,
  Setting: Y.SettingJson,
  Settings: Y.SettingsJson,
  System: Y.SystemJson,
  SystemCheck: Y.CheckJson,
  LogLines: Y.LogLinesJson,
  Visit: S.VisitJson,
};

/** A copy of the document in which every named shape stands under `components.schemas`. */
export function nameSchemas<T extends object>(document: T): T {
  const names = new Map(Object.entries(NAMED).map(([name, schema]) => [fingerprint(schema), name]));
  const schemas = Object.fromEntries(
    Object.entries(NAMED).map(([name, schema]) => [name, pointed(schema, names, name)]),
  );
  const components = 'components' in document ? document.components : undefined;
  return { ...(pointed(document, names) as T), components: { ...(components as object), schemas } };
}

/** `own`: the shape that is being described itself. */
function pointed(value: unknown, names: ReadonlyMap<string, string>, own?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => pointed(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const name = 'properties' in value ? names.get(fingerprint(value)) : undefined;
  if (name !== undefined && name !== own) return { $ref: `#/components/schemas/${name}` };
  return Object.fromEntries(Object.entries(asSwagger(value)).map(([key, child]) => [key, pointed(child, names)]));
}

/** Whatever the order of its keys; the sentence about it may stand beside the shape instead of in it. */
function fingerprint(schema: object): string {
  return JSON.stringify(sorted({ ...schema, description: undefined }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(asSwagger(value))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}

/** One level as @fastify/swagger writes it, which knows neither patterns for the keys of a record nor `const`. */
function asSwagger({
  patternProperties,
  const: only,
  ...rest
}: {
  readonly patternProperties?: object;
  readonly const?: unknown;
}): object {
  const [additionalProperties] = Object.values(patternProperties ?? {}) as unknown[];
  return {
    ...rest,
    ...(additionalProperties !== undefined && { additionalProperties }),
    ...(only !== undefined && { enum: [only] }),
  };
}
