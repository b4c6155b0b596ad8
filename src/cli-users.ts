// The part of the command line that says who may sign in: users, and one-time links. The work is in commands/.

import { Option } from 'commander';
import type { CommandKit } from './cli-kit.ts';
import { ROLES, type AddUserOptions, type AskPassword } from './commands/users.ts';

const users = () => import('./commands/users.ts');

export function addUserCommands(
  { program, command, does, withClient }: Pick<CommandKit, 'program' | 'command' | 'does' | 'withClient'>,
  ask: AskPassword,
): void {
  const user = program.command('user').description('who may sign in to the panel').exitOverride();

  command(user, 'list', 'everybody who may sign in').action(
    does(async (output) => {
      const { listUsers } = await users();
      return withClient((client) => listUsers(client, output));
    }),
  );

  command(user, 'add <name>', 'let somebody sign in; the password is asked for, or read from stdin')
    .addOption(
      new Option('--role <role>', 'viewer: live and log; operator: people and corrections too; administrator: all')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .option('--camera <id...>', 'only these cameras')
    .action(
      does(async (output, name: string, options: AddUserOptions) => {
        const { addUser } = await users();
        return withClient((client) => addUser(client, name, options, output, ask));
      }),
    );

  command(user, 'password <name>', 'give somebody another password; signs her out everywhere').action(
    does(async (output, name: string) => {
      const { setPassword } = await users();
      return withClient((client) => setPassword(client, name, output, ask));
    }),
  );

  command(user, 'remove <name>', 'let somebody sign in no more').action(
    does(async (output, name: string) => {
      const { removeUser } = await users();
      return withClient((client) => removeUser(client, name, output));
    }),
  );

  command(program, 'link', 'a one-time link: makes an administrator, or sets a new password').action(
    does(async (output) => {
      const { link } = await import('./commands/link.ts');
      return withClient((client) => link(client, output));
    }),
  );
}
