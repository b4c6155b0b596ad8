// The report "does it work?" as the API's JSON; it documents, what goes out is made elsewhere.

import { Type } from 'typebox';
import { Kind, Nullable } from './schemas.ts';

const Share = Nullable(
  Type.Object(
    {
      value: Type.Number(),
      low: Type.Number(),
      high: Type.Number(),
      events: Type.Integer(),
      trials: Type.Integer(),
    },
    { description: 'A share with its 95 % confidence interval; null when nothing was tried' },
  ),
);
const Rates = Type.Object(
  { threshold: Type.Number(), fmr: Share, fnmr: Share, fpir: Share, fnir: Share },
  {
    description:
      'fmr, fnmr: of comparisons of one photo with one person; fpir, fnir: of searches (strangers named, known people missed)',
  },
);
const Somebody = Type.Object({ id: Type.String(), name: Type.String(), kind: Kind });
const Count = Type.Integer({ minimum: 0 });
const Numbers = Type.Array(Type.Number());
const Level = Type.Enum(['green', 'yellow', 'red']);
const WeakCode = Type.Enum([
  'closer_to_somebody_else',
  'photos_disagree',
  'unlike_her_others',
  'not_recognised',
  'no_references',
  'poor_photos',
  'one_reference',
]);

export const ReportJson = Type.Object({
  version: Type.String(),
  madeAt: Type.String({ format: 'date-time' }),
  model: Type.String(),
  verdict: Type.Object({ level: Level, headline: Type.String(), details: Type.Array(Type.String()) }),
  counts: Type.Object({
    known: Count,
    unknown: Count,
    references: Count,
    withoutReferences: Count,
    withOneReference: Count,
    detections: Type.Object({ pending: Count, classified: Count, rejected: Count, failed: Count }),
  }),
  threshold: Type.Object({
    value: Type.Number(),
    source: Type.String({ description: 'Where it comes from, in words' }),
    target: Nullable(
      Type.Number({ description: 'At most one false name in so many sightings of strangers was asked for' }),
    ),
  }),
  sample: Type.Object({ checked: Count, of: Count, note: Type.String() }),
  known: Type.Object(
    {
      photos: Count,
      nearestIsRight: Share,
      named: Share,
      missed: Share,
      somebodyElse: Share,
      ambiguous: Share,
    },
    { description: 'Every photo against the gallery without it' },
  ),
  strangers: Type.Object(
    { photos: Count, falseNames: Share },
    { description: 'Every photo against the gallery without its person' },
  ),
  histogram: Type.Object({ edges: Numbers, same: Numbers, different: Numbers, nearestOther: Numbers }),
  inForce: Rates,
  curve: Type.Array(Rates),
  traffic: Type.Object({
    summary: Type.String(),
    windows: Type.Array(
      Type.Object({
        days: Type.Number(),
        covered: Type.Number(),
        visits: Count,
        unidentified: Count,
        atLeast: Type.Boolean(),
        perWeek: Nullable(Type.Number()),
        falseNamesPerWeek: Nullable(Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() })),
      }),
    ),
  }),
  confusable: Type.Array(
    Type.Object({
      a: Somebody,
      b: Somebody,
      distance: Type.Number(),
      underThreshold: Type.Boolean(),
      possiblySame: Type.Boolean(),
    }),
  ),
  weak: Type.Object({
    total: Count,
    persons: Type.Array(
      Type.Object({
        person: Somebody,
        reasons: Type.Array(
          Type.Object({ code: WeakCode, message: Type.String(), references: Type.Array(Type.String()) }),
        ),
      }),
    ),
  }),
  groups: Type.Array(
    Type.Object({
      attribute: Type.String(),
      values: Type.Array(
        Type.Object({
          value: Type.String(),
          persons: Count,
          fmr: Share,
          fnmr: Share,
          tooFew: Nullable(Type.String()),
        }),
      ),
      moreValues: Count,
      withoutValue: Count,
      differences: Type.Array(Type.String()),
    }),
  ),
});
