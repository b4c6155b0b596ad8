// The shapes of the search by photo.

import { Type, type Static } from 'typebox';
import * as S from './schemas.ts';

const MOST_SIGHTINGS = 500;
const MOST_CAMERAS = 100;

export const SearchMeta = S.Exact({
  face: Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum: 1000 }), S.Box], {
      description: 'which face is meant: its place in `faces`, or a box; without it the one that the picture is about',
    }),
  ),
  detection: Type.Optional(S.Id),
  reference: Type.Optional(S.Id),
  camera: Type.Optional(Type.Array(S.Id, { minItems: 1, maxItems: MOST_CAMERAS, uniqueItems: true })),
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_SIGHTINGS, default: 100 })),
});
export type SearchMeta = Static<typeof SearchMeta>;

const Similarity = Type.Enum(['very_similar', 'similar'], {
  description: 'two pictures of one face, by the model: a resemblance and not a decision',
});

export const PersonFoundJson = Type.Object({
  person: Type.Object({ id: Type.String(), name: Type.String(), kind: S.Kind }),
  distance: Type.Number({ description: 'the gallery’s, as of a decision' }),
  certainty: S.Nullable(
    Type.Enum(['certain', 'likely'], {
      description: 'null: not whom the decision means, somebody who looks a little alike',
    }),
  ),
  reference: S.Nullable(
    Type.Object({ id: Type.String(), picture: Type.String() }, { description: 'the most similar photo of her' }),
  ),
});
export type PersonFoundJson = Static<typeof PersonFoundJson>;

export const SightingFoundJson = Type.Object({
  detection: S.DetectionJson,
  distance: Type.Number({ description: 'between the two faces, to be compared with `similar`' }),
  similarity: Similarity,
});
export type SightingFoundJson = Static<typeof SightingFoundJson>;

export const PhotoSearchJson = Type.Object({
  width: S.Nullable(Type.Integer()),
  height: S.Nullable(Type.Integer()),
  faces: Type.Array(S.FaceJson, { description: 'empty where something logged was searched for by its own template' }),
  face: S.Nullable(Type.Integer({ description: 'the place in `faces` of the one that was searched for' })),
  decision: S.Decision,
  person: S.Nullable(PersonFoundJson.properties.person),
  threshold: Type.Number({ description: 'people below it are named' }),
  people: Type.Array(PersonFoundJson, { description: 'the nearest people, nearest first' }),
  similar: Type.Number({ description: 'sightings below this distance are listed' }),
  sightings: Type.Array(SightingFoundJson, { description: 'most similar first' }),
  found: Type.Integer({ description: 'how many sightings are similar, of which `limit` are listed' }),
  looked: Type.Integer({ description: 'how many sightings were compared' }),
  complete: Type.Boolean({ description: 'false: it took too long, and the older ones were left out' }),
  from: Time(),
  to: Time(),
});
export type PhotoSearchJson = Static<typeof PhotoSearchJson>;

function Time() {
  return S.Nullable(S.Time);
}
