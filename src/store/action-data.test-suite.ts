// A door, and runs of it, for tests of the store.

import assert from 'node:assert/strict';
import type { AccessPolicy, Action, ActionDefinition, Run } from '../action-port.ts';
import type { Store } from '../store-port.ts';

export const POLICY: AccessPolicy = {
  groups: ['Staff'],
  cameras: ['door'],
  hours: null,
  sure: 'likely',
  shots: 1,
  quality: 0.3,
  freshS: 10,
};

export const DOOR: ActionDefinition = {
  name: 'Front door',
  kind: 'http',
  enabled: true,
  settings: { url: 'http://door.local/open' },
  access: POLICY,
};

/** Asks as the classification of this detection would. */
export async function askFor(
  store: Store,
  action: Action,
  detectionId: string,
  more: Partial<Run> = {},
): Promise<string> {
  const detection = await store.detections.get(detectionId);
  assert.ok(detection);
  const { personId, visitId, cameraId } = detection;
  const run = await store.actions.ask(
    {
      actionId: action.id,
      cause: 'policy',
      by: null,
      alertId: null,
      personId,
      visitId,
      cameraId,
      detectionId,
      ...more,
    },
    detection.capturedAt + 5,
  );
  assert.ok(run);
  return run.id;
}
