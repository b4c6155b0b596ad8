// `kith camera` under its supervisor. A file of its own: it needs none of the back end, and the back end nothing of it.

import { isStuck } from './camera/stall.ts';
import type { CameraAlive } from './camera/status.ts';
import { runCameraProgram } from './camera-program.ts';
import { openLifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';

/** Time to say why, after which a process that cannot end by itself is ended. */
const STUCK_MS = 2_000;

const ignored = (): void => undefined;

/** A camera itself, under its supervisor, who hands settings over that go before those of a file. Ends with its source. */
export async function camera(options: { config?: string }, log: Log): Promise<number> {
  const lifecycle = openLifecycle();
  // A terminal and systemd tell parent and child at once: the parent's word counts, and it kills a child that takes too long.
  const asked = (): void => void lifecycle.close();
  process.on('SIGINT', ignored);
  process.on('SIGTERM', asked);
  // A parent that is gone cannot stop its child.
  process.once('disconnect', asked);
  const { devices, ...overrides } = await new Promise<Record<string, unknown>>((done) =>
    process.once('message', (message) => done(message as Record<string, unknown>)),
  );
  let alive: CameraAlive | null = null;
  const tell = (): void => {
    if (process.connected) process.send?.(alive ?? { kind: 'waiting' });
  };
  const telling = setInterval(tell, 1_000);
  try {
    await runCameraProgram({
      ...(options.config === undefined ? {} : { file: options.config }),
      overrides,
      devices: devices === true,
      log: log.child({ part: 'camera' }),
      signal: lifecycle.signal,
      onAlive: (next) => {
        alive = next;
        tell();
      },
    });
    return 0;
  } catch (error) {
    // A native call that does not come back keeps the process alive for ever.
    if (isStuck(error)) setTimeout(() => process.exit(1), STUCK_MS).unref();
    throw error;
  } finally {
    clearInterval(telling);
    process.off('SIGINT', ignored);
    process.off('SIGTERM', asked);
    await lifecycle.close();
    if (process.connected) process.disconnect();
  }
}
