// The part of the command line about the networks: which is in force, how accurate they are. The work is in commands/ and evaluate/.

import { wholeNumber, type CommandKit } from './cli-kit.ts';

export function addModelCommands({ program, command, does, withClient, quiet }: CommandKit): void {
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
    .option(
      '--shots <n>',
      'so many photos of a person in a row are one probe, like the shots of a track',
      wholeNumber,
      1,
    )
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
}
