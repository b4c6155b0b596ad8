// Cameras of a Frigate recorder: its events come over MQTT, the pictures over its HTTP API, and the name goes back to the event.
// Frigate follows the person; the frames of one event are one track here.

import type { Box, Raster } from '../domain.ts';
import { messageOf, type KithError } from '../errors.ts';
import { openBroker } from '../mqtt.ts';
import type { Frame, FrameStream, Source, SourceOptions } from './frame.ts';
import { rasterFrame } from './frame.ts';
import { frigateAddress, type FrigateAddress } from './frigate-address.ts';
import { openAnswers } from './frigate-answers.ts';
import { createFrigateApi, type FrigateApi, type FrigateCamera } from './frigate-api.ts';
import { readMessage, type Seen } from './frigate-message.ts';
import { createSchedule, LAST_TRIES, type Job, type Outcome } from './frigate-schedule.ts';

const LABELS: readonly string[] = ['person', 'face'];
const MAX_SIDE = 4_096;
const YEAR_2000 = Date.UTC(2000, 0);
const DAY_MS = 86_400_000;

export const frigateSource: Source = {
  schemes: ['frigate'],
  finite: false,
  // Each frame of an event was asked for.
  newestWins: false,
  quiet: true,
  async open(url, options) {
    const address = frigateAddress(url);
    const closing = new AbortController();
    const signal = AbortSignal.any([options.signal, closing.signal]);
    const api = createFrigateApi(address.api, signal);
    const camera = await api.camera(address.camera);
    return openEvents(address, { api, camera, options, signal, close: () => closing.abort() });
  },
};

interface Parts {
  readonly api: FrigateApi;
  readonly camera: FrigateCamera;
  readonly options: SourceOptions;
  readonly signal: AbortSignal;
  readonly close: () => void;
}

async function openEvents(address: FrigateAddress, parts: Parts): Promise<FrameStream> {
  const { api, options, signal } = parts;
  const topic = `${address.topic}/events`;
  const schedule = createSchedule();
  const fetcher = createFetcher(address.camera, parts);
  let garbage = 0;
  let lost: KithError | undefined;
  let wake = Promise.withResolvers<void>();

  function onMessage(payload: Uint8Array): void {
    const message = readMessage(payload);
    if (!message) {
      // The first, the tenth, the hundredth …
      if (Number.isInteger(Math.log10(++garbage))) {
        options.onProblem(`Ignored what came on "${topic}" and is no event of Frigate (${garbage} so far).`);
      }
      return;
    }
    if (message.camera !== address.camera || !LABELS.includes(message.label)) return;
    if (schedule.note(message, Date.now())) wake.resolve();
  }

  const broker = await openBroker({
    address: address.broker,
    topics: [[topic, 1]],
    signal,
    hints: {
      noLogin: 'write frigate://user:password@broker/camera',
      wrongLogin: 'check them in "source"',
      topic: 'allow it there, or check "?topic="',
    },
    onMessage: ({ payload }) => onMessage(payload),
    onLost(error) {
      lost = error;
      wake.resolve();
    },
  });
  const answers = openAnswers({
    api,
    // Who is not there to hear it has missed it.
    publish: (answer, text) => void broker.publish(answer, text).catch(() => undefined),
    camera: address.camera,
    knows: (event) => schedule.knows(event),
    onProblem: options.onProblem,
    signal,
  });
  const stopListening = options.onNamed((named) => answers.take(named));
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  options.onWaiting?.(null);

  /** Until something may be due. */
  async function quiet(): Promise<void> {
    const { promise } = wake;
    const ms = schedule.dueAt() - Date.now();
    const timer = Number.isFinite(ms) ? setTimeout(() => wake.resolve(), Math.max(1, ms)) : undefined;
    await promise;
    clearTimeout(timer);
    wake = Promise.withResolvers();
  }

  async function* read(): AsyncGenerator<Frame> {
    while (!signal.aborted) {
      // What came before the connection broke can still be fetched.
      const job = schedule.next(Date.now());
      if (job) {
        const { outcome, frame } = await fetcher.fetch(job);
        schedule.settle(job, outcome, Date.now());
        if (frame) yield frame;
      } else if (lost) {
        throw lost;
      } else {
        await quiet();
      }
    }
  }

  return {
    [Symbol.asyncIterator]: read,
    async close() {
      stopListening();
      parts.close();
      await broker.close();
    },
  };
}

interface Candidate {
  readonly path: string;
  readonly box: Box | null;
  readonly capturedAt: number;
  readonly outcome: Outcome;
}

