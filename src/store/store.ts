// The store over a backend: written once for both databases.

import { sql } from 'kysely';
import type { Store } from '../store-port.ts';
import { createActions } from './actions.ts';
import { createActivity } from './activity.ts';
import { createAlerts } from './alerts.ts';
import type { Backend } from './backend.ts';
import { createCameras } from './cameras.ts';
import { createAudit } from './audit.ts';
import { createChanges } from './changes.ts';
import { createChannels } from './channels.ts';
import { createDeliveries } from './deliveries.ts';
import { createChatUsers } from './chat-users.ts';
import { createDetections } from './detections.ts';
import { createGroups } from './groups.ts';
import { createIdentity } from './identity.ts';
import { createImports } from './imports.ts';
import { createKept } from './kept.ts';
import { createKeys } from './keys.ts';
import { createModels } from './models.ts';
import { createPersons } from './persons.ts';
import { pictureInUse } from './pictures-in-use.ts';
import { createPush } from './push.ts';
import { createReferences } from './references.ts';
import { createRuns } from './runs.ts';
import { createRules } from './rules.ts';
import { createTouched } from './touched.ts';
import { createUsers } from './users.ts';
import { createTimeline } from './timeline.ts';
import { createStrangers } from './strangers.ts';
import { createUpkeep } from './upkeep.ts';
import { createVisits } from './visits.ts';

export function createStore(backend: Backend): Store {
  let closing: Promise<void> | undefined;
  return {
    kind: backend.kind,
    identity: createIdentity(backend),
    users: createUsers(backend),
    chatUsers: createChatUsers(backend),
    audit: createAudit(backend),
    touched: createTouched(backend),
    imports: createImports(backend),
    models: createModels(backend),
    detections: createDetections(backend),
    persons: createPersons(backend),
    groups: createGroups(backend),
    activity: createActivity(backend),
    references: createReferences(backend),
    strangers: createStrangers(backend),
    visits: createVisits(backend),
    timeline: createTimeline(backend),
    rules: createRules(backend),
    alerts: createAlerts(backend),
    cameras: createCameras(backend),
    upkeep: createUpkeep(backend),
    actions: { ...createActions(backend), ...createRuns(backend) },
    channels: createChannels(backend),
    deliveries: createDeliveries(backend),
    push: createPush(backend),
    kept: createKept(backend),
    keys: createKeys(backend),
    changes: createChanges(backend),
    pictureInUse: (id) => backend.read((db) => pictureInUse(db, id)),
    ping: () =>
      backend.read(async (db) => {
        await sql`select 1`.execute(db);
      }),
    close() {
      closing ??= backend.close();
      return closing;
    },
  };
}
