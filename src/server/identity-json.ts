// Entries of the history of identities as the API's JSON.

import type { IdentityEntry } from '../identity-port.ts';
import type { EntryJson } from './identity-schemas.ts';
import { time } from './json.ts';

export function entryJson(entry: IdentityEntry): EntryJson {
  const { seq, at, actor, action, summary, personIds, detections, undoneAt, undoneBy } = entry;
  return {
    seq,
    at: time(at),
    actor,
    action,
    summary,
    persons: [...personIds],
    detections,
    undone: undoneAt === null ? null : { at: time(undoneAt), by: undoneBy ?? '' },
  };
}
