// The real program as a child process on a temporary folder and a free port, for tests of the whole.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_PEOPLE, demoPortrait } from '../src/demo.ts';
import { createPictureCodec } from '../src/face/picture.ts';
import { CLI, openCommandHost, type CommandHost, type CommandResult } from './commands-kit.ts';

export { CLI } from './commands-kit.ts';
export const ADMIN_KEY = 'kith_test_administrator_0123456789';

/** The parts of the API's answers that these tests look at. */
export interface Answer {
  readonly state: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly items: readonly { readonly name: string; readonly detections: number }[];
}

export interface Program {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has printed so far, stdout and stderr. */
  text(): string;
  /** Resolves once the text matches; fails when the program ends before or takes too long. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Answer }>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const PATIENCE_MS = 90_000;

export function environment(data: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { KITH_DATA: _data, KITH_ADMIN_KEY: _key, DATABASE_URL: _url, ...rest } = process.env;
  // One copy of the networks in each program: several run side by side here.
  return { ...rest, KITH_DATA: data, KITH_PORT: '0', KITH_LOG: 'warn', KITH_THREADS: '1', NO_COLOR: '1', ...more };
}

export async function startProgram(
  data: string,
  args: readonly string[] = [],
  more: NodeJS.ProcessEnv = {},
): Promise<Program> {
  const child = spawn(process.execPath, [CLI, 'start', ...args], {
    env: environment(data, more),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  async function saw(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const match = pattern.exec(text);
      if (match) return match;
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${String(pattern)} was not printed:\n${text}`);
      await sleep(50);
    }
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  }

  try {
    const url = (await saw(/API (http:\/\/\S+)\/api\/v1/))[1] ?? '';
    return {
      child,
      url,
      text: () => text,
      saw,
      stop,
      async call(method, path, body) {
        const form = body instanceof FormData;
        const answer = await fetch(`${url}/api/v1${path}`, {
          method,
          headers: {
            authorization: `Bearer ${ADMIN_KEY}`,
            ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
        });
        const reply = await answer.text();
        return { status: answer.status, json: JSON.parse(reply === '' ? '{}' : reply) as Answer };
      },
    };
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
}

/** One command to its end, in a process of its own. */
export async function runAlone(
  data: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: environment(data, more),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}

/** One command to its end, in a process that is kept for the next one. */
export async function run(data: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  host ??= openCommandHost();
  return host.run(args, environment(data, more));
}

let host: CommandHost | undefined;

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kith-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Portraits of three different people, cut out of the sample photographs of an installed package. */
export async function portraits(): Promise<readonly Uint8Array[]> {
  const codec = createPictureCodec();
  return Promise.all(DEMO_PEOPLE.map((person) => demoPortrait(person, codec)));
}

export function shotForm(id: string, camera: string, picture: Uint8Array, capturedAt = Date.now()): FormData {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(picture)], { type: 'image/jpeg' }), 'shot.jpg');
  form.append('meta', JSON.stringify({ id, camera, capturedAt: new Date(capturedAt).toISOString() }));
  return form;
}
