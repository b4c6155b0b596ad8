// The modes that keep running: start, api, worker. What they open is in main.ts; here is when, and what people see.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, extname, join, relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import { CameraSchema, type CameraSettings } from './camera-settings.ts';
import { openCamerasHere } from './cameras-here.ts';
import { openOutput, UsageError, type Output } from './commands/output.ts';
import { addPerson } from './commands/people.ts';
import { createTally, sightingLine } from './commands/sightings.ts';
import { readConfig, type Config } from './config.ts';
import { DEMO_CAMERA, DEMO_PEOPLE, demoPortrait } from './demo.ts';
import { isKithError } from './errors.ts';
import { openLifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { LogRing } from './log-ring.ts';
import { openSystem, type System } from './main.ts';
import { stopOnSignals } from './signals.ts';
import { validate } from './validate.ts';

export interface StartOptions {
  readonly config?: string;
  readonly cameras: readonly string[];
  /** true: --demo, false: --no-demo, undefined: where there is nothing else to show. */
  readonly demo?: boolean;
}

/** Where lines go, and where the last hour of them is kept. */
export interface Logs {
  readonly log: Log;
  readonly logged: LogRing;
}

/** Runs until a signal ends it. */
export async function start(options: StartOptions, output: Output, { log, logged }: Logs): Promise<number> {
  const given = settings(options.config);
  const demo = wantsDemo(options, given);
  const config = demo ? { ...given, data: `${given.data}-demo` } : given;
  const cameras = [...config.cameras, ...options.cameras.map((source, i) => cameraOf(source, i, config))];
  const known = cameras.map((camera) => validate(CameraSchema, camera, `the camera ${camera.id}`));
  return running({ ...config, cameras: known }, 'start', output, { log, logged }, async (system, lifecycle) => {
    const tallies = new Map<string, ReturnType<typeof createTally>>();
    system.onSettled((detection) => {
      const tally = tallies.get(detection.cameraId) ?? createTally();
      tallies.set(detection.cameraId, tally);
      tally.add(detection);
      output.say(sightingLine(detection, system.threshold));
    });
    if (demo) await enrolDemo(system, output);
    const all = demo ? [...cameras, DEMO_CAMERA] : cameras;
    await announce(system, { demo, cameras: all.length, data: config.data }, output);
    async function told(id: string): Promise<void> {
      await system.idle();
      if (!lifecycle.signal.aborted)
        output.say(`\n${id} has ended. ${(tallies.get(id) ?? createTally()).lines().join('\n')}\n`);
    }
    const connection = { server: system.url, key: system.cameraKey(), data: config.data };
    lifecycle.own(
      await openCamerasHere({
        store: system.store,
        log: log.child({ part: 'camera' }),
        by: system.store.kind === 'sqlite' ? 'this Kith' : hostname(),
        fixed: all,
        own: (camera) => ({ ...camera, ...connection }),
        kept: (id) => ({ id, ...connection, devices: true }),
        onEnded: (id) => void told(id),
        onLine: logged.write,
      }),
    );
  });
}

/** `kith api` and `kith worker`. */
export async function serve(
  mode: 'api' | 'worker',
  options: { config?: string },
  output: Output,
  logs: Logs,
): Promise<number> {
  const config = settings(options.config);
  if (mode === 'worker' && config.databaseUrl === undefined) {
    throw new UsageError(
      '"kith worker" runs beside other processes and needs PostgreSQL: set DATABASE_URL, or use "kith start".',
    );
  }
  return running(config, mode, output, logs, async (system) => {
    if (mode === 'api') await announce(system, { demo: false, cameras: 0, data: config.data }, output);
    else output.say('The worker is ready.');
  });
}

async function running(
  config: Config,
  mode: 'start' | 'api' | 'worker',
  output: Output,
  { log, logged }: Logs,
  begin: (system: System, lifecycle: ReturnType<typeof openLifecycle>) => Promise<void>,
): Promise<number> {
  const lifecycle = openLifecycle();
  const ended = new Promise<void>((done) => lifecycle.signal.addEventListener('abort', () => done(), { once: true }));
  const stop = stopOnSignals(lifecycle);
  try {
    const system = lifecycle.own(await openSystem(config, mode, log, logged));
    if (!lifecycle.signal.aborted) await begin(system, lifecycle);
    if (output.json && mode !== 'worker') output.answer({ url: system.url, data: config.data, mode }, () => '');
    await ended;
    output.say('Ending: finishing what is under way …');
    return 0;
  } finally {
    stop();
    await lifecycle.close();
  }
}

/** Wrong settings are wrong usage (exit 2), not wrong input. */
function settings(file: string | undefined): Config {
  try {
    return readConfig(file === undefined ? {} : { file });
  } catch (error) {
    throw isKithError(error) ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Without any configuration there is nothing to show but the demonstration. */
function wantsDemo({ demo, cameras }: StartOptions, config: Config): boolean {
  if (demo !== undefined) return demo;
  const configured =
    config.file !== null || cameras.length > 0 || config.databaseUrl !== undefined || config.adminKey !== undefined;
  return !configured && !existsSync(join(config.data, 'kith.db'));
}

type CameraOfCommandLine = Pick<CameraSettings, 'id' | 'source' | 'profile' | 'name'>;

/** `--camera SOURCE`: the id comes from the file's name, or is camera-1, camera-2, … */
function cameraOf(source: string, index: number, config: Config): CameraOfCommandLine {
  const isFile = existsSync(source);
  const name = isFile
    ? basename(source, extname(source))
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
    : '';
  const id = (name || `camera-${index + 1}`).slice(0, 64);
  return { id, source: isFile ? resolve(source) : source, profile: config.profile };
}

async function enrolDemo(system: System, output: Output): Promise<void> {
  if ((await system.store.persons.counts()).known > 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'kith-demo-'));
  try {
    for (const person of DEMO_PEOPLE) {
      const file = join(folder, `${person.name}.jpg`);
      await writeFile(file, await demoPortrait(person, system.codec));
      await addPerson(
        system.client,
        person.name,
        [file],
        openOutput(true, () => undefined),
      );
      output.say(`Enrolled ${person.name} from one part of a sample photograph (${person.photo}).`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Announced {
  readonly demo: boolean;
  readonly cameras: number;
  readonly data: string;
}

async function announce(system: System, { demo, cameras, data }: Announced, output: Output): Promise<void> {
  const lost = demo ? `KITH_DATA=${relative('', data) || '.'} npx kith link` : 'npx kith link';
  const panel = (await system.store.users.any())
    ? `Panel ${styleText(['bold', 'underline'], system.url)} ; forgot the password: ${lost}`
    : `Open ${styleText(['bold', 'underline'], system.link())} to make the first administrator`;
  const lines = [
    '',
    `${styleText('bold', 'Kith is ready.')}  ${panel}`,
    `API ${system.url}/api/v1, documentation ${system.url}/docs`,
    ...(system.adminKey === null ? [] : [`Admin key, shown only now (keep it): ${styleText('bold', system.adminKey)}`]),
    ...(demo
      ? [
          'This is the demonstration: a camera moves over the sample photographs of an installed package. Some of these people',
          'are enrolled under invented names, the others are strangers. For your own camera: npm start -- --camera v4l2:/dev/video0',
        ]
      : cameras === 0
        ? ['No camera yet: npm start -- --camera v4l2:/dev/video0 (or rtsp://…, a video, a folder of photos).']
        : []),
    '',
  ];
  output.say(lines.join('\n'));
}
