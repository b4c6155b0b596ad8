// Cameras as child processes: started, watched, and started again with the stepped back-off when they die. The settings go
// over the IPC channel, so that no key stands in a process list, and a child whose parent is gone ends itself.

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Log } from './log.ts';
import { backoffMs, pause } from './lifecycle.ts';

export interface CameraChild {
  /** Ends when the camera's source has ended (a file), or when it is closed. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** What a child tells its parent. */
export interface CameraReport {
  readonly state: string;
  readonly [key: string]: unknown;
}

const GRACE_MS = 8000;
const HEALTHY_MS = 60_000;

export function superviseCamera(options: {
  readonly id: string;
  /** Sent to the child as it is. */
  readonly settings: unknown;
  readonly log: Log;
  readonly onReport?: (report: CameraReport) => void;
}): CameraChild {
  const { log } = options;
  const stop = new AbortController();
  let child: ChildProcess | undefined;

  async function supervise(): Promise<void> {
    let failures = 0;
    while (!stop.signal.aborted) {
      const started = Date.now();
      const status = await runOnce();
      if (status === 0 || stop.signal.aborted) return;
      failures = Date.now() - started > HEALTHY_MS ? 1 : failures + 1;
      // Wrong settings or a file that cannot be read do not heal by trying again.
      if (status === 2 || status === 3) return;
      log.warn(
        { camera: options.id, status, againInMs: backoffMs(failures) },
        'the camera program has died and is started again',
      );
      await pause(backoffMs(failures), stop.signal);
    }
  }

  function runOnce(): Promise<number> {
    return new Promise((resolve) => {
      const process = fork(join(import.meta.dirname, 'cli.ts'), ['camera', '--from-parent'], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child = process;
      process.on('message', (report) => options.onReport?.(report as CameraReport));
      process.once('error', () => resolve(1));
      process.once('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
      process.send(options.settings as object);
    });
  }

  const ended = supervise();
  return {
    ended,
    async close() {
      stop.abort();
      child?.kill('SIGTERM');
      const grace = setTimeout(() => child?.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(grace);
    },
  };
}
