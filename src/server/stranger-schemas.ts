// The shapes of the API around strangers: the queue of those who wait for a name, and what nobody could decide.

import { Type, type Static } from 'typebox';
import { Exact, Id, Kind, Nullable, PageQuery, Time } from './schemas.ts';

const Share = Type.Number({ description: '0 to 1' });
const Count = Type.Integer({ minimum: 0 });

export const StrangersQuery = Exact({
  ...PageQuery,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'a whole number, 1 to 100' }),
  ),
  sort: Type.Optional(
    Type.Enum(['largest', 'recent'], {
      description:
        'largest: the most sightings first, each counting half as much for every two weeks that it is old; recent: seen last first',
    }),
  ),
  camera: Type.Optional(Id),
  seenSince: Type.Optional(Time),
  ignored: Type.Optional(Type.Boolean({ description: 'true: those who are not asked about any more' })),
});

export const UndecidedQuery = Exact({
  ...PageQuery,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'a whole number, 1 to 100' }),
  ),
  camera: Type.Optional(Id),
});

const ShotJson = Type.Object({
  detection: Type.String(),
  camera: Type.String(),
  capturedAt: Time,
  quality: Type.Number(),
  picture: Type.String(),
});
export type ShotJson = Static<typeof ShotJson>;

/** Somebody whom a face is near to, with photos to compare by. */
const LookalikeJson = Type.Object({
  person: Type.Object({ id: Type.String(), name: Type.String(), kind: Kind }),
  distance: Nullable(Type.Number()),
  certainty: Type.Enum(['certain', 'likely', 'possible', 'unlikely'], {
    description:
      'certain, likely: under the threshold; possible: little above it; unlikely: the nearest, but probably somebody else',
  }),
  pictures: Type.Array(Type.String(), { description: 'up to three of her references, the nearest first' }),
});
export type LookalikeJson = Static<typeof LookalikeJson>;

export const StrangerJson = Type.Object({
  person: Type.Object({ id: Type.String(), name: Type.String(), kind: Kind, ignored: Type.Boolean() }),
  sightings: Count,
  visits: Count,
  firstSeenAt: Time,
  lastSeenAt: Time,
  share: Type.Number({ description: 'of all sightings of strangers, hers, 0 to 1' }),
  cameras: Type.Array(Type.Object({ id: Type.String(), sightings: Count }), {
    description: 'the most sightings first',
  }),
  shots: Type.Array(ShotJson, { description: 'up to six, the best and most different' }),
  mayBe: Type.Object(
    { known: Nullable(LookalikeJson), unknown: Nullable(LookalikeJson) },
    {
      description:
        'the nearest known person and the nearest other stranger, but for those that she is not, says a human',
    },
  ),
});
export type StrangerJson = Static<typeof StrangerJson>;

const TotalsJson = Type.Object(
  {
    strangers: Type.Integer({ minimum: 0, description: 'who wait' }),
    sightings: Type.Integer({ minimum: 0, description: 'of those who wait' }),
    most: Type.Object(
      { strangers: Count, share: Share },
      { description: 'so few of them have so large a share of the sightings' },
    ),
    ignored: Count,
    undecided: Type.Integer({ minimum: 0, description: 'tracks between two persons' }),
    unidentified: Type.Integer({ minimum: 0, description: 'sightings too poor to make somebody of' }),
  },
  { description: 'At the cameras asked for' },
);
export type TotalsJson = Static<typeof TotalsJson>;

export const StrangersJson = Type.Object({
  items: Type.Array(StrangerJson),
  next: Nullable(Type.String()),
  totals: TotalsJson,
});

export const UndecidedJson = Type.Object({
  id: Type.String({ description: 'of the newest detection' }),
  camera: Type.String(),
  track: Nullable(Type.String()),
  firstAt: Time,
  lastAt: Time,
  sightings: Count,
  detections: Type.Array(Type.String(), { description: 'ids, newest first, at most 500: what an answer is about' }),
  shots: Type.Array(ShotJson),
  candidates: Type.Array(LookalikeJson, { description: 'the nearest first; fewer than two when one is gone by now' }),
});
export type UndecidedJson = Static<typeof UndecidedJson>;
