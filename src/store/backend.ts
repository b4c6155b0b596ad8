// What the two databases must offer to the store, which is written once over it.

import type { Db } from './schema.ts';

export interface Backend {
  readonly kind: 'sqlite' | 'postgres';
  /** Reads outside a transaction. Errors come out as KithErrors where people can do something about them. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Runs the work in a transaction and answers once it is committed durably. It may run more than once, so it must do nothing
   * but database work; it awaits nothing else, because others wait for the same transaction. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** The same for work that writes the change log: such transactions commit one after the other, so that `seq` grows in
   * the order of commits. */
  writeChanges<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Like `writeChanges`, for what is done again where it is lost, such as how far a delivery has come: a power failure may take back the
   * last of it, the death of the process does not. Nobody waits for the disk. */
  writeRepeatable<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Calls back soon after anything was committed, here or by another process. */
  onCommit(listener: () => void): () => void;
  /** What was deleted so far is gone from the files too, as far as it is in our hands. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}
