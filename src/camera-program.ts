// The camera program put together: its settings, its spool, its engine, and nothing of the back end but its address.

import { join } from 'node:path';
import { runCamera } from './camera/camera.ts';
import { readCameraConfig } from './camera/config.ts';
import { findCameraId } from './camera/identity.ts';
import type { CameraAlive, CameraStatus } from './camera/status.ts';
import { readConfig } from './config.ts';
import { DEMO_PHOTOS, demoSource } from './demo.ts';
import type { Profile } from './model-port.ts';
import type { FaceEngine } from './face-port.ts';
import { openCodec, openEngine } from './engine.ts';
import { openLifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { lockSpool } from './spool-lock.ts';

/** Runs until the source has ended or the signal aborts. Null when that was before the back end has said which camera this is. */
export async function runCameraProgram(options: {
  readonly file?: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onAlive: (alive: CameraAlive) => void;
  /** The back end runs on this machine and may name its USB cameras. */
  readonly devices?: boolean;
}): Promise<CameraStatus | null> {
  const { file, overrides, log, signal, onAlive, devices = false } = options;
  const { data, ...camera } = readCameraConfig({
    ...(file === undefined ? {} : { file }),
    ...(overrides ? { overrides } : {}),
  });
  const spools = join(data, 'spool');
  const id = camera.id ?? (await findCameraId(camera, { spools, log, signal }));
  if (id === null) return null;
  const spoolFolder = join(spools, id);
  const life = openLifecycle();
  try {
    life.own(await lockSpool(spoolFolder, id, log));
    const engines = life.own(cameraEngines(data, log));
    return await runCamera(camera.source === undefined ? { ...camera, id, devices } : { ...camera, id }, {
      engine: engines.of,
      codec: openCodec(),
      log: log.child({ camera: id }),
      signal,
      spoolFolder,
      sources: [demoSource(DEMO_PHOTOS)],
      onAlive,
    });
  } finally {
    await life.close();
  }
}

/** One engine at a time: another one only when the profile changes. */
function cameraEngines(
  data: string,
  log: Log,
): { readonly of: (profile: Profile) => Promise<FaceEngine>; close(): Promise<void> } {
  let opened: { readonly profile: Profile; readonly engine: FaceEngine } | null = null;
  async function close(): Promise<void> {
    await opened?.engine.close();
    opened = null;
  }
  return {
    async of(profile) {
      if (opened?.profile === profile) return opened.engine;
      await close();
      const engine = await openEngine(readConfig({ overrides: { data, profile, threads: 1 } }), log);
      opened = { profile, engine };
      return engine;
    },
    close,
  };
}
