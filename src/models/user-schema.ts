// What a user says about an ONNX network of his own: one entry in the settings.

import { Type, type Static } from 'typebox';

const perChannel = (title: string, description: string, standard: number) =>
  Type.Union([Type.Number(), Type.Array(Type.Number(), { minItems: 3, maxItems: 3 })], {
    title,
    description,
    default: standard,
  });

const common = (channels: 'rgb' | 'bgr', mean: number, std: number) => ({
  name: Type.String({
    title: 'Name',
    description: 'Part of the mark on every template; lower case letters, digits, dots and dashes.',
    pattern: '^[a-z0-9][a-z0-9.-]*$',
    maxLength: 60,
  }),
  file: Type.String({ title: 'File', description: 'The .onnx file.', minLength: 1 }),
  layout: Type.Union([Type.Literal('nchw'), Type.Literal('nhwc')], {
    title: 'Layout',
    description: 'Channels first or last in the input.',
    default: 'nchw',
  }),
  channels: Type.Union([Type.Literal('rgb'), Type.Literal('bgr')], {
    title: 'Channels',
    description: 'The order of the colours in the input.',
    default: channels,
  }),
  mean: perChannel(
    'Mean',
    'Taken from every value (0..255) before it is divided; one number, or one per channel.',
    mean,
  ),
  std: perChannel('Divisor', 'Every value is divided by it; one number, or one per channel.', std),
  licence: Type.Optional(Type.String({ title: 'Licence', description: 'For your own records.' })),
});

const size = (height: number, width: number) =>
  Type.Tuple([Type.Integer({ minimum: 16, maximum: 4096 }), Type.Integer({ minimum: 16, maximum: 4096 })], {
    title: 'Size',
    description: 'Height and width of the input in pixels.',
    default: [height, width],
  });

export const UserEmbedderSchema = Type.Object(
  {
    ...common('rgb', 127.5, 127.5),
    task: Type.Literal('embedder'),
    size: size(112, 112),
    alignment: Type.Union([Type.Literal('arcface5'), Type.Literal('dlib5')], {
      title: 'Alignment',
      description: 'The template that faces are laid on: arcface5 (112×112) or dlib5 (150×150).',
      default: 'arcface5',
    }),
    dimensions: Type.Integer({
      title: 'Dimensions',
      description: 'Numbers it answers.',
      minimum: 2,
      maximum: 8192,
      default: 512,
    }),
    metric: Type.Union([Type.Literal('cosine'), Type.Literal('euclidean')], {
      title: 'Metric',
      description: 'How templates are compared; cosine distance is 1 − cos.',
      default: 'cosine',
    }),
    threshold: Type.Number({
      title: 'Threshold',
      description: 'Distance under which two faces are the same person.',
      exclusiveMinimum: 0,
    }),
  },
  { additionalProperties: false, title: 'Embedder' },
);

/** InsightFace's: 9 outputs. */
export const UserScrfdSchema = Type.Object(
  {
    ...common('rgb', 127.5, 128),
    task: Type.Literal('detector'),
    kind: Type.Literal('scrfd', { title: 'Kind', description: 'scrfd: the 9 outputs of InsightFace.' }),
    size: size(640, 640),
  },
  { additionalProperties: false, title: 'SCRFD detector' },
);

/** OpenCV's of 2023: 12 outputs. */
export const UserYunetSchema = Type.Object(
  {
    ...common('bgr', 0, 1),
    task: Type.Literal('detector'),
    kind: Type.Literal('yunet', { title: 'Kind', description: "yunet: the 12 outputs of OpenCV's network of 2023." }),
    size: size(640, 640),
  },
  { additionalProperties: false, title: 'YuNet detector' },
);

/** One entry under `models` in the settings. */
export const UserModelSchema = Type.Union([UserEmbedderSchema, UserScrfdSchema, UserYunetSchema]);

export type UserEmbedder = Static<typeof UserEmbedderSchema>;
export type UserDetector = Static<typeof UserScrfdSchema> | Static<typeof UserYunetSchema>;
export type UserModel = Static<typeof UserModelSchema>;
