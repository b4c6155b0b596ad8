// The shapes of the API around the log: its line of time, its days, whom a shot is near to, what was erased.

import { Type, type Static } from 'typebox';
import { Kind, Nullable, VisitJson } from './schemas.ts';

const { id: _id, person, ...seen } = VisitJson.properties;

export const LogEntryJson = Type.Object(
  {
    id: Type.String({ description: "the visit's; else that of the latest shot" }),
    visit: Nullable(Type.String()),
    track: Nullable(Type.String({ description: 'where there is no visit: the track whose shots these are' })),
    person: Nullable(person),
    ...seen,
  },
  { description: 'a visit, or the shots of a track that are nobody’s: between two persons, or too poor' },
);
export type LogEntryJson = Static<typeof LogEntryJson>;

export const LogKind = Type.Enum(['known', 'unknown', 'undecided']);

export const DAY = '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$';
export const Day = Type.String({ pattern: DAY, description: 'a day, YYYY-MM-DD' });

export const DayCountJson = Type.Object({
  day: Day,
  known: Type.Integer({ description: 'visits that ended on that day' }),
  unknown: Type.Integer(),
  undecided: Type.Integer({ description: 'tracks that are nobody’s' }),
});

const CandidateReference = Type.Object({ id: Type.String(), quality: Type.Number(), picture: Type.String() });

export const CandidateJson = Type.Object({
  person: Type.Object({ id: Type.String(), name: Type.String(), kind: Kind }),
  distance: Type.Number({ description: "by the gallery's rule" }),
  margin: Type.Number({ description: 'how far below the threshold; negative: too far away to be meant' }),
  references: Type.Array(CandidateReference, { description: 'up to three, the one nearest to the shot first' }),
});
export type CandidateJson = Static<typeof CandidateJson>;

export const CandidatesJson = Type.Object({
  items: Type.Array(CandidateJson, { description: 'the nearest first; whom a human has said it is not is left out' }),
  threshold: Type.Number({ description: 'in force for names' }),
});

export const ErasedJson = Type.Object({ erased: Type.Integer({ description: 'detections' }) });
