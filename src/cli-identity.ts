// The part of the command line that says who is whom: persons, detections, the history. The work is in commands/.

import { InvalidArgumentError, Option } from 'commander';
import { wholeNumber, type CommandKit } from './cli-kit.ts';
import type { HistoryOptions } from './commands/history.ts';
import type { ListOptions, Which } from './commands/identity.ts';

const identity = () => import('./commands/identity.ts');

function isoTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('a time like 2026-01-31T12:00 is needed.');
  return time.toISOString();
}

function pageSize(text: string): number {
  const value = wholeNumber(text);
  if (value > 500) throw new InvalidArgumentError('at most 500.');
  return value;
}

export function addIdentityCommands({ program, person, command, does, withClient }: CommandKit): void {
  command(
    person,
    'name <who> <name>',
    'give somebody (id or name) a name; says which earlier sightings it explains',
  ).action(
    does(async (output, who: string, name: string) => {
      const { namePerson } = await identity();
      return withClient((client) => namePerson(client, who, name, output), true);
    }),
  );

  command(person, 'merge <who> <into>', 'the first is the second (ids or names)')
    .option('--yes', 'also when both are known')
    .action(
      does(async (output, who: string, into: string, options: { yes?: boolean }) => {
        const { mergePersons } = await identity();
        return withClient((client) => mergePersons(client, who, into, options.yes === true, output));
      }),
    );

  for (const [usage, ignored, description] of [
    ['ignore <who>', true, 'never ask about somebody again: a passer-by, a poster'],
    ['unignore <who>', false, 'ask again'],
  ] as const) {
    command(person, usage, description).action(
      does(async (output, who: string) => {
        const { ignorePerson } = await identity();
        return withClient((client) => ignorePerson(client, who, ignored, output));
      }),
    );
  }

  command(person, 'discard <who>', 'an unknown person who is none; her detections become rejected').action(
    does(async (output, who: string) => {
      const { discardPerson } = await identity();
      return withClient((client) => discardPerson(client, who, output));
    }),
  );

  const detection = program
    .command('detection')
    .description('the log: list, confirm, not-her, move, discard')
    .exitOverride();

  command(detection, 'list', 'the newest detections, with their ids')
    .option('--person <who>', 'of this person (id or name)')
    .option('--camera <id>', 'of this camera')
    .addOption(
      new Option('--decision <decision>', 'only these').choices([
        'known',
        'unknown',
        'new',
        'ambiguous',
        'unidentified',
      ]),
    )
    .option('--limit <n>', 'so many', pageSize, 20)
    .action(
      does(async (output, options: ListOptions) => {
        const { listDetections } = await identity();
        return withClient((client) => listDetections(client, options, output));
      }),
    );

  command(detection, 'not-her <id...>', 'this is not whom it was taken for: binds for ever, and is decided anew')
    .option('--person <who>', 'not this person (id or name)')
    .action(
      does(async (output, ids: readonly string[], options: { person?: string }) => {
        const { changeDetections } = await identity();
        return withClient((client) => changeDetections(client, 'not-her', ids, options.person, output), true);
      }),
    );

  command(detection, 'move <id> <person>', 'give it to a person (id or name), or to "new", a new unknown one').action(
    does(async (output, id: string, whom: string) => {
      const { changeDetections } = await identity();
      return withClient((client) => changeDetections(client, 'move', [id], whom, output));
    }),
  );

  for (const [action, description] of [
    ['confirm', 'that is right: Kith never changes it again'],
    ['discard', 'no use: no face, or nobody who matters'],
  ] as const) {
    command(detection, `${action} <id...>`, description).action(
      does(async (output, ids: readonly string[]) => {
        const { changeDetections } = await identity();
        return withClient((client) => changeDetections(client, action, ids, undefined, output));
      }),
    );
  }

  command(program, 'history', 'changes of identity, the latest first: who, when, what')
    .option('--person <who>', 'that touched this person (id or name)')
    .option('--detection <id>', 'that touched this detection')
    .option('--limit <n>', 'so many', pageSize, 50)
    .action(
      does(async (output, options: HistoryOptions) => {
        const { history } = await import('./commands/history.ts');
        return withClient((client) => history(client, options, output));
      }),
    );

  command(program, 'undo', 'take a change of identity back')
    .argument('<seq>', 'its number in "kith history"', wholeNumber)
    .action(
      does(async (output, seq: number) => {
        const { undo } = await import('./commands/history.ts');
        return withClient((client) => undo(client, seq, output));
      }),
    );

  command(program, 'rerun', 'decide logged detections anew with the people of now; what a human decided stays')
    .option('--from <time>', 'captured from then on, for example 2026-01-31', isoTime)
    .option('--to <time>', 'captured before', isoTime)
    .option('--camera <id>', 'of this camera')
    .option('--person <who>', 'of this person (id or name)')
    .action(
      does(async (output, which: Which) => {
        const { rerun } = await identity();
        return withClient((client) => rerun(client, which, output), true);
      }),
    );

  command(program, 'regroup', 'group strangers now').action(
    does(async (output) => {
      const { regroup } = await identity();
      return withClient((client) => regroup(client, output), true);
    }),
  );
}
