// Looking back for somebody who can be recognised from now on: named, or enrolled with a first photo.

import type { LookedBack, Actor } from '../identity-port.ts';
import type { ServerPorts } from './ports.ts';

/** Null when it could not be done: she is named or enrolled all the same, and `POST …/look-back` tries again. */
export async function lookBackFor(
  { reconsider, log }: Pick<ServerPorts, 'reconsider' | 'log'>,
  personId: string,
  actor: Actor,
): Promise<LookedBack | null> {
  try {
    return reconsider && (await reconsider.lookBack(personId, actor));
  } catch (error) {
    log.error({ err: error, person: personId }, 'The log could not be searched for earlier sightings.');
    return null;
  }
}
