// The commands for backups.

import type { Command } from 'commander';
import type { Output } from './commands/output.ts';
import type { Log } from './log.ts';

interface Kit {
  readonly program: Command;
  readonly command: (parent: Command, usage: string, description: string) => Command;
  // What commander hands over is what the usage above the work says.
  readonly does: (work: (output: Output, ...args: never[]) => Promise<number>) => (...args: unknown[]) => Promise<void>;
  readonly quiet: () => Log;
}

export function addBackupCommands({ program, command, does, quiet }: Kit): void {
  command(
    program,
    'backup [dir]',
    'a backup of database and pictures, also while Kith runs; default: into the data folder',
  ).action(
    does(async (output, dir: string | undefined) => {
      const { backupParts } = await import('./backup-parts.ts');
      const { backup } = await import('./commands/backup.ts');
      return backup(backupParts(quiet()), dir, output);
    }),
  );

  command(
    program,
    'restore <dir>',
    'puts a backup in the place of what is there, which is kept aside; Kith must not run',
  ).action(
    does(async (output, dir: string) => {
      const { restoreParts } = await import('./backup-parts.ts');
      const { restore } = await import('./commands/backup.ts');
      return restore(restoreParts(), dir, output);
    }),
  );
}
