// A camera looked through without a back end: for the doctor.

import { existsSync } from 'node:fs';
import { examineCamera, type Examined, type ExaminePorts } from './camera/examine.ts';
import { findSource } from './camera/sources.ts';
import { many } from './camera-findings.ts';
import { CameraSchema, type CameraSettings } from './camera-settings.ts';
import type { Config } from './config.ts';
import { DEMO_PHOTOS, demoSource } from './demo.ts';
import { openCodec, openEngine } from './engine.ts';
import { KithError } from './errors.ts';
import type { Log } from './log.ts';
import { validate } from './validate.ts';

type Options = Omit<ExaminePorts, 'engine' | 'codec' | 'sources'> & { readonly config: Config; readonly log: Log };

/** Watches a camera (an address, or the id of one of kith.json) as the camera program does, without a back end. */
export async function examine(camera: string, options: Options): Promise<Examined> {
  const { config } = options;
  const known = config.cameras.find(({ id }) => id === camera);
  const settings =
    known ?? validate(CameraSchema, { id: 'doctor', source: camera, profile: config.profile }, 'the camera');
  if (!known && /^[\w.-]+$/.test(camera) && !existsSync(camera)) {
    const ids = config.cameras.map(({ id }) => id).join(', ') || 'none';
    throw new KithError(
      'invalid',
      `There is no file ${camera} here, and no camera of this id in kith.json (there: ${ids}): give an address like rtsp://…, a file, or one of these ids.`,
    );
  }
  return examineSettings(settings, options);
}

/** The same for a camera with its settings. */
export async function examineSettings(settings: CameraSettings, options: Options): Promise<Examined> {
  const { config, log } = options;
  const sources = [demoSource(DEMO_PHOTOS)];
  // A wrong address is told before the models are loaded.
  findSource(settings.source, sources);
  const engine = await openEngine({ ...config, profile: settings.profile, threads: 1 }, log);
  try {
    return await examineCamera(settings, { ...options, engine, codec: openCodec(), sources });
  } finally {
    await engine.close();
  }
}

const TRY_SECONDS = 6;

/** Watches a camera for some seconds and says what it shows. */
export async function tryCamera(address: string, config: Config, log: Log): Promise<string> {
  const { signal } = new AbortController();
  const { examination } = await examine(address, { config, log, signal, seconds: TRY_SECONDS });
  const { source, day, stream, derived } = examination;
  const rate = stream.frameRate === null ? '' : ` at ${stream.frameRate.toFixed(1)} a second`;
  const faces =
    day.faces === 0
      ? 'nobody showed a face meanwhile'
      : `${many(day.tracks, 'face')} followed, ${Math.round((derived.usableShare ?? 0) * 100)} % of the looks at them usable`;
  return `${source} gives pictures of ${day.width}×${day.height}${rate}; ${faces}. More: kith doctor camera`;
}
