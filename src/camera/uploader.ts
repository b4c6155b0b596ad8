// Carries shots from the spool to the back end: oldest first, a few at a time, each until it is acknowledged. Says once that
// the back end is away and once that it is back.

import type { Sighting } from '../domain.ts';
import { KithError, messageOf } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { hideCredentials } from '../log.ts';
import { apiUrl, whyNoAnswer } from './back-end.ts';
import type { Spool, Spooled } from './spool.ts';

export interface Uploader {
  readonly counts: { readonly delivered: number; readonly refused: number };
  /** Why nothing can be delivered at present; null while all is well. */
  readonly trouble: string | null;
  /** Stops after the posts under way, or cuts them off after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

export interface UploaderOptions {
  /** Address of the back end, for example http://127.0.0.1:8080 */
  readonly server: string;
  readonly key: string;
  readonly spool: Spool;
  readonly log: Log;
  /** The back end has acknowledged it. */
  readonly onDelivered?: (sighting: Sighting) => void;
  readonly parallel?: number;
  readonly timeoutMs?: number;
  /** Waiting time after the n-th failure in a row. */
  readonly backoff?: (tries: number) => number;
}

/** `refused`: this shot is not wanted, the next may be. `later`: nothing can be delivered now. */
export type Answer =
  | { readonly result: 'delivered' }
  | { readonly result: 'refused' | 'later'; readonly reason: string };

export function openUploader(options: UploaderOptions): Uploader {
  const { spool, log, parallel = 3, timeoutMs = 30_000, backoff = backoffMs } = options;
  const url = apiUrl(options.server, 'detections');
  const stopping = new AbortController();
  const cutting = new AbortController();
  let delivered = 0;
  let refused = 0;
  let tries = 0;
  let trouble: string | null = null;
  let healed = Promise.withResolvers<void>();
  healed.resolve();

  async function post(shot: Spooled): Promise<Answer> {
    const signal = AbortSignal.any([cutting.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${options.key}` },
        body: formOf(shot),
        redirect: 'manual',
        signal,
      });
      return judge(response.status, await response.text(), shot.sighting.id);
    } catch (error) {
      return { result: 'later', reason: whyNoAnswer(error) };
    }
  }

  async function settle(shot: Spooled, answer: Answer): Promise<void> {
    const { id, trackId } = shot.sighting;
    if (answer.result === 'later') {
      spool.giveBack(id);
      if (stopping.signal.aborted || trouble === answer.reason) return;
      if (trouble === null) {
        healed = Promise.withResolvers<void>();
        log.warn(`${url.origin} takes no shots: ${answer.reason} They wait on disk; trying on.`);
      }
      trouble = answer.reason;
      return;
    }
    if (trouble !== null) {
      log.info({ waiting: spool.counts.waiting }, `${url.origin} takes shots again.`);
      trouble = null;
      tries = 0;
      healed.resolve();
    }
    if (answer.result === 'delivered') {
      delivered++;
      options.onDelivered?.(shot.sighting);
      await spool.delivered(id);
    } else {
      refused++;
      log.warn({ detection: id, track: trackId }, `${url.origin} refused a shot: ${answer.reason} It was set aside.`);
      await spool.refuse(id);
    }
  }

  /** Only the first runner tries while the back end is away; the others wait for its success. */
  async function run(first: boolean): Promise<void> {
    while (!stopping.signal.aborted) {
      if (trouble !== null && !first) {
        await healed.promise;
        continue;
      }
      const shot = await spool.take(stopping.signal);
      if (!shot) return;
      const answer = await post(shot);
      try {
        await settle(shot, answer);
      } catch (error) {
        // A disk that went read-only: the shot comes again after a restart, the rest goes on.
        log.error({ err: error }, `The spool cannot be tidied: ${messageOf(error)}`);
        await pause(backoff(1), stopping.signal);
      }
      if (answer.result === 'later' && first) await pause(backoff(++tries), stopping.signal);
    }
  }

  const runners = Promise.all(Array.from({ length: parallel }, (_, index) => run(index === 0)));
  // Awaited in close(); a failure before that must not end the process as unhandled.
  runners.catch((error: unknown) => log.error({ err: error }, 'Delivery has stopped.'));

  return {
    get counts() {
      return { delivered, refused };
    },
    get trouble() {
      return trouble;
    },
    async close(graceMs = 1_000) {
      stopping.abort();
      healed.resolve();
      const timer = setTimeout(() => cutting.abort(), graceMs);
      await runners.finally(() => clearTimeout(timer));
    },
  };
}

function formOf(shot: Spooled): FormData {
  const { id, cameraId, trackId, capturedAt, box, points, zones } = shot.sighting;
  const at = new Date(capturedAt).toISOString();
  // By this machine's clock as it is now: the back end corrects one that is off.
  const sentAt = new Date().toISOString();
  const meta = { id, camera: cameraId, track: trackId, capturedAt: at, sentAt, box, points, zones };
  const form = new FormData();
  form.set('meta', JSON.stringify(meta));
  form.set('image', new Blob([new Uint8Array(shot.jpeg)], { type: 'image/jpeg' }), `${id}.jpg`);
  return form;
}

/** What an answer means. Anything that does not come from a Kith (a proxy's page, a redirect, somebody else's server) must
 * neither count as delivered nor cost a shot. */
export function judge(status: number, text: string, id: string): Answer {
  const body = parse(text);
  if (status >= 200 && status < 300) {
    return body?.['id'] === id
      ? { result: 'delivered' }
      : { result: 'later', reason: 'what answers there is not Kith. Check "server".' };
  }
  const error = body?.['error'] as { message?: unknown } | undefined;
  const said = typeof error?.message === 'string' ? error.message : '';
  if (status === 401 || status === 403) {
    return { result: 'later', reason: `the camera's key is not accepted (${status}). Check "key". ${said}`.trim() };
  }
  // The clock of one side is wrong: the shot's time is put right by the spool once it is set.
  if (status === 400 && said.startsWith('"capturedAt"')) {
    return { result: 'later', reason: `the clock of this machine or of the back end is wrong. ${said}` };
  }
  if (status === 413 || status === 415) return { result: 'refused', reason: said || `status ${status}.` };
  if (status >= 400 && status < 500 && ![404, 408, 425, 429].includes(status)) {
    return said === ''
      ? { result: 'later', reason: `what answers there (status ${status}) is not Kith. Check "server".` }
      : { result: 'refused', reason: said };
  }
  // An unknown camera heals when somebody makes it; another web server's 404 when the address is corrected.
  if (status === 404)
    return { result: 'later', reason: said || 'what answers there (404) is not Kith. Check "server".' };
  if (status >= 300 && status < 400) {
    return { result: 'later', reason: `it redirects (status ${status}). Put the final address into "server".` };
  }
  return { result: 'later', reason: `it answers with status ${status}. ${said}`.trim() };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** KithError `invalid` unless it is an http(s) address. */
export function checkServer(server: string): void {
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return;
  throw new KithError(
    'invalid',
    `"server" is ${hideCredentials(server)}, which is no address: write it like http://kith.example:8080.`,
  );
}
