// A process that runs commands of the command line one after the other, so that what they load is loaded once. A command is the real
// cli.ts with its own arguments, environment, output and status; one that leaves something running is told of, as a process of its own
// would never end.

import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface CommandOrder {
  readonly cli: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written to both outputs behind what the command has said. */
  readonly mark: string;
}

export interface CommandEnd {
  readonly status: number;
  /** Kinds of what still keeps the process alive. */
  readonly left: readonly string[];
}

const PATIENCE_MS = 20_000;

/** What keeps this process alive beside timers of the host: how many of each kind. */
function alive(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

async function leftBehind(before: ReadonlyMap<string, number>): Promise<string[]> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(10)) {
    const left = [...alive()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
    if (left.length === 0 || Date.now() > end) return left;
  }
}

let commands = 0;

/** What the command has set. */
function exitStatus(): number {
  return Number(process.exitCode ?? 0);
}

async function perform({ cli, args, folder, env, mark }: CommandOrder): Promise<CommandEnd> {
  const before = alive();
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
  process.chdir(folder);
  process.argv = [process.execPath, cli, ...args];
  process.exitCode = undefined;
  commands += 1;
  // Evaluated anew for each command; what it imports is not.
  await import(`${cli}?${commands}`);
  const status = exitStatus();
  process.exitCode = undefined;
  const left = await leftBehind(before);
  for (const output of [1, 2]) writeSync(output, mark);
  return { status, left };
}

process.on('message', (order: CommandOrder) => {
  void perform(order).then((end) => process.send?.(end));
});
process.once('disconnect', () => process.exit());
