// The tables as Kysely sees them: the same on SQLite and PostgreSQL. Times and counters are whole numbers (bigint), JSON
// is text, vectors are little-endian float32 bytes.

import type { Generated, Kysely } from 'kysely';
import type { Decision, DetectionState, PersonKind, Reference } from '../domain.ts';
import type { ChangeTopic } from '../store-port.ts';

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
}

export interface ReferenceTable {
  id: string;
  person_id: string;
  picture: string;
  source: Reference['source'];
  detection_id: string | null;
  quality: number;
  created_at: number;
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
  distance: number | null;
  /** No foreign key: a person may be gone, then the name is missing. */
  runner_up_id: string | null;
  runner_up_distance: number | null;
  quality: number | null;
  model: string | null;
  visit_id: string | null;
  reason_code: string | null;
  reason_message: string | null;
}

export interface DetectionTemplateTable {
  detection_id: string;
  model: string;
  vector: Uint8Array;
}

/** SQLite only, kept by triggers: counting a million rows would hold the event loop up. */
export interface DetectionCountTable {
  state: DetectionState;
  n: number;
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
  entity: 'person' | 'reference' | 'detection';
  action: 'add' | 'change' | 'remove';
  entity_id: string;
  at: number;
}

export interface CounterTable {
  name: string;
  value: number;
}

export interface SchemaTable {
  version: number;
  name: string;
  applied_at: number;
}

export interface Tables {
  persons: PersonTable;
  person_references: ReferenceTable;
  reference_templates: ReferenceTemplateTable;
  detections: DetectionTable;
  detection_templates: DetectionTemplateTable;
  detection_counts: DetectionCountTable;
  visits: VisitTable;
  cameras: CameraTable;
  api_keys: KeyTable;
  changes: ChangeTable;
  counters: CounterTable;
  kith_schema: SchemaTable;
}

export type Db = Kysely<Tables>;
