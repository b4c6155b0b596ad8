// `kith camera` on a machine of its own: only the supervisor, which loads next to nothing; the camera is its child.

import { join } from 'node:path';
import { UsageError, type Output } from './commands/output.ts';
import { openLifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { stopOnSignals } from './signals.ts';
import { superviseCamera } from './supervisor.ts';

/** Ends with its source; a crash, a stall or too much memory starts it again. */
export async function cameraAlone(options: { config?: string }, output: Output, log: Log): Promise<number> {
  const { config } = options;
  if (config === undefined && !process.env['KITH_CAMERA_KEY'] && !process.env['KITH_CAMERA_KEY_FILE']) {
    throw new UsageError(
      'give the settings of the camera: kith camera --config camera.json, or KITH_SERVER and KITH_CAMERA_KEY where the back end keeps them',
    );
  }
  const lifecycle = openLifecycle();
  const stop = stopOnSignals(lifecycle);
  try {
    const flags = [...(config === undefined ? [] : ['--config', config]), ...(output.json ? ['--json'] : [])];
    const child = lifecycle.own(
      superviseCamera({
        id: config ?? 'camera',
        settings: {},
        log: log.child({ part: 'camera' }),
        endsEarly: true,
        program: { file: join(import.meta.dirname, 'cli.ts'), args: ['camera', '--from-parent', ...flags] },
      }),
    );
    const { status, last } = await child.ended;
    // What went wrong the child has said itself.
    if (status === 0 && last) {
      const count = (name: string): string => String(last[name]);
      output.answer(
        last,
        () =>
          `${lifecycle.signal.aborted ? 'Stopped' : 'The source has ended'}: ${count('frames')} frames, ${count('tracks')} tracks, ${count('shots')} shots, ${count('delivered')} delivered, ${count('waiting')} waiting.`,
      );
    }
    return status;
  } finally {
    stop();
    await lifecycle.close();
  }
}
