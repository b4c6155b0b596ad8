// What of a group of writes waits for the disk.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroupCommit } from './group-commit.ts';

function grouped() {
  /** Of each transaction: what was done in it, and whether it need not be on the disk. */
  const committed: string[] = [];
  const group = createGroupCommit<string[]>({
    maxMs: 1_000,
    maxSize: 10,
    async transact(body, isRepeatable) {
      const done: string[] = [];
      await body({
        handle: done,
        savepoint: async () => undefined,
        release: async () => undefined,
        rollbackTo: async () => undefined,
      });
      committed.push(`${isRepeatable ? 'soon' : 'on disk'}: ${done.join(' ')}`);
    },
  });
  const write = (name: string, isRepeatable: boolean) => group.run(async (done) => void done.push(name), isRepeatable);
  return { committed, group, write };
}

test('a group with one that has to be on the disk is on the disk', async () => {
  const { committed, write } = grouped();
  await Promise.all([write('sent', true), write('detection', false), write('taken', true)]);
  await Promise.all([write('sent', true), write('taken', true)]);
  assert.deepEqual(committed, ['on disk: sent detection taken', 'soon: sent taken']);
});

test('one that has to be on the disk never joins a transaction that does not wait for it', async () => {
  const { committed, group, write } = grouped();
  let late: Promise<void> | undefined;
  await group.run(async (done) => {
    done.push('sent');
    late = write('detection', false);
  }, true);
  await late;
  assert.deepEqual(committed, ['soon: sent', 'on disk: detection']);
});
