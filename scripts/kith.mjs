#!/usr/bin/env node
// `npx kith …`: runs the command line with the pinned Node, whatever the host has.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
if (!existsSync(node)) {
  process.stderr.write(
    'kith: the packages are not installed: run "npm start" once in the project folder, or "npm ci".\n',
  );
  process.exit(1);
}
// An address among the arguments may hold a password; the command line hides its own as soon as it runs.
if (process.argv.some((argument) => argument.includes('://'))) process.title = 'kith';
const child = spawn(node, [join(root, 'src', 'cli.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
// The terminal sends SIGINT to both; a supervisor sends SIGTERM to this process only.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('error', (error) => {
  process.stderr.write(
    `kith: the pinned Node could not be started (${error.message}): remove node_modules and run "npm start".\n`,
  );
  process.exit(1);
});
child.once('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
