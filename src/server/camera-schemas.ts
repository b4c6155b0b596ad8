// The shapes of cameras in the API.

import { Type, type Static } from 'typebox';
import { DerivedSchema } from '../camera-figures.ts';
import { CameraCountsSchema, CameraDaySchema, CameraStateSchema } from '../camera-port.ts';
import { KeptSettingsSchema } from '../camera-settings.ts';
import { Exact, Name, Nullable, Time } from './schemas.ts';

export { CameraCountsSchema, CameraReportSchema } from '../camera-port.ts';

const { source, ...others } = KeptSettingsSchema.properties;

/** What is left out has its default. */
export const GivenSettings = Type.Object(
  { source, ...Type.Partial(Type.Object(others)).properties },
  {
    additionalProperties: false,
    description: 'source and substream with a network address; "***" in one keeps the credentials that are stored',
  },
);

export const CameraBody = Exact({
  name: Name,
  settings: Type.Optional(Nullable(GivenSettings)),
  runsHere: Type.Optional(
    Type.Boolean({ description: '`kith start` runs its program, once it has settings; false: one elsewhere does' }),
  ),
});

export const CameraJson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Time,
  lastSeenAt: Nullable(Time),
  settings: Nullable(GivenSettings),
  version: Type.Integer({ description: 'grows with every change of the settings' }),
  runsHere: Type.Boolean(),
  fixed: Type.Boolean({ description: 'set in kith.json or on the command line: the settings cannot be changed here' }),
  state: CameraStateSchema,
  reason: Nullable(Type.String({ description: 'why it is not running, or was started again, in words' })),
  stateSince: Nullable(Time),
  reportedAt: Nullable(Time),
  restarts: Type.Integer({ description: 'how often its program was started again since Kith started it' }),
  counts: Nullable(CameraCountsSchema),
  memoryMegabytes: Nullable(Type.Number()),
  settingsVersion: Nullable(Type.Integer({ description: 'version of the settings that its program runs with' })),
  shows: Nullable(Type.String({ description: 'what it reads, without credentials' })),
});
export type CameraJson = Static<typeof CameraJson>;

export const CameraDayJson = Type.Object({ ...CameraDaySchema.properties, ...DerivedSchema.properties });
export type CameraDayJson = Static<typeof CameraDayJson>;

export const ProgramQuery = Exact({
  program: Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'UUID that the program made when it started' }),
});

export const Watching = Type.Object({
  watching: Type.Boolean({ description: 'somebody looks at the preview: send pictures' }),
});
