// What is to be done, for whom and why: what a performer gets, and how it says it to others.

import type { Run } from '../action-port.ts';
import type { Settings } from '../kind-settings.ts';

export interface Deed {
  readonly run: Run;
  /** Who she is now; null: nobody, or somebody who is gone. */
  readonly person: { readonly id: string; readonly name: string } | null;
  readonly camera: { readonly id: string; readonly name: string } | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Does it once, with settings that are whole and checked. Answers when it is done; throws an error that says for people what, why and
 * what to do. `signal` ends it: the time is over, or Kith stops. */
export type Perform = (settings: Settings, deed: Deed, signal: AbortSignal) => Promise<void>;

/** As JSON for a door controller, a broker or another program. */
export function deedJson({ run, person, camera, at }: Deed): Record<string, unknown> {
  return {
    run: run.id,
    action: { id: run.actionId, name: run.actionName },
    cause: run.cause,
    by: run.by,
    at: new Date(at).toISOString(),
    person,
    camera,
    visit: run.visitId,
    detection: run.detectionId,
    alert: run.alertId,
  };
}
