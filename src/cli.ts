// The command line: what there is, and what each command takes. The work is in commands/ and main.ts, loaded when needed so
// that `--help` is quick.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Option } from 'commander';
import { addBackupCommands } from './cli-backup.ts';
import { addIdentityCommands } from './cli-identity.ts';
import { openKit, wholeNumber } from './cli-kit.ts';
import { addModelCommands } from './cli-models.ts';
import { addUserCommands } from './cli-users.ts';
import type { Client } from './client.ts';
import type { DoctorCameraOptions } from './commands/doctor-camera.ts';
import type { ImportOptions } from './commands/import.ts';
import { openOutput, reportError } from './commands/output.ts';
import { hideCredentials, openLog } from './log.ts';
import { createLogRing } from './log-ring.ts';

// Sources are stripped of their types and compiled once; later starts read the result. Where the folder cannot be written,
// Node goes on without it.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'kith', 'code'));

const { program, command, does, outcome } = openKit(openOutput);

/** Modes say what they do; a command's answer is enough unless something is wrong. */
const log = () => openLog();
/** What runs on shows the last hour of its log in the panel. */
const logs = () => {
  const logged = createLogRing();
  return { log: openLog({ also: logged }), logged };
};
/** The parent keeps the lines of its cameras for the panel. */
const tellParent = (line: string) => void (process.connected && process.send?.({ kind: 'line', line }));
const quiet = () => openLog({ level: process.env['KITH_LOG'] ?? 'warn' });
const main = () => import('./main.ts');

interface ModeOptions {
  readonly config?: string;
}

const configOption = () => new Option('-c, --config <file>', 'settings file (default: kith.json where it exists)');

command(program, 'start', 'API, workers and cameras in one; without any settings a demonstration')
  .addOption(configOption())
  .option(
    '--camera <source...>',
    'watch this camera too: v4l2:/dev/video0, rtsp://…, http://…, a video, a folder of photos',
  )
  .option('--demo', 'the demonstration, in a data folder of its own')
  .option('--no-demo', 'no demonstration, also when there is nothing else to show')
  .action(
    does(async (output, options: ModeOptions & { camera?: readonly string[]; demo?: boolean }) => {
      const { start } = await import('./start.ts');
      return start({ ...options, cameras: options.camera ?? [] }, output, logs());
    }),
  );

for (const [mode, description] of [
  ['api', 'only the API and its page; workers run elsewhere on the same PostgreSQL'],
  ['worker', 'only a worker, beside APIs on the same PostgreSQL'],
] as const) {
  command(program, mode, description)
    .addOption(configOption())
    .action(
      does(async (output, options: ModeOptions) => {
        const { serve } = await import('./start.ts');
        return serve(mode, options, output, logs());
      }),
    );
}

command(program, 'camera', 'only a camera: reads a source, follows faces, posts the best shots to the back end')
  .addOption(new Option('-c, --config <file>', 'settings of the camera (camera.json)'))
  .addOption(new Option('--from-parent', 'settings come from the parent process').hideHelp())
  .action(
    does(async (output, options: { config?: string; fromParent?: boolean }) => {
      if (options.fromParent) {
        const { camera } = await import('./camera-child.ts');
        return camera(options, openLog({ also: { write: tellParent } }));
      }
      const { cameraAlone } = await import('./camera-alone.ts');
      return cameraAlone(options, output, log());
    }),
  );

command(program, 'detect <image...>', 'find faces in pictures').action(
  does(async (output, files: readonly string[]) => {
    const { withEngine } = await import('./with-engine.ts');
    const { detect } = await import('./commands/pictures.ts');
    return withEngine(quiet(), (engine) => detect(engine, files, output));
  }),
);

command(program, 'compare <a> <b>', 'do two photos show the same person?').action(
  does(async (output, a: string, b: string) => {
    const { withEngine } = await import('./with-engine.ts');
    const { compare } = await import('./commands/pictures.ts');
    return withEngine(quiet(), (engine) => compare(engine, a, b, output));
  }),
);

const person = program.command('person').description('people: add, name, merge, ignore, …').exitOverride();
const withClient = async (
  work: (client: Client) => Promise<number>,
  faces: boolean | 'prepare' = false,
): Promise<number> => {
  const { openLocalClient } = await main();
  const client = await openLocalClient(faces, quiet());
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};

const forceOption = () =>
  new Option('--force', 'also what the enrolment gate would refuse, but nothing without a face');

