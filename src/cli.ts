// The command line: what there is, and what each command takes. The work is in commands/ and main.ts, loaded when needed so
// that `--help` is quick.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addBackupCommands } from './cli-backup.ts';
import { addIdentityCommands } from './cli-identity.ts';
import { addUserCommands } from './cli-users.ts';
import type { Client } from './client.ts';
import type { DoctorCameraOptions } from './commands/doctor-camera.ts';
import type { ImportOptions } from './commands/import.ts';
import { EXIT, openOutput, reportError, type Output } from './commands/output.ts';
import { hideCredentials, openLog } from './log.ts';
import { createLogRing } from './log-ring.ts';

// Sources are stripped of their types and compiled once; later starts read the result. Where the folder cannot be written,
// Node goes on without it.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'kith', 'code'));

interface Globals {
  readonly json?: boolean;
}

let wantsJson = false;
let status: number = EXIT.done;

const program = new Command('kith')
  .description('Kith: cameras see faces, Kith says who they are and remembers strangers.')
  .option('--json', 'print one JSON document on stdout, logs on stderr')
  .showHelpAfterError('(see "kith --help")')
  .configureOutput({ outputError: (text, write) => write(`kith: ${text.replace(/^error: /, '')}`) })
  .exitOverride();

/** Every command takes --json before or after its name. */
function command(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .option('--json', 'print one JSON document on stdout, logs on stderr')
    .exitOverride();
}

type Work<A extends readonly unknown[]> = (output: Output, ...args: A) => Promise<number>;

/** Commander hands over arguments, options and itself; the options are the last but one. */
function does<A extends readonly unknown[]>(work: Work<A>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const self = args.at(-1) as Command;
    wantsJson = self.optsWithGlobals<Globals>().json === true;
    status = await work(openOutput(wantsJson), ...(args.slice(0, -1) as unknown as A));
  };
}

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
const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 is needed.');
  return value;
};

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

const kit = { program, person, command, does, withClient, wholeNumber };
addIdentityCommands(kit);
addUserCommands(kit);
addBackupCommands({ program, command, does, quiet });

command(program, 'identify <image...>', 'who is in these pictures?').action(
  does(async (output, files: readonly string[]) => {
    const { identify } = await import('./commands/identify.ts');
    return withClient((client) => identify(client, files, output), true);
  }),
);

const evaluate = program.command('evaluate').description('accuracy on labelled photos').exitOverride();

command(evaluate, 'verification', 'one to one, on an LFW pairs file')
  .requiredOption('--pairs <file>', 'pairs file: "name i j" is the same person, "name i other j" are two')
  .requiredOption('--images <dir>', 'folder with NAME/NAME_0001.jpg')
  .action(
    does(async (output, options: { pairs: string; images: string }) => {
      const { withEngine } = await import('./with-engine.ts');
      const { verification } = await import('./commands/evaluate.ts');
      const { evaluateVerification } = await import('./evaluate/verification.ts');
      return withEngine(quiet(), (engine) =>
        verification(evaluateVerification(engine, options.pairs, options.images, output.progress('Photos')), output),
      );
    }),
  );

command(evaluate, 'identification', 'one to many with strangers, on a CSV protocol')
  .requiredOption('--protocol <file>', 'CSV rows role,person,file with role enroll, known or unknown')
  .requiredOption('--images <dir>', 'folder of the files')
  .option('--shots <n>', 'so many photos of a person in a row are one probe, like the shots of a track', wholeNumber, 1)
  .action(
    does(async (output, options: { protocol: string; images: string; shots: number }) => {
      const { withEngine } = await import('./with-engine.ts');
      const { galleriesOf, decisionOf } = await import('./galleries.ts');
      const { readConfig } = await import('./config.ts');
      const wish = decisionOf(readConfig());
      const { identification } = await import('./commands/evaluate.ts');
      const { evaluateIdentification } = await import('./evaluate/identification.ts');
      return withEngine(quiet(), (engine) =>
        identification(
          evaluateIdentification(engine, galleriesOf(engine.embedder, wish), options, output.progress('Photos')),
          output,
        ),
      );
    }),
  );

const models = program
  .command('models')
  .description('the networks: which embedder is in force, quantisation')
  .exitOverride();

command(models, 'list', 'which there are, which is in force, how far the next one is').action(
  does(async (output) => {
    const { listModels } = await import('./commands/model-switch.ts');
    return withClient((client) => listModels(client, output));
  }),
);

command(models, 'switch <name>', 'prepare another model in the background; once that is done it takes over')
  .option('--wait', 'until it has taken over; prepares it here where Kith does not run')
  .option('--force', 'also when many photos show it no face')
  .action(
    does(async (output, name: string, options: { wait?: boolean; force?: boolean }) => {
      const { switchModel } = await import('./commands/model-switch.ts');
      return withClient((client) => switchModel(client, name, options, output), options.wait ? 'prepare' : false);
    }),
  );

command(models, 'cancel', 'leave the preparation of another model').action(
  does(async (output) => {
    const { cancelSwitch } = await import('./commands/model-switch.ts');
    return withClient((client) => cancelSwitch(client, output));
  }),
);

command(models, 'quantise', 'networks on bytes: smaller, faster, a little less exact; compared with the float ones')
  .option('--images <dir>', 'calibrate on faces of photos of your own instead of the sample photographs')
  .action(
    does(async (output, options: { images?: string }) => {
      const { readConfig } = await import('./config.ts');
      const { modelCache } = await import('./engine.ts');
      const { quantise } = await import('./commands/models.ts');
      const { quantiseModels } = await import('./quantised.ts');
      const steps = { photos: output.progress('Photos'), calibration: (model: string) => output.progress(model) };
      return quantise(quantiseModels(modelCache(readConfig()), options.images, steps), output);
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

command(program, 'link', 'a one-time link: makes an administrator, or sets a new password').action(
  does(async (output) => {
    const { link } = await import('./commands/link.ts');
    return withClient((client) => link(client, output));
  }),
);

// Everybody on a machine sees the arguments of its programs, and an address may hold a password.
if (process.argv.some((argument) => argument.includes('://'))) {
  process.title = hideCredentials(['kith', ...process.argv.slice(2)].join(' '));
}

try {
  await program.parseAsync();
} catch (error) {
  status = reportError(error, wantsJson || process.argv.includes('--json'));
}
process.exitCode = status;
