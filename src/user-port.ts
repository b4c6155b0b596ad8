// Who may look and change: users, the sessions of their browsers, and the audit log. Words and ports; imports nothing but those.

import type { Role } from './domain.ts';
import type { Page, PageRequest } from './queries.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Only these; null: all. */
  readonly cameras: readonly string[] | null;
  /** A code of her telephone is asked for too. */
  readonly totp: boolean;
  readonly disabled: boolean;
  readonly language: string | null;
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
}

/** What signing in is checked against; it never leaves the server. */
export interface UserSecrets {
  /** In the PHC format, with its salt and costs. */
  readonly password: string;
  /** Base32; null: no code is asked for. */
  readonly totp: string | null;
  /** Not confirmed yet. */
  readonly totpPending: string | null;
}

export interface UserWithSecrets {
  readonly user: User;
  readonly secrets: UserSecrets;
}

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly cameras: readonly string[] | null;
  /** In the PHC format. */
  readonly password: string;
  readonly language?: string | null;
}

export interface UserChanges {
  readonly name?: string;
  readonly role?: Role;
  readonly cameras?: readonly string[] | null;
  readonly disabled?: boolean;
  readonly password?: string;
  /** Null switches it off. */
  readonly totp?: string | null;
  readonly totpPending?: string | null;
  readonly language?: string | null;
  readonly lastLoginAt?: number;
}

/** Ends by itself after so long without use, and in any case at its `expiresAt`. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
export const SESSION_MS = 30 * 86_400_000;

/** A browser in which a user is signed in. */
export interface UserSession {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  /** To the minute. */
  readonly seenAt: number;
  readonly expiresAt: number;
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

export interface UserStore {
  /** Is there anybody at all? */
  any(): Promise<boolean>;
  /** Names are unique, compared without case: KithError `conflict`. */
  add(user: NewUser, at: number): Promise<User>;
  get(id: string): Promise<User | null>;
  /** By name. */
  list(): Promise<readonly User[]>;
  secrets(id: string): Promise<UserWithSecrets | null>;
  secretsByName(name: string): Promise<UserWithSecrets | null>;
  /** One transaction. Another password, role, other cameras and disabling end her sessions; another password alone spares
   * `keepSession`. KithError `not_found`; `conflict` where the name is taken, or where nobody would be left who may everything. */
  change(id: string, changes: UserChanges, keepSession?: string): Promise<User>;
  /** Notes the time step of a code that was right: false when this one or a later one was used already. */
  useCode(id: string, step: number): Promise<boolean>;
  /** With her sessions. KithError `not_found`, `conflict` as with `change`. */
  remove(id: string): Promise<void>;

  /** Only the hash of the cookie is kept. Sessions that have ended are swept away at the same time. */
  addSession(session: Omit<UserSession, 'id' | 'seenAt' | 'expiresAt'>, hash: string): Promise<UserSession>;
  /** Null when there is none, it has ended by now, or its user is disabled. */
  sessionByHash(hash: string, now: number): Promise<{ session: UserSession; user: User } | null>;
  /** Written at most once a minute. */
  seen(sessionId: string, at: number): Promise<void>;
  /** Those that have not ended, last seen first. */
  sessions(userId: string, now: number): Promise<readonly UserSession[]>;
  /** False when this user has no such session. */
  removeSession(userId: string, sessionId: string): Promise<boolean>;
}

// ── The audit log ───────────────────────────────────────────────────────────────────────────────────────────────

export interface AuditActor {
  /** Of the user or the stored key; null for keys of the process and for nobody. */
  readonly id: string | null;
  readonly name: string;
  readonly kind: 'user' | 'key' | 'nobody';
}

/** Who saw, searched, changed or exported what. */
export interface AuditEntry {
  /** Grows by time. */
  readonly seq: number;
  readonly at: number;
  readonly actor: AuditActor;
  readonly address: string;
  /** For example `person.change`. */
  readonly action: string;
  /** The first word of the action, and whom or what it was about. */
  readonly entity: string | null;
  readonly entityId: string | null;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Small; no names of persons, no pictures, no passwords. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface AuditFilter {
  /** Id or name. */
  readonly actor?: string;
  /** `person.change`, or `person` for all that begin with it. */
  readonly action?: string;
  /** A kind of thing (`person`) or the id of one. */
  readonly entity?: string;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

export interface AuditStore {
  add(entry: Omit<AuditEntry, 'seq'>): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  /** The actions that occur, by name. */
  actions(): Promise<readonly string[]>;
  /** Forgets what is older; answers how many entries. */
  prune(before: number): Promise<number>;
}

// ── Whose cameras a change touches ──────────────────────────────────────────────────────────────────────────────

/** For callers who may see some cameras only. */
export interface TouchedStore {
  /** Cameras that have seen this person. */
  byPerson(personId: string): Promise<readonly string[]>;
  /** Cameras of the detections that an entry of the history has changed. */
  byEntry(seq: number): Promise<readonly string[]>;
}