command(person, 'add <name> <photo...>', 'enrol somebody, or add photos to her')
  .addOption(forceOption())
  .action(
    does(async (output, name: string, photos: readonly string[], options: { force?: boolean }) => {
      const { addPerson } = await import('./commands/people.ts');
      return withClient((client) => addPerson(client, name, photos, output, options), true);
    }),
  );

command(
  person,
  'import <source>',
  'enrol many: a folder or .zip with a folder per person, or a .csv with name and photo; goes on where it was broken off',
)
  .option('--anew', 'begin again: look at all photos once more')
  .option('--retry', 'look at the refused photos once more')
  .addOption(forceOption())
  .option('--report <file>', 'write a row for each photo into this .csv')
  .action(
    does(async (output, source: string, options: ImportOptions) => {
      const { importPersons } = await import('./commands/import.ts');
      return withClient((client) => importPersons(client, source, options, output), true);
    }),
  );

command(person, 'list', 'everybody, known and unknown').action(
  does(async (output) => {
    const { listPersons } = await import('./commands/people.ts');
    return withClient((client) => listPersons(client, output));
  }),
);

command(person, 'rm <id>', 'remove somebody (id or name) with her reference photos').action(
  does(async (output, id: string) => {
    const { removePerson } = await import('./commands/people.ts');
    return withClient((client) => removePerson(client, id, output));
  }),
);

const kit = { program, person, command, does, withClient, quiet };
addIdentityCommands(kit);
addUserCommands(kit, async (name) => (await import('./commands/ask-password.ts')).askPassword(name));
addModelCommands(kit);
addBackupCommands({ program, command, does, quiet });

command(program, 'identify <image...>', 'who is in these pictures?').action(
  does(async (output, files: readonly string[]) => {
    const { identify } = await import('./commands/identify.ts');
    return withClient((client) => identify(client, files, output), true);
  }),
);

command(program, 'report', 'does it work? error rates, confusable people, weak photos, false names to expect')
  .option('--html <file>', 'write it as one HTML page with plots, too')
  .action(
    does(async (output, options: { html?: string }) => {
      const { report } = await import('./commands/report.ts');
      return withClient((client) => report(client, options, output), true);
    }),
  );

command(program, 'bench', 'speed, beside face-api.js on WASM in the same run')
  .option('--rounds <n>', 'measurements of each row', wholeNumber, 30)
  .action(
    does(async (output, options: { rounds: number }) => {
      const { bench } = await import('../bench/run.ts');
      return bench(options, output, quiet());
    }),
  );

const doctorCommand = command(
  program,
  'doctor',
  'checks models, store, disk and camera, and says in plain words what is wrong',
)
  .option('--camera <source>', 'try this camera too')
  .action(
    does(async (output, options: { camera?: string }) => {
      const { doctor } = await import('./commands/doctor.ts');
      return doctor(options, output, quiet());
    }),
  );

command(
  doctorCommand,
  'camera <source>',
  'watches a camera for a minute: is it good enough for recognition, where, and what to change; with a picture',
)
  .option('--seconds <n>', 'how long to watch', wholeNumber, 60)
  .option('--picture <file>', 'write the picture here (default: kith-doctor-<camera>-<date>.jpg in this folder)')
  .option('--no-picture', 'no picture')
  .option('--html <file>', 'write it as a page, too')
  .option('--faces', 'show faces in the picture as they are; without it they are hidden')
  .action(
    does(async (output, source: string, options: DoctorCameraOptions) => {
      const { doctorCamera } = await import('./commands/doctor-camera.ts');
      return doctorCamera(source, options, output, quiet());
    }),
  );

command(program, 'discover', 'looks for ONVIF cameras in the local network')
  .option('--wait <seconds>', 'so long answers are waited for', wholeNumber, 4)
  .action(
    does(async (output, options: { wait: number }) => {
      const { discover } = await import('./commands/discover.ts');
      return discover(options, output);
    }),
  );

// Everybody on a machine sees the arguments of its programs, and an address may hold a password.
if (process.argv.some((argument) => argument.includes('://'))) {
  process.title = hideCredentials(['kith', ...process.argv.slice(2)].join(' '));
}

try {
  await program.parseAsync();
} catch (error) {
  outcome.status = reportError(error, outcome.wantsJson || process.argv.includes('--json'));
}
process.exitCode = outcome.status;
