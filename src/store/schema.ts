// The tables as Kysely sees them: the same on SQLite and PostgreSQL. Times and counters are whole numbers (bigint), JSON
// is text, vectors are little-endian float32 bytes.

import type { Generated, Kysely } from 'kysely';
import type { AlertTables } from './alert-schema.ts';
import type { CameraState } from '../camera-port.ts';
import type { Decision, DetectionState, PersonKind, Reference, Role } from '../domain.ts';
import type { GateVerdict } from '../gallery-port.ts';
import type { Change, ChangeTopic } from '../store-port.ts';
import type { IdentityAction } from '../identity-port.ts';

export interface PersonTable {
  id: string;
  kind: PersonKind;
  name: string;
  /** The folded name: what is compared, searched and (for known persons) unique. */
  name_key: string;
  /** Order of lists: the folded name; for unknown persons the number with leading zeros. */
  sort_key: string;
  created_at: number;
  last_seen_at: number | null;
  /** 0 or 1. */
  ignored: Generated<number>;
  attributes: Generated<string>;
  merged_into: Generated<string | null>;
  /** In no list and no gallery: merged into somebody, or an unknown person who has nothing left. */
  hidden_at: Generated<number | null>;
  last_entry: Generated<LastEntry>;
  /** Grows with every change of the row by somebody. */
  version: Generated<number>;
  notes: Generated<string>;
  /** JSON: `Consent` of domain.ts; null: nobody was asked. */
  consent: Generated<string | null>;
}

export interface PersonGroupTable {
  person_id: string;
  name: string;
  /** The folded name. */
  name_key: string;
}

/** Who changed what of a person, and which version of her row that made: what two who edit at once are told. */
export interface PersonEditTable {
  person_id: string;
  version: number;
  at: number;
  actor: string;
  /** JSON: names of fields. */
  fields: string;
}

/** The entry of the history of identities that changed the row last: what an undo goes by. Null: none yet; `CHANGED_OTHERWISE`. */
export type LastEntry = number | null;

/** The row was changed since without an entry: earlier entries cannot be undone any more. */
export const CHANGED_OTHERWISE = 0;

export interface ReferenceTable {
  id: string;
  person_id: string;
  picture: string;
  source: Reference['source'];
  detection_id: string | null;
  quality: number;
  created_at: number;
  warnings: Generated<string>;
  /** Out of gallery and lists until an undo brings it back. */
  retired_at: Generated<number | null>;
  last_entry: Generated<LastEntry>;
}

export interface ReferenceTemplateTable {
  /** The order in which a gallery is read: as the rows lie on the disk. */
  seq: Generated<number>;
  reference_id: string;
  /** Copy of the reference's person: filling a gallery reads one table instead of joining three. */
  person_id: string;
  model: string;
  vector: Uint8Array;
}

export interface DetectionTable {
  seq: Generated<number>;
  id: string;
  camera_id: string;
  track_id: string | null;
  captured_at: number;
  box: string | null;
  points: string | null;
  picture: string;
  received_at: number;
  state: DetectionState;
  attempts: number;
  lease_owner: string | null;
  lease_until: number;
  classified_at: number | null;
  person_id: string | null;
  /** Copy of the person's kind, so that the filter by kind has an index. */
  person_kind: PersonKind | null;
  decision: Decision | null;
  decided_by: 'system' | 'human' | null;
  /** Like `runner_up_id`. */
  nearest_id: string | null;
  distance: number | null;
  /** No foreign key: a person may be gone, then the name is missing. */
  runner_up_id: string | null;
  runner_up_distance: number | null;
  quality: number | null;
  model: string | null;
  visit_id: string | null;
  reason_code: string | null;
  reason_message: string | null;
  last_entry: LastEntry;
  /** JSON: names of the zones of its camera that the face was in; null: none. */
  zones: string | null;
}

/** Camera and time are the detection's, which never change: a scan needs nothing else. */
export interface DetectionTemplateTable {
  detection_id: string;
  model: string;
  vector: Uint8Array;
  camera_id: string;
  captured_at: number;
}

/** SQLite only, kept by triggers: counting a million rows would hold the event loop up. */
export interface DetectionCountTable {
  state: DetectionState;
  n: number;
}

/** SQLite only: the visits of a person added up, by camera and (`camera_id` is empty) all of them. A person whose visits have changed
 * since has one row, of nulls (`visit-sums.ts`). */
export interface VisitSumTable {
  person_id: string;
  camera_id: string;
  /** Detections. */
  sightings: number | null;
  last_at: number | null;
  /** Detections, each counting for less the older it was at `weighed_at`. */
  weight: number | null;
  weighed_at: number | null;
}

export interface VisitTable {
  id: string;
  person_id: string;
  camera_id: string;
  first_at: number;
  last_at: number;
  detections: number;
  best_detection_id: string;
  best_quality: number;
}

export interface CameraTable {
  id: string;
  name: string;
  created_at: number;
  last_seen_at: number | null;
  /** JSON, with credentials. */
  settings: Generated<string | null>;
  version: Generated<number>;
  /** 0 or 1. */
  runs_here: Generated<number>;
  fixed_by: Generated<string | null>;
  /** JSON, credentials masked: that they are shown is all they are for. */
  fixed_settings: Generated<string | null>;
  /** Who holds the camera's place, and when that one said something last. */
  program: Generated<string | null>;
  program_at: Generated<number | null>;
  state: Generated<CameraState | null>;
  reason: Generated<string | null>;
  state_since: Generated<number | null>;
  said_at: Generated<number | null>;
  restarts: Generated<number>;
  /** JSON: the rest of the last report. */
  report: Generated<string | null>;
}

