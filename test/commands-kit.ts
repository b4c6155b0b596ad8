// Commands one after the other in one process, see command-host.ts.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import type { CommandEnd, CommandOrder } from './command-host.ts';

export const CLI = join(import.meta.dirname, '..', 'src', 'cli.ts');
const HOST = join(import.meta.dirname, 'command-host.ts');
/** With its whole path: threads of a command that runs elsewhere load it too. */
const CACHE = join(import.meta.dirname, 'compile-cache.mjs');

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandHost {
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult>;
}

/** Goes with the process that opens it, which it does not keep alive while no command runs. */
export function openCommandHost(): CommandHost {
  const child = fork(HOST, { execArgv: ['--import', CACHE], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const outputs = [child.stdout, child.stderr].map((stream) => collect(stream as Readable));
  let last: Promise<unknown> = Promise.resolve();
  let commands = 0;
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => {
      const said = outputs.map(({ text }) => text()).join('');
      reject(new Error(`The process of the commands has ended (${signal ?? code}): ${said}`));
    });
  });
  ended.catch(() => undefined);
  process.once('exit', () => child.kill('SIGKILL'));
  hold(false);

  function hold(held: boolean): void {
    for (const one of [child, child.channel, child.stdout, child.stderr] as unknown as (NodeJS.RefCounted | null)[]) {
      if (held) one?.ref();
      else one?.unref();
    }
  }

  async function perform(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
    commands += 1;
    const mark = `\u0000end ${commands}\n`;
    hold(true);
    try {
      const answer = new Promise<CommandEnd>((resolve) => child.once('message', resolve));
      child.send({ cli: CLI, args, folder: process.cwd(), env, mark } satisfies CommandOrder);
      const end = await Promise.race([answer, ended]);
      const [stdout = '', stderr = ''] = await Promise.all(outputs.map(({ until }) => until(mark)));
      assert.deepEqual(end.left, [], `kith ${args.join(' ')} does not end`);
      return { status: end.status, stdout, stderr };
    } finally {
      hold(false);
    }
  }

  return {
    run(args, env) {
      const next = last.then(() => perform(args, env));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

interface Collected {
  readonly text: () => string;
  /** What came before the mark, once that is there. */
  readonly until: (mark: string) => Promise<string>;
}

function collect(stream: Readable): Collected {
  let text = '';
  let look: (() => void) | undefined;
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    look?.();
  });
  return {
    text: () => text,
    until: (mark) =>
      new Promise((resolve) => {
        look = () => {
          const at = text.indexOf(mark);
          if (at < 0) return;
          const found = text.slice(0, at);
          text = text.slice(at + mark.length);
          resolve(found);
        };
        look();
      }),
  };
}
