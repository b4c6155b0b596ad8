// What the parts of the command line are made with: the program, its commands with --json, and what came out.

import { Command, InvalidArgumentError } from 'commander';
import type { Client } from './client.ts';
import { EXIT, type Output } from './commands/output.ts';
import type { Log } from './log.ts';

export interface Kit {
  readonly program: Command;
  /** Every command takes --json before or after its name. */
  readonly command: (parent: Command, usage: string, description: string) => Command;
  // What commander hands over is what the usage above the work says.
  readonly does: (work: (output: Output, ...args: never[]) => Promise<number>) => (...args: unknown[]) => Promise<void>;
  /** Of the command that ran. */
  readonly outcome: { status: number; wantsJson: boolean };
}

/** For the parts that speak to the API. `faces`: the command has pictures, so models are needed too. */
export interface CommandKit extends Pick<Kit, 'program' | 'command' | 'does'> {
  readonly person: Command;
  readonly withClient: (work: (client: Client) => Promise<number>, faces?: boolean | 'prepare') => Promise<number>;
  readonly quiet: () => Log;
}

const JSON_OPTION = ['--json', 'print one JSON document on stdout, logs on stderr'] as const;

/** `writeError` takes what commander says of wrong usage. */
export function openKit(
  openOutput: (json: boolean) => Output,
  writeError: (text: string) => void = (text) => void process.stderr.write(text),
): Kit {
  const outcome: { status: number; wantsJson: boolean } = { status: EXIT.done, wantsJson: false };
  return {
    outcome,
    program: new Command('kith')
      .description('Kith: cameras see faces, Kith says who they are and remembers strangers.')
      .option(...JSON_OPTION)
      .showHelpAfterError('(see "kith --help")')
      .configureOutput({
        writeErr: writeError,
        outputError: (text, write) => write(`kith: ${text.replace(/^error: /, '')}`),
      })
      .exitOverride(),
    command: (parent, usage, description) =>
      parent
        .command(usage)
        .description(description)
        .option(...JSON_OPTION)
        .exitOverride(),
    does:
      (work) =>
      async (...args) => {
        // Commander hands over arguments, options and itself; the options are the last but one.
        const self = args.at(-1) as Command;
        outcome.wantsJson = self.optsWithGlobals<{ readonly json?: boolean }>().json === true;
        outcome.status = await work(openOutput(outcome.wantsJson), ...(args.slice(0, -1) as never[]));
      },
  };
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 is needed.');
  return value;
}