/** Gets the picture of a job from wherever Frigate has it. */
function createFetcher(camera: string, { api, camera: config, options, signal }: Parts) {
  const name = encodeURIComponent(camera);
  /** Events that have given a frame: each has an open track, which wants an end. */
  const begun = new Set<string>();
  /** The last picture, for who draws what is seen at such an end. */
  let last: Raster | null = null;
  let failing = false;

  function report(why: string | null): void {
    if (signal.aborted) return;
    if (why !== null && !failing)
      options.onProblem(`Frigate's pictures cannot be fetched: ${why}. Trying on with each event.`);
    if (why === null && failing) options.onProblem("Frigate's pictures can be fetched again.");
    failing = why !== null;
  }

  function candidates(job: Job): Candidate[] {
    const { wanted, current, event } = job;
    const id = encodeURIComponent(event);
    const drawn = 'bbox=0&timestamp=0&quality=95';
    const at = timeOf(wanted);
    const list: Candidate[] = [];
    const add = (path: string, box: Box | null, capturedAt: number, outcome: Outcome = 'picture'): void => {
      list.push({ path, box, capturedAt, outcome });
    };
    // Full resolution, once the recorder has written that far.
    if (config.records && at !== null) {
      add(`${name}/recordings/${wanted.time}/snapshot.jpg`, wanted.box, at, 'full');
    }
    const snapshotAt = at ?? Date.now();
    if (job.last === 'no') {
      add(`events/${id}/snapshot.jpg?crop=0&${drawn}`, wanted.box, snapshotAt);
      add(`${name}/latest.jpg?${drawn}`, current.box && grown(current.box, 0.5), Date.now());
    } else if (job.hasSnapshot && !job.smaller) {
      // The clean one has no box drawn over the face; its kind depends on Frigate's version.
      for (const kind of ['webp', 'png']) add(`events/${id}/snapshot-clean.${kind}`, wanted.box, snapshotAt);
      add(`events/${id}/snapshot.jpg?crop=0&${drawn}`, wanted.box, snapshotAt);
    }
    return list;
  }

  async function open({ path, box, capturedAt }: Candidate, job: Job): Promise<Frame | 'none' | 'down'> {
    const answer = await api.picture(path);
    if (answer.kind !== 'picture') {
      report(answer.kind === 'down' ? answer.why : null);
      return answer.kind;
    }
    report(null);
    try {
      const picture = await options.codec.decode(answer.bytes, MAX_SIDE);
      last = picture;
      return eventFrame(picture, capturedAt, job, scaled(box, picture));
    } catch (error) {
      options.onProblem(`A picture of Frigate was left out: ${messageOf(error)}`);
      return 'none';
    }
  }

  /** From the pixels that Frigate detects in to those of the picture. */
  function scaled(box: Box | null, { width, height }: Raster): Box | null {
    if (!box || !config.detect) return null;
    const [sx, sy] = [width / config.detect.width, height / config.detect.height];
    return [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy];
  }

  async function picture(job: Job): Promise<{ outcome: Outcome; frame: Frame | null }> {
    for (const candidate of candidates(job)) {
      const frame = await open(candidate, job);
      if (frame === 'down') break;
      if (frame !== 'none') return { outcome: candidate.outcome, frame };
      const isLast = job.tries + 1 >= LAST_TRIES;
      if (job.last === 'ended' && candidate.outcome === 'full' && !isLast) return { outcome: 'later', frame: null };
    }
    return { outcome: 'nothing', frame: null };
  }

  return {
    async fetch(job: Job): Promise<{ outcome: Outcome; frame: Frame | null }> {
      const got = job.known ? { outcome: 'nothing' as const, frame: null } : await picture(job);
      if (got.frame && job.last === 'no') begun.add(job.event);
      if (job.last === 'no' || got.outcome === 'later') return got;
      const wantsEnd = begun.delete(job.event) && !got.frame;
      return wantsEnd && last ? { outcome: got.outcome, frame: endFrame(last, job.event) } : got;
    },
  };
}

/** Null for clocks that stand elsewhere: a recorder that has started in 1970 has nothing there to cut a frame out of. */
function timeOf({ time }: Seen): number | null {
  const at = Math.round(time * 1000);
  return at >= YEAR_2000 && at <= Date.now() + DAY_MS ? at : null;
}

function grown([x, y, w, h]: Box, by: number): Box {
  return [x - w * by, y - h * by, w * (1 + 2 * by), h * (1 + 2 * by)];
}

function eventFrame(picture: Raster, capturedAt: number, job: Job, box: Box | null): Frame {
  return {
    ...rasterFrame(picture, capturedAt),
    event: { id: job.event, box, ended: job.last !== 'no', zones: job.zones },
  };
}

/** Says that an event is over when there is no further picture of it. */
function endFrame(picture: Raster, id: string): Frame {
  return { ...rasterFrame(picture, Date.now()), event: { id, box: null, ended: true, blind: true } };
}
