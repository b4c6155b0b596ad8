// The camera program's conversation with its back end beside the shots: hears the control stream, sends reports. The camera goes on
// while the back end is away; that is said once, and once when it is back.

import type { CameraReport, ControlEvent, Named } from '../camera-port.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { ask, askJson, refreshing, whyNoAnswer, type Connection } from './back-end.ts';
import { controlEvents } from './control-stream.ts';

export interface Link {
  /** Somebody looks at the preview. */
  readonly watching: boolean;
  /** Another answer said so. */
  readonly setWatching: (watching: boolean) => void;
  /** Answers how to stop listening. */
  readonly onNamed: (listener: (named: Named) => void) => () => void;
  /** The report has changed: it is sent now instead of in a while. */
  changed(): void;
  /** Sends a last report, and ends. */
  close(graceMs?: number): Promise<void>;
}

export interface LinkOptions extends Connection {
  readonly cameraId: string;
  /** Made anew at each start. */
  readonly program: string;
  readonly log: Log;
  readonly report: () => CameraReport;
  readonly onSettings: (event: Extract<ControlEvent, { kind: 'settings' }>) => void;
  readonly onWatch?: (watching: boolean) => void;
  /** Why there is no control stream; null once there is one. KithError `conflict`: another program has the same id; `not_found`: the
   * camera was removed; the other codes are those of back-end.ts. */
  readonly onTrouble: (error: KithError | null) => void;
  readonly backoff?: (tries: number) => number;
  readonly reportEveryMs?: number;
  /** Without a byte for so long (there is a heartbeat) the stream is dead. */
  readonly silenceMs?: number;
}

const ANSWER_MS = 10_000;
/** Many changes in a row are one report. */
const GATHER_MS = 100;
/** The other program may end at any moment. */
const CONFLICT_MS = 10_000;

export function openLink(options: LinkOptions): Link {
  const { cameraId, log, backoff = backoffMs, reportEveryMs = 5_000, silenceMs = 30_000 } = options;
  const path = `cameras/${encodeURIComponent(cameraId)}`;
  const origin = new URL(options.server).origin;
  const stopping = new AbortController();
  const { signal } = stopping;
  const listeners = new Set<(named: Named) => void>();
  let watching = false;
  let watchHeard = 0;
  /** Why there is no control stream, and why no report is taken although there is one. */
  let away: KithError | null = null;
  let conflict: KithError | null = null;
  let said: string | null = null;
  let refused: string | null = null;
  let due = Promise.withResolvers<void>();

  function setWatching(next: boolean): void {
    if (watching === next) return;
    watching = next;
    options.onWatch?.(next);
  }

  function tell(): void {
    if (signal.aborted) return;
    const trouble = conflict ?? away;
    if (trouble === null && said !== null) log.info(`${origin} is back.`);
    else if (trouble && said === null && trouble.code === 'unavailable') {
      log.warn(`${origin} is away: ${trouble.message} The camera goes on; trying on.`);
    } else if (trouble && said !== trouble.message && trouble.code !== 'unavailable') {
      log.warn(`${origin}: ${trouble.message}`);
    }
    said = trouble?.message ?? null;
    options.onTrouble(trouble);
  }

  function hear(event: ControlEvent): void {
    if (event.kind === 'settings') options.onSettings(event);
    else if (event.kind === 'watch') {
      watchHeard++;
      setWatching(event.watching);
    } else for (const listener of listeners) listener(event);
  }

  /** One control stream from its opening to its end; always throws. */
  async function listen(onFirst: () => void): Promise<never> {
    const attempt = new AbortController();
    const silence = setTimeout(() => attempt.abort(new Error('it says nothing any more')), silenceMs);
    try {
      const response = await ask(options, `${path}/control?program=${options.program}`, {
        signal: AbortSignal.any([signal, attempt.signal]),
      });
      if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '') || !response.body) {
        await response.body?.cancel();
        throw new KithError('unavailable', 'what answers there is not Kith, or an older one.');
      }
      for await (const event of controlEvents(refreshing(response.body, silence))) {
        onFirst();
        hear(event);
      }
    } catch (error) {
      if (isKithError(error)) throw error;
      throw new KithError('unavailable', whyNoAnswer(attempt.signal.aborted ? attempt.signal.reason : error), {
        cause: error,
      });
    } finally {
      clearTimeout(silence);
    }
    throw new KithError('unavailable', 'it has ended the connection.');
  }

  function waitAfter(problem: KithError | null, tries: number): number {
    return problem?.code === 'conflict' ? Math.min(backoff(tries), CONFLICT_MS) : backoff(tries);
  }

  async function listening(): Promise<void> {
    let heard = false;
    let tries = 0;
    while (!signal.aborted) {
      let problem = new KithError('unavailable', 'it has ended the connection.');
      await listen(() => {
        if (tries > 0) changed();
        tries = 0;
        if (heard && away === null) return;
        heard = true;
        away = null;
        tell();
      }).catch((error: unknown) => {
        problem = isKithError(error) ? error : new KithError('unavailable', messageOf(error), { cause: error });
      });
      setWatching(false);
      tries++;
      // A stream that ends now and then (a restart, a proxy's limit) is no event: it is if it does not come back.
      if (tries > 1 || problem.code !== 'unavailable' || !heard) {
        away = problem;
        tell();
      }
      await pause(waitAfter(problem, tries), signal);
    }
  }

  async function report(within: AbortSignal): Promise<boolean> {
    const heardBefore = watchHeard;
    try {
      const answer = await askJson(options, `${path}/report`, {
        method: 'PUT',
        json: options.report(),
        signal: AbortSignal.any([within, AbortSignal.timeout(ANSWER_MS)]),
      });
      // What the control stream has said in the meantime is newer.
      if (typeof answer['watching'] === 'boolean' && watchHeard === heardBefore) setWatching(answer['watching']);
      refused = null;
      if (conflict) {
        conflict = null;
        tell();
      }
      return true;
    } catch (error) {
      if (isKithError(error) && error.code === 'conflict') {
        conflict = error;
        tell();
      } else if (
        // All else the control stream says, too.
        isKithError(error) &&
        error.code === 'invalid' &&
        refused !== error.message
      ) {
        refused = error.message;
        log.warn(`${origin} does not take this camera's reports: ${error.message}`);
      }
      return false;
    }
  }

  async function reporting(): Promise<void> {
    let tries = 0;
    while (!signal.aborted) {
      tries = (await report(signal)) ? 0 : tries + 1;
      const waited = new AbortController();
      await Promise.race([
        due.promise,
        pause(tries === 0 ? reportEveryMs : waitAfter(conflict, tries), AbortSignal.any([signal, waited.signal])),
      ]);
      waited.abort();
      due = Promise.withResolvers();
      await pause(GATHER_MS, signal);
    }
  }

  function changed(): void {
    due.resolve();
  }

  const running = Promise.all([listening(), reporting()]);
  // Awaited in close(); a failure before that must not end the process as unhandled.
  running.catch((error: unknown) => log.error({ err: error }, 'The conversation with the back end has stopped.'));

  return {
    get watching() {
      return watching;
    },
    setWatching,
    onNamed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed,
    async close(graceMs = 1_000) {
      if (signal.aborted) return;
      stopping.abort();
      await running.catch(() => undefined);
      if (said === null) await report(AbortSignal.timeout(graceMs));
    },
  };
}
