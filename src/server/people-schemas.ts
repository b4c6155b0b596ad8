// The shapes of the API around people: what one asks lists for, what one may change, what is kept on one.

import { Type, type Static } from 'typebox';
import type { Person } from '../domain.ts';
import type { Cameras, PersonChanges, PersonFilter } from '../people-port.ts';
import { ChangedPersonJson, LookedBackJson } from './identity-schemas.ts';
import { personJson } from './json.ts';
import * as S from './schemas.ts';

const FILTER = {
  kind: Type.Optional(S.Kind),
  query: Type.Optional(Type.String({ maxLength: 200, description: 'part of the name' })),
  ignored: Type.Optional(Type.Boolean({ description: 'true: only ignored ones; false: all others' })),
  group: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  attribute: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: '`key:value`, or `key` alone for any value' }),
  ),
  consent: Type.Optional(S.ConsentState),
};
export const CountQuery = S.Exact(FILTER);
export const PersonQuery = S.Exact({
  ...S.PageQuery,
  ...FILTER,
  sort: Type.Optional(
    Type.Enum(['name', 'seen'], { default: 'name', description: '`seen`: who was seen last comes first' }),
  ),
});

export function filterOf(
  query: Static<typeof CountQuery> & { sort?: 'name' | 'seen' },
  cameras: Cameras,
): PersonFilter {
  const { kind, query: name, ignored, group, attribute, consent, sort } = query;
  return {
    cameras,
    ...(kind && { kind }),
    ...(name && { query: name }),
    ...(ignored !== undefined && { ignored }),
    ...(group !== undefined && { group }),
    ...(attribute !== undefined && { attribute: attributeOf(attribute) }),
    ...(consent && { consent }),
    ...(sort && { sort }),
  };
}

/** Keys have no colon. */
function attributeOf(text: string): { key: string; value?: string } {
  const colon = text.indexOf(':');
  return colon < 0 ? { key: text } : { key: text.slice(0, colon), value: text.slice(colon + 1) };
}

export const GroupName = Type.String({ minLength: 1, maxLength: 200, description: 'compared without case' });
export const GroupJson = Type.Object({ name: Type.String(), persons: Type.Integer() });
export const AttributeJson = Type.Object({
  key: Type.String(),
  values: Type.Array(Type.Object({ value: Type.String(), persons: Type.Integer() }), {
    description: 'the most frequent first, at most 100',
  }),
});

const ConsentChange = S.Exact({
  state: S.ConsentState,
  note: Type.Optional(Type.String({ maxLength: 500 })),
  at: Type.Optional(S.Time),
});

export const PersonChange = Type.Object(
  {
    name: Type.Optional(S.Name),
    attributes: Type.Optional(S.Attributes),
    ignored: Type.Optional(Type.Boolean()),
    groups: Type.Optional(Type.Array(GroupName, { maxItems: 50, description: 'all that she is in' })),
    notes: Type.Optional(Type.String({ maxLength: 20_000, description: 'at most 10,000 characters, several lines' })),
    consent: Type.Optional(ConsentChange),
    ifVersion: Type.Optional(
      Type.Integer({ minimum: 0, description: 'refuse (409) when somebody has changed her since that version' }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);

export function changesOf(body: Static<typeof PersonChange>): PersonChanges {
  const { ifVersion: _, consent, ...rest } = body;
  const { at, ...others } = consent ?? { state: 'none' };
  return {
    ...rest,
    ...(consent && { consent: { ...others, ...(at !== undefined && { at: Date.parse(at) }) } }),
  };
}

const notes = Type.String({ description: 'not in lists, at most 10,000 characters' });
export const WholePersonJson = Type.Object({ ...S.PersonJson.properties, notes });
export const ChangedWholePersonJson = Type.Object({
  ...ChangedPersonJson.properties,
  notes,
  lookBack: S.Nullable(LookedBackJson),
});

export function wholePersonJson(person: Person): Static<typeof WholePersonJson> {
  return { ...personJson(person), notes: person.notes };
}

const ShortPerson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: S.Kind,
  picture: S.Nullable(Type.String()),
});

export const ActivityJson = Type.Object({
  from: S.Time,
  to: S.Time,
  zone: Type.String(),
  visits: Type.Integer(),
  detections: Type.Integer(),
  firstSeenAt: S.Nullable(Type.String({ format: 'date-time', description: 'ever' })),
  lastSeenAt: S.Nullable(Type.String({ format: 'date-time', description: 'ever' })),
  week: Type.Array(Type.Array(Type.Integer()), {
    description: 'visits by weekday, Monday first, and hour: 7 × 24, by the clocks of the zone',
  }),
  days: Type.Array(Type.Object({ day: Type.String(), visits: Type.Integer(), detections: Type.Integer() }), {
    description: 'days with visits, YYYY-MM-DD of the zone, in their order',
  }),
  cameras: Type.Array(Type.Object({ camera: Type.String(), visits: Type.Integer(), lastAt: S.Time })),
});

export const ConfusableJson = Type.Object({
  threshold: Type.Number({ description: 'distances below it name somebody' }),
  items: Type.Array(
    Type.Object({
      person: ShortPerson,
      distance: Type.Number(),
      reference: Type.String({ description: 'her photo that is nearest to the other one' }),
      referencePicture: Type.String(),
      otherPicture: Type.String({ description: 'the photo of the other one that it is nearest to' }),
      advice: Type.Enum(['merge', 'check', 'photo', 'none'], {
        description:
          'merge: probably the same person; check: two named persons who look the same to Kith, look whether a photo is of the other one; photo: near, a better photo of her would tell them apart; none',
      }),
    }),
  ),
});