export interface CameraDayTable {
  camera_id: string;
  /** YYYY-MM-DD */
  day: string;
  program: string;
  updated_at: number;
  /** JSON */
  figures: string;
}

export interface KeyTable {
  id: string;
  name: string;
  scopes: string;
  camera_id: string | null;
  hash: string;
  created_at: number;
  last_used_at: number | null;
}

export interface ChangeTable {
  seq: Generated<number>;
  topic: ChangeTopic;
  entity: Change['entity'];
  action: 'add' | 'change' | 'remove';
  entity_id: string;
  at: number;
}

export interface CounterTable {
  name: string;
  value: number;
}

/** "Not her": the detection never counts for the person. */
export interface ExclusionTable {
  detection_id: string;
  person_id: string;
  made_by: string;
  at: number;
  last_entry: LastEntry;
}

export interface EntryTable {
  seq: Generated<number>;
  at: number;
  actor: string;
  action: IdentityAction;
  /** JSON: see summary.ts. */
  summary: string;
  detections: number;
  /** 1: somebody it touched was erased since, so it cannot be undone. */
  erased: Generated<number>;
  undone_at: Generated<number | null>;
  undone_by: Generated<string | null>;
}

export interface EntryPersonTable {
  entry_seq: number;
  person_id: string;
  position: number;
}

/** The following hold rows as they were before the entry. */
export type PersonChangeTable = { entry_seq: number; person_id: string } & Plain<
  Pick<PersonTable, 'kind' | 'name' | 'name_key' | 'sort_key' | 'ignored' | 'merged_into' | 'hidden_at' | 'last_entry'>
>;

export type DetectionChangeTable = { entry_seq: number; detection_id: string } & Pick<
  DetectionTable,
  | 'person_id'
  | 'state'
  | 'decision'
  | 'decided_by'
  | 'nearest_id'
  | 'distance'
  | 'runner_up_id'
  | 'runner_up_distance'
  | 'reason_code'
  | 'reason_message'
  | 'last_entry'
>;

export type ReferenceChangeTable = { entry_seq: number; reference_id: string } & Plain<
  Pick<ReferenceTable, 'person_id' | 'retired_at' | 'last_entry'>
>;

/** `present` 0: the entry made the exclusion, 1: it took it back. */
export interface ExclusionChangeTable {
  entry_seq: number;
  detection_id: string;
  person_id: string;
  present: number;
  made_by: string | null;
  at: number | null;
  last_entry: LastEntry;
}

export interface ImportTable {
  id: string;
  source: string;
  created_at: number;
  updated_at: number;
}

export interface ImportPhotoTable {
  import_id: string;
  file: string;
  name: string;
  verdict: GateVerdict['verdict'];
  findings: string;
  person_id: string | null;
  reference_id: string | null;
}

export interface SettingTable {
  name: string;
  value: string;
}

export interface UserTable {
  id: string;
  name: string;
  name_key: string;
  /** With its salt and costs, in the PHC format. */
  password: string;
  role: Role;
  /** JSON, ids; null: all. */
  cameras: string | null;
  totp: string | null;
  /** Handed out, not confirmed by a code yet. */
  totp_pending: string | null;
  /** The time step of the last code that was used: none works twice. */
  totp_step: number | null;
  language: string | null;
  /** 0 or 1. */
  disabled: Generated<number>;
  created_at: number;
  last_login_at: number | null;
}

export interface UserSessionTable {
  hash: string;
  /** What others may know it by. */
  id: string;
  user_id: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
  address: string;
  agent: string;
}

export interface AuditTable {
  seq: Generated<number>;
  at: number;
  actor: string;
  actor_id: string | null;
  actor_kind: 'user' | 'key' | 'nobody';
  address: string;
  action: string;
  entity: string | null;
  entity_id: string | null;
  /** HTTP status of the answer. */
  status: number;
  /** JSON; no names of persons. */
  detail: string | null;
}

/** Columns without the defaults of the database. */
type Plain<T> = { [K in keyof T]: T[K] extends Generated<infer V> ? V : T[K] };

export interface SchemaTable {
  version: number;
  name: string;
  applied_at: number;
}

export interface Tables extends AlertTables {
  persons: PersonTable;
  person_references: ReferenceTable;
  reference_templates: ReferenceTemplateTable;
  detections: DetectionTable;
  detection_templates: DetectionTemplateTable;
  detection_counts: DetectionCountTable;
  visit_sums: VisitSumTable;
  visits: VisitTable;
  cameras: CameraTable;
  camera_days: CameraDayTable;
  api_keys: KeyTable;
  changes: ChangeTable;
  counters: CounterTable;
  kith_schema: SchemaTable;
  exclusions: ExclusionTable;
  identity_entries: EntryTable;
  identity_persons: EntryPersonTable;
  identity_person_changes: PersonChangeTable;
  identity_detection_changes: DetectionChangeTable;
  identity_reference_changes: ReferenceChangeTable;
  identity_exclusion_changes: ExclusionChangeTable;
  imports: ImportTable;
  import_photos: ImportPhotoTable;
  settings: SettingTable;
  person_groups: PersonGroupTable;
  person_edits: PersonEditTable;
  users: UserTable;
  user_sessions: UserSessionTable;
  audit: AuditTable;
}

export type Db = Kysely<Tables>;
