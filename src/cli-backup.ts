// The commands for backups.

import type { CommandKit } from './cli-kit.ts';

export function addBackupCommands({
  program,
  command,
  does,
  quiet,
}: Pick<CommandKit, 'program' | 'command' | 'does' | 'quiet'>): void {
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
