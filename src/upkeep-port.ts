// Keeping the house: the queue as a whole, what failed, how large everything is, and backups. The port of the store's part, and the words
// that store, server and commands share.

export interface QueueState {
  readonly pending: number;
  readonly failed: number;
  /** When the oldest that waits was received. */
  readonly oldestAt: number | null;
  /** Workers of all processes that hold rows now, by their names in the leases. */
  readonly leases: readonly { readonly owner: string; readonly count: number }[];
}

export interface UpkeepStore {
  queue(now: number): Promise<QueueState>;
  /** Failed detections wait again as if they had just arrived: these, or all; of these cameras, where some are given. Answers how many. */
  retryFailed(ids: readonly string[] | null, cameraIds?: readonly string[] | null): Promise<number>;
  databaseBytes(): Promise<number>;
  schemaVersion(): Promise<number>;
}

// ── Backups ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface BackupInfo {
  readonly id: string;
  readonly createdAt: number;
  readonly store: 'sqlite' | 'postgres';
  readonly version: string;
  /** Of the database schema. */
  readonly schema: number;
  readonly databaseBytes: number;
  readonly pictures: number;
  readonly pictureBytes: number;
  /** Of the pictures, those that take no room of their own while the data folder has them too. */
  readonly linked: number;
  readonly persons: number;
  readonly detections: number;
}

export interface BackupProgress {
  readonly startedAt: number;
  readonly step: 'database' | 'pictures';
  readonly done: number;
  readonly total: number;
}

export interface BackupsState {
  readonly backups: readonly BackupInfo[];
  readonly folder: string;
  readonly making: BackupProgress | null;
  /** Why the last one was not made, since this program started. */
  readonly lastError: string | null;
  readonly daily: { readonly on: boolean; readonly hour: number; readonly kept: number };
}

export interface BackupDownload {
  readonly name: string;
  readonly bytes: number;
  readonly stream: AsyncIterable<Uint8Array>;
}

export interface BackupsPort {
  state(): Promise<BackupsState>;
  /** Answers once it has begun. KithError `conflict` while another one is being made, `unavailable` (507) without room. */
  begin(): Promise<void>;
  /** KithError `not_found`. */
  remove(id: string): Promise<void>;
  /** A TAR of it. KithError `not_found`. */
  download(id: string): Promise<BackupDownload>;
}
