// Hours of a week as people write them: for rules, quiet hours and access policies.

import { Type } from 'typebox';

const Span = Type.Tuple([Type.Integer({ minimum: 0, maximum: 1440 }), Type.Integer({ minimum: 0, maximum: 1440 })], {
  description: 'minutes of the local day: from, to; one whose end is not after its beginning goes on into the next day',
});

export const HoursSchema = Type.Object(
  {
    week: Type.Array(Type.Array(Span, { maxItems: 24 }), {
      minItems: 7,
      maxItems: 7,
      description: 'spans of each weekday, Monday first; none: never on that day',
    }),
    holidays: Type.Union(
      [Type.Literal('usual'), Type.Literal('sunday'), Type.Literal('never'), Type.Literal('all_day')],
      {
        default: 'usual',
        description:
          'what holds on a holiday of the calendar: the hours of its weekday, those of Sunday, none, the whole day',
      },
    ),
  },
  { additionalProperties: false, description: 'hours of a week in the time zone of the calendar' },
);
