// Passwords for commands: typed into the terminal without being shown, or as a line of stdin.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { KithError } from '../errors.ts';

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Twice on a terminal, where nobody sees what was typed. KithError `invalid` when none comes. */
export async function askPassword(name: string, input: Input = process.stdin): Promise<string> {
  if (input.isTTY !== true) {
    const [line] = await lines(input, 1);
    if (line) return line;
    throw new KithError('invalid', 'No password came on stdin: pipe one line into the command, or use a terminal.');
  }
  const [first = '', again = ''] = await lines(input, 2, [`Password for ${name}: `, 'The same again: ']);
  if (first === again) return first;
  throw new KithError('invalid', 'The two passwords differ: nothing was changed, try again.');
}

async function lines(input: Input, count: number, prompts: readonly string[] = []): Promise<readonly string[]> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: hidden, terminal: input.isTTY === true });
  reader.on('SIGINT', () => reader.close());
  const found: string[] = [];
  try {
    process.stderr.write(prompts[0] ?? '');
    for await (const line of reader) {
      found.push(line);
      if (prompts.length > 0) process.stderr.write('\n');
      if (found.length === count) break;
      process.stderr.write(prompts[found.length] ?? '');
    }
  } finally {
    reader.close();
  }
  return found;
}
