// The access policy as people write it, in the API and in kith.json.

import { Type } from 'typebox';
import { HoursSchema } from './hours-schema.ts';

export const AccessSchema = Type.Object(
  {
    groups: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      title: 'Groups',
      description: 'Known people of one of these groups are let in.',
      minItems: 1,
      maxItems: 50,
    }),
    cameras: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      title: 'Cameras',
      description: 'Ids of the cameras at the door; what others see opens nothing.',
      minItems: 1,
      maxItems: 50,
    }),
    hours: Type.Union([HoursSchema, Type.Null()], {
      title: 'Hours',
      description: 'When; null: always.',
      default: null,
    }),
    sure: Type.Union([Type.Literal('certain'), Type.Literal('likely')], {
      title: 'How sure',
      description: 'In the words of the log: "certain" is far below the threshold, "likely" is below it.',
      default: 'certain',
    }),
    shots: Type.Integer({
      title: 'Shots',
      description: 'So many shots of the visit must agree, and none may name somebody else.',
      default: 2,
      minimum: 1,
      maximum: 20,
    }),
    quality: Type.Number({
      title: 'Quality',
      description: 'Shots below it do not count.',
      default: 0.4,
      minimum: 0,
      maximum: 1,
    }),
    freshS: Type.Number({
      title: 'Fresh (s)',
      description: 'A shot that is older than this opens nothing.',
      default: 10,
      minimum: 1,
      maximum: 300,
    }),
  },
  { additionalProperties: false },
);
