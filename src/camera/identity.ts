// Which camera this is, where its settings do not say: the one that its key is for.

import { join } from 'node:path';
import { isKithError, KithError } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { askJson, type Connection } from './back-end.ts';
import { cameraOfKey, writeKept } from './kept-settings.ts';

const ANSWER_MS = 10_000;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Asks until there is an answer; a back end that is away does not hinder a camera that has asked before. Null when the signal
 * aborts. KithError when the key cannot be used, or is for no camera in particular. */
export async function findCameraId(
  connection: Connection,
  options: { spools: string; log: Log; signal: AbortSignal; backoff?: (tries: number) => number },
): Promise<string | null> {
  const { spools, log, signal, backoff = backoffMs } = options;
  const { origin } = new URL(connection.server);
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      const self = await askJson(connection, 'keys/self', {
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      const { camera } = self;
      if (camera === null) {
        throw new KithError(
          'invalid',
          'The key is for any camera: put the "id" of this one into camera.json, or use a key that was made for one camera.',
        );
      }
      if (typeof camera !== 'string' || !ID.test(camera)) {
        throw new KithError('unavailable', 'what answers there is not Kith, or an older one.');
      }
      if ((await cameraOfKey(spools, connection.key)) !== camera) {
        await writeKept(join(spools, camera), connection.key, null);
      }
      return camera;
    } catch (error) {
      if (signal.aborted) return null;
      if (!isKithError(error)) throw error;
      if (error.code === 'unauthorized' || error.code === 'forbidden') {
        throw new KithError(error.code, `${origin}: ${error.message}`, { cause: error });
      }
      if (error.code !== 'unavailable' && error.code !== 'not_found') throw error;
      const known = await cameraOfKey(spools, connection.key);
      if (known !== null) return known;
      if (tries === 1) {
        log.warn(
          `${origin} cannot be asked which camera this is: ${error.message} Waiting for it ("id" would say it).`,
        );
      }
      await pause(backoff(tries), signal);
    }
  }
  return null;
}
