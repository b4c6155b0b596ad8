// The settings of one camera: one schema for camera.json, for `cameras` of kith.json, for what the API keeps for a camera program
// that knows nothing but its key, and for the documentation.

import { Type, type Static } from 'typebox';

const Polygon = Type.Array(
  Type.Tuple([Type.Number({ minimum: 0, maximum: 1 }), Type.Number({ minimum: 0, maximum: 1 })]),
  { minItems: 3, maxItems: 100 },
);

/** With a name: of a camera, and of a shot. */
export const MOST_ZONES = 20;
export const ZONE_NAME = { minLength: 1, maxLength: 60 } as const;

const NamedZone = Type.Object(
  {
    name: Type.String({ description: 'what rules and people call it', ...ZONE_NAME }),
    polygon: Polygon,
  },
  { additionalProperties: false },
);

/** All but the camera's id, its name and where it reads from. */
export const LOOKING = {
  profile: Type.Union([Type.Literal('small'), Type.Literal('balanced'), Type.Literal('accurate')], {
    title: 'Profile',
    description: 'How much work is done: picks rate, search and looking size where these are not set.',
    default: 'balanced',
  }),
  rate: Type.Optional(
    Type.Number({
      title: 'Rate (1/s)',
      description: 'Frames a second that are searched for faces at most; 4, 8 or 12 by profile.',
      minimum: 0.1,
      maximum: 60,
    }),
  ),
  search: Type.Optional(
    Type.Union([Type.Literal('near'), Type.Literal('auto'), Type.Literal('far')], {
      title: 'Search',
      description:
        '"near" is quick and finds faces from about 1/12 of the picture; "auto" and "far" also look for small ones now and then. By profile.',
    }),
  ),
  lookPx: Type.Optional(
    Type.Integer({
      title: 'Looking size (px)',
      description:
        'Longer side of the reduced picture that is searched for faces; shots are cut from the full picture. By profile.',
      minimum: 160,
      maximum: 4_096,
    }),
  ),
  tiles: Type.Integer({
    title: 'Tiles',
    description:
      'Wide scenes with small faces: the picture is searched in so many overlapping columns (1: as a whole), each with the full looking size.',
    default: 1,
    minimum: 1,
    maximum: 8,
  }),
  include: Type.Array(Polygon, {
    title: 'Include',
    description:
      'Only faces whose centre lies in one of these polygons count; corners are [x, y] from 0 to 1 of the picture. Empty: everywhere.',
    default: [],
    maxItems: 20,
  }),
  exclude: Type.Array(Polygon, {
    title: 'Exclude',
    description: 'Faces whose centre lies in one of these polygons do not count (a screen, a poster, the street).',
    default: [],
    maxItems: 20,
  }),
  zones: Type.Array(NamedZone, {
    title: 'Named zones',
    description:
      'Parts of the picture that rules can ask for ("till", "back door"): a shot carries the names of those that the centre of the face has been in. Several polygons may share a name.',
    default: [],
    maxItems: MOST_ZONES,
  }),
  minFacePx: Type.Integer({
    title: 'Smallest face (px)',
    description: 'Longer side of a face that may be sent, in pixels of the camera.',
    default: 24,
    minimum: 16,
    maximum: 2_000,
  }),
  minQuality: Type.Number({
    title: 'Lowest quality',
    description: 'Quality (0 to 1) from which a face is sent.',
    default: 0.1,
    minimum: 0,
    maximum: 1,
  }),
  substream: Type.Optional(
    Type.String({
      title: 'Sub-stream',
      description:
        'A second, smaller stream of the same camera that is searched for faces; the shots are cut from "source".',
      minLength: 1,
    }),
  ),
  transport: Type.Union([Type.Literal('tcp'), Type.Literal('udp')], {
    title: 'RTSP transport',
    description: 'tcp loses nothing; udp is for cameras that cannot do otherwise.',
    default: 'tcp',
  }),
  hardware: Type.Union([Type.Literal('auto'), Type.Literal('off')], {
    title: 'Hardware decoding',
    description: 'auto: decode on the graphics unit where the machine has one that works.',
    default: 'auto',
  }),
  pace: Type.Union([Type.Literal('realtime'), Type.Literal('fast')], {
    title: 'Pace',
    description: 'Recordings run as they were recorded, or as fast as they can be searched.',
    default: 'realtime',
  }),
  loop: Type.Boolean({
    title: 'Loop',
    description: 'Recordings and folders begin anew at their end.',
    default: false,
  }),
  photosPerSecond: Type.Number({
    title: 'Photos (1/s)',
    description:
      'How quickly the photos of a folder follow each other at pace "realtime", and how often a still picture is fetched over HTTP.',
    default: 1,
    minimum: 0.01,
    maximum: 100,
  }),
  spoolShots: Type.Integer({
    title: 'Spool (shots)',
    description: 'Shots that wait on disk at most while the back end is away; then old and poor ones go.',
    default: 5_000,
    minimum: 1,
  }),
  spoolMegabytes: Type.Integer({
    title: 'Spool (MB)',
    description: 'The same as space on disk.',
    default: 500,
    minimum: 1,
  }),
  spoolHours: Type.Number({
    title: 'Spool (h)',
    description: 'Shots that have waited longer are given up.',
    default: 168,
    minimum: 0.01,
  }),
  memoryMegabytes: Type.Integer({
    title: 'Memory (MB)',
    description: 'A camera program that takes more is started again.',
    default: 1_000,
    minimum: 200,
  }),
};

export const SOURCE = Type.String({
  title: 'Source',
  description:
    'v4l2:/dev/video0, libcamera:, rtsp://…, rtsps://…, http(s)://… (MJPEG, HLS or a still), onvif://host, frigate://broker/camera, browser:, the path of a video, or the path of a folder of photos.',
  minLength: 1,
  maxLength: 2_000,
});

/** Of cameras with a program, whose spool is a folder of this name. */
export const CAMERA_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const COMMON = {
  id: Type.String({
    title: 'Camera id',
    description: 'Letters, digits, ".", "_" and "-"; detections carry it, so it should stay the same.',
    pattern: CAMERA_ID.source,
  }),
  name: Type.Optional(Type.String({ title: 'Name', description: 'What people read.', minLength: 1, maxLength: 100 })),
  source: SOURCE,
  ...LOOKING,
};

/** One entry of `cameras` in kith.json. */
export const CameraSchema = Type.Object(COMMON, {
  additionalProperties: false,
  title: 'Camera',
  description: 'A camera of this Kith',
});

/** What the API keeps for a camera: all but id and name. */
export const KeptSettingsSchema = Type.Object(
  { source: SOURCE, ...LOOKING },
  { additionalProperties: false, title: 'Camera settings', description: 'settings of a camera kept in the back end' },
);

export type CameraSettings = Static<typeof CameraSchema>;
export type KeptSettings = Static<typeof KeptSettingsSchema>;
/** A part of the picture with a name, corners as in `Polygons`. */
export type NamedZones = readonly { readonly name: string; readonly polygon: Polygons[number] }[];
export type Polygons = readonly (readonly (readonly [x: number, y: number])[])[];

/** Schemes that settings may use which arrive through the API: nothing that reads files or devices of a machine. */
export const NETWORK_SCHEMES: readonly string[] = ['rtsp', 'rtsps', 'http', 'https', 'onvif', 'frigate', 'browser'];
