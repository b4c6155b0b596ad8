// Group commit: pieces of work that arrive together share one transaction, because the fsync at its end costs more than all
// of their statements. A failing piece is undone by its savepoint and does not spoil its neighbours.

/** One open transaction of the database underneath. */
export interface GroupTransaction<Handle> {
  readonly handle: Handle;
  savepoint(): Promise<void>;
  release(): Promise<void>;
  rollbackTo(): Promise<void>;
}

export interface GroupCommitOptions<Handle> {
  /** Runs `body` in a transaction: commits when it answers, rolls back and throws when it throws. `isRepeatable`: it need not be on the
   * disk then. */
  transact(body: (transaction: GroupTransaction<Handle>) => Promise<void>, isRepeatable: boolean): Promise<void>;
  /** Work that waits longer than this for its neighbours goes into the next transaction. */
  readonly maxMs: number;
  readonly maxSize: number;
}

export interface GroupCommit<Handle> {
  /** Answers after the commit. The work may run twice. Where one of a group has to be on the disk, the whole group is. */
  run<T>(work: (handle: Handle) => Promise<T>, isRepeatable?: boolean): Promise<T>;
  /** Refuses new work and waits for what was accepted. */
  close(): Promise<void>;
}

interface Job<Handle> {
  readonly work: (handle: Handle) => Promise<unknown>;
  readonly isRepeatable: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** The transaction as a whole is gone, for example after a full disk. */
class TransactionLost extends Error {}

export function createGroupCommit<Handle>(options: GroupCommitOptions<Handle>): GroupCommit<Handle> {
  const queue: Job<Handle>[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    // One turn of the event loop, so that everything which arrives in this one comes along.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      await runGroup();
      // Others get the event loop between two transactions.
      if (queue.length > 0) await new Promise(setImmediate);
    }
    running = undefined;
  }

  async function runGroup(): Promise<void> {
    const taken: Job<Handle>[] = [];
    const isRepeatable = queue.every((job) => job.isRepeatable);
    try {
      const outcomes: Outcome[] = [];
      await options.transact(async (transaction) => {
        const until = performance.now() + options.maxMs;
        while (
          queue.length > 0 &&
          taken.length < options.maxSize &&
          (taken.length === 0 || performance.now() < until)
        ) {
          const [job] = queue;
          // One that has come meanwhile and has to be on the disk: its transaction is the next.
          if (!job || (isRepeatable && !job.isRepeatable)) break;
          queue.shift();
          taken.push(job);
          outcomes.push(await runJob(job, transaction));
        }
      }, isRepeatable);
      for (const [index, job] of taken.entries()) settle(job, outcomes[index]);
    } catch (error) {
      if (taken.length === 0) {
        // Not even begun: the first in line hears why, the next ones get a try of their own.
        queue.shift()?.reject(error);
        return;
      }
      if (taken.length === 1) {
        taken[0]?.reject(error instanceof TransactionLost ? error.cause : error);
        return;
      }
      for (const job of taken) await runAlone(job);
    }
  }

  async function runJob(job: Job<Handle>, transaction: GroupTransaction<Handle>): Promise<Outcome> {
    await transaction.savepoint();
    try {
      const value = await job.work(transaction.handle);
      await transaction.release();
      return { value };
    } catch (error) {
      try {
        await transaction.rollbackTo();
      } catch {
        throw new TransactionLost('the transaction is gone', { cause: error });
      }
      return { error };
    }
  }

  async function runAlone(job: Job<Handle>): Promise<void> {
    try {
      let value: unknown;
      await options.transact(async (transaction) => {
        value = await job.work(transaction.handle);
      }, job.isRepeatable);
      job.resolve(value);
    } catch (error) {
      job.reject(error);
    }
  }

  return {
    run<T>(work: (handle: Handle) => Promise<T>, isRepeatable = false): Promise<T> {
      if (closed) return Promise.reject(new Error('The store is closed.'));
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, isRepeatable, resolve: (value) => resolve(value as T), reject });
        running ??= drain();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

function settle(job: Pick<Job<unknown>, 'resolve' | 'reject'>, outcome: Outcome | undefined): void {
  if (!outcome) job.reject(new Error('A piece of work was left without an outcome.'));
  else if ('error' in outcome) job.reject(outcome.error);
  else job.resolve(outcome.value);
}
