// The shapes of the API around changes of identity: entries of the history, and what a change answers.

import { Type, type Static } from 'typebox';
import { DetectionJson, Exact, Id, Nullable, PersonJson, Time } from './schemas.ts';

/** Detections that one request may change. */
export const MOST_DETECTIONS = 500;

export const Ids = Type.Array(Id, {
  minItems: 1,
  maxItems: MOST_DETECTIONS,
  uniqueItems: true,
  description: `1 to ${MOST_DETECTIONS} ids of detections, each once`,
});

export const EntryJson = Type.Object({
  seq: Type.Integer({ description: 'what `POST /history/{seq}/undo` takes' }),
  at: Time,
  actor: Type.String({ description: "the key's name, or `system`" }),
  action: Type.Enum([
    'name',
    'merge',
    'split',
    'move',
    'confirm',
    'not_her',
    'ignore',
    'unignore',
    'discard',
    'regroup',
  ]),
  summary: Type.String(),
  persons: Type.Array(Type.String(), { description: 'ids, the one it was about first' }),
  detections: Type.Integer({ description: 'how many changed hands' }),
  undone: Nullable(Type.Object({ at: Time, by: Type.String() })),
});
export type EntryJson = Static<typeof EntryJson>;

const entries = Type.Array(EntryJson, { description: 'what was written into the history, in order' });

export const LookedBackJson = Type.Object({
  sightings: Type.Integer({ description: 'earlier detections that are hers now' }),
  strangers: Type.Integer({ description: 'unknown persons that became her' }),
  entry: Nullable(Type.Integer({ description: 'the last entry of the history that it wrote' })),
  entries: Type.Array(Type.Integer(), {
    description: 'all of them: undone from the last to the first they take it back',
  }),
});

export const EntriesJson = Type.Object({ entries });

/** Detections as they are after a change; of a long visit the newest only. */
export const ChangedJson = Type.Object({ entries, detections: Type.Array(DetectionJson) });

export const ChangedPersonJson = Type.Object({ ...PersonJson.properties, entries });

export const NamedPersonJson = Type.Object({ ...ChangedPersonJson.properties, lookBack: Nullable(LookedBackJson) });

export const SeqParams = Exact({
  // As text: of a number that is no whole one the conversion would make another entry's.
  seq: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: "an entry's number" }),
});
