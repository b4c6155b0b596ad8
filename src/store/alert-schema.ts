// The tables of rules, alerts, channels and actions (schema.ts has the others and what holds for all).

import type { Generated } from 'kysely';
import type { ActionKind, RunCause, RunState } from '../action-port.ts';
import type { RuleEvent } from '../alert-port.ts';
import type { ChannelKind, DeliveryState } from '../delivery-port.ts';

export interface RuleTable {
  id: string;
  name: string;
  /** JSON: the rest of `RuleDefinition`. */
  definition: string;
  /** 0 or 1. */
  enabled: number;
  created_at: number;
  version: Generated<number>;
}

export interface SnoozeTable {
  id: string;
  rule_id: string | null;
  person_id: string | null;
  camera_id: string | null;
  until: number;
  made_by: string;
}

export interface AlertTable {
  seq: Generated<number>;
  id: string;
  rule_id: string;
  rule_name: string;
  event: RuleEvent;
  at: number;
  camera_id: string | null;
  subject: string;
  /** Of alerts that no sighting has made. */
  person_id: string | null;
  since: number | null;
  /** Until then what the rule sees joins it. */
  gathers_until: number;
  /** Raised by `growAlerts` (alert-growth.ts) only, which has messages that were sent brought up to date. */
  version: Generated<number>;
}

export interface RuleMarkTable {
  rule_id: string;
  /** What was told of once, or the subject and camera of a cooldown. */
  mark: string;
  at: number;
}

export interface AlertSightingTable {
  alert_id: string;
  position: number;
  detection_id: string;
  visit_id: string | null;
  person_id: string | null;
  camera_id: string;
  at: number;
}

export interface AlertOutcomeTable {
  seq: Generated<number>;
  alert_id: string;
  at: number;
  actor: string;
  /** Null where an entry of the history says it; with both, it stands before what the entry says. */
  said: string | null;
  entry_seq: number | null;
}

export interface ChannelTable {
  id: string;
  name: string;
  kind: ChannelKind;
  /** 0 or 1. */
  enabled: number;
  /** JSON, with secrets. */
  settings: string;
  /** JSON: `Hours`. */
  quiet: string | null;
  created_at: number;
  version: Generated<number>;
  /** Which process sends over it, and until when its word counts. */
  owner: Generated<string | null>;
  owner_until: Generated<number>;
}

export interface DeliveryTable {
  seq: Generated<number>;
  id: string;
  alert_id: string;
  channel_id: string;
  state: DeliveryState;
  attempts: Generated<number>;
  at: number;
  next_at: number;
  sent_at: Generated<number | null>;
  error: Generated<string | null>;
  shown_version: Generated<number | null>;
  /** JSON of the channel. */
  receipt: Generated<string | null>;
  /** 1: it was sent, and its alert has grown since. */
  grown: Generated<number>;
}

export interface PushSubscriptionTable {
  id: string;
  user_id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
  agent: string;
  created_at: number;
}

export interface ActionTable {
  id: string;
  name: string;
  kind: ActionKind;
  enabled: number;
  settings: string;
  /** JSON: `AccessPolicy`. */
  access: string | null;
  /** The machine whose configuration file it stands in. */
  fixed_by: string | null;
  created_at: number;
  version: Generated<number>;
}

export interface ActionRunTable {
  seq: Generated<number>;
  id: string;
  action_id: string;
  action_name: string;
  cause: RunCause;
  state: RunState;
  at: number;
  started_at: Generated<number | null>;
  done_at: Generated<number | null>;
  made_by: string | null;
  visit_id: string | null;
  person_id: string | null;
  detection_id: string | null;
  camera_id: string | null;
  alert_id: string | null;
  /** JSON: `Evidence[]`. */
  evidence: Generated<string | null>;
  error: Generated<string | null>;
  owner: Generated<string | null>;
  /** Of a grant by policy, the visit: one visit opens once. */
  opens: Generated<string | null>;
}

export interface ChatUserTable {
  channel_id: string;
  chat_id: string;
  chat_name: string;
  user_id: string;
  linked_at: number;
}

export interface ChatCodeTable {
  hash: string;
  user_id: string;
  expires_at: number;
}

export interface ChatMemoryTable {
  key: string;
  value: string;
  expires_at: number | null;
}

export interface AlertTables {
  rules: RuleTable;
  snoozes: SnoozeTable;
  alerts: AlertTable;
  rule_marks: RuleMarkTable;
  alert_sightings: AlertSightingTable;
  alert_outcomes: AlertOutcomeTable;
  channels: ChannelTable;
  deliveries: DeliveryTable;
  push_subscriptions: PushSubscriptionTable;
  actions: ActionTable;
  action_runs: ActionRunTable;
  chat_users: ChatUserTable;
  chat_codes: ChatCodeTable;
  chat_memory: ChatMemoryTable;
}
