// What every store must do, whatever the database: each implementation's test runs these. Each part is in a file of its own.

import type { Store } from '../store-port.ts';
import { testActions } from './conformance-actions.test-suite.ts';
import { testAssigning } from './conformance-assigning.test-suite.ts';
import { testCameras } from './conformance-cameras.test-suite.ts';
import { testHistory } from './conformance-history.test-suite.ts';
import { testIdentity } from './conformance-identity.test-suite.ts';
import { testImports } from './conformance-imports.test-suite.ts';
import { testJournal } from './conformance-journal.test-suite.ts';
import { testLive } from './conformance-live.test-suite.ts';
import { testLog } from './conformance-log.test-suite.ts';
import { testModels } from './conformance-models.test-suite.ts';
import { testPeople } from './conformance-people.test-suite.ts';
import { testPersonLists } from './conformance-person-lists.test-suite.ts';
import { testPersons } from './conformance-persons.test-suite.ts';
import { testPush } from './conformance-push.test-suite.ts';
import { testQueue } from './conformance-queue.test-suite.ts';
import { testRuns } from './conformance-runs.test-suite.ts';
import { testScan } from './conformance-scan.test-suite.ts';
import { testStrangers } from './conformance-strangers.test-suite.ts';
import { testUpkeep } from './conformance-upkeep.test-suite.ts';
import { testUndo } from './conformance-undo.test-suite.ts';
import { testUsers } from './conformance-users.test-suite.ts';

/** `open` answers a store over an empty database; `use` closes it. */
export function testStore(open: () => Promise<Store>): void {
  const use: UseStore = async (work) => {
    const store = await open();
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };
  testPeople(use);
  testPersons(use);
  testPersonLists(use);
  testQueue(use);
  testJournal(use);
  testLog(use);
  testIdentity(use);
  testAssigning(use);
  testUndo(use);
  testHistory(use);
  testModels(use);
  testImports(use);
  testCameras(use);
  testUsers(use);
  testLive(use);
  testScan(use);
  testStrangers(use);
  testUpkeep(use);
  testActions(use);
  testRuns(use);
  testPush(use);
}

export type UseStore = (work: (store: Store) => Promise<void>) => Promise<void>;
