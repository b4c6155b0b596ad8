// The camera of a browser: a kiosk page posts its frames to the back end, which hands them on to this program.

import { KithError, messageOf } from '../errors.ts';
import { ask, refreshing } from './back-end.ts';
import { rasterFrame, type BackEnd, type Frame, type Source, type SourceOptions } from './frame.ts';
import { readJpegs } from './mjpeg.ts';

const MAX_SIDE = 4_096;
/** No page sends for so long: people are told. */
const PAGE_GONE_MS = 5_000;
/** The back end says every few seconds that it is there. */
const SILENCE_MS = 60_000;

export const browserSource: Source = {
  schemes: ['browser'],
  finite: false,
  newestWins: true,
  // The stream stays open while no page is.
  quiet: true,
  async open(_url, options) {
    const { backEnd } = options;
    if (!backEnd) {
      const message = 'The source "browser:" gets its frames from the back end, which this program does not know.';
      throw new KithError('invalid', message);
    }
    const closing = new AbortController();
    const signal = AbortSignal.any([options.signal, closing.signal]);
    const stream = await listen(backEnd, signal);
    return {
      [Symbol.asyncIterator]: () => frames(stream, backEnd, options, closing),
      close() {
        closing.abort();
        return Promise.resolve();
      },
    };
  },
};

/** Address of the page that people open for this camera. */
export function kioskPage({ server, cameraId }: BackEnd): string {
  return new URL(`kiosk/${encodeURIComponent(cameraId)}`, server.endsWith('/') ? server : `${server}/`).href;
}

async function listen(backEnd: BackEnd, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { origin } = new URL(backEnd.server);
  try {
    const { body } = await ask(backEnd, `cameras/${encodeURIComponent(backEnd.cameraId)}/frames`, { signal });
    return body ?? new ReadableStream();
  } catch (error) {
    throw unavailable(`${origin}: ${messageOf(error)}`, error);
  }
}

async function* frames(
  stream: AsyncIterable<Uint8Array>,
  backEnd: BackEnd,
  { rate, codec, onProblem, onWaiting, signal }: SourceOptions,
  closing: AbortController,
): AsyncGenerator<Frame> {
  const page = kioskPage(backEnd);
  let silent = false;
  let broken = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  const onBroken = (error?: unknown): void => {
    const why = error === undefined ? 'it is no whole JPEG.' : messageOf(error);
    if (++broken === 1) onProblem(`A frame of the kiosk page was left out: ${why}`);
  };
  const gone = setTimeout(() => {
    const message = `No kiosk page is open for this camera: open ${page}`;
    onProblem(message);
    onWaiting?.(message);
  }, PAGE_GONE_MS);
  const silence = setTimeout(() => {
    silent = true;
    closing.abort();
  }, SILENCE_MS);
  try {
    for await (const jpeg of readJpegs(refreshing(stream, silence), { boundary: null, onBroken })) {
      gone.refresh();
      const at = performance.now();
      if (at - lastAt < 900 / rate) continue;
      lastAt = at;
      const capturedAt = Date.now();
      const picture = await codec.decode(jpeg, MAX_SIDE).catch(onBroken);
      if (picture) yield rasterFrame(picture, capturedAt);
    }
    throw unavailable('the back end has ended the stream of frames');
  } catch (error) {
    if (silent) throw unavailable('nothing was heard from the back end for a minute', error);
    if (signal.aborted || closing.signal.aborted) return;
    throw error instanceof KithError
      ? error
      : unavailable(`the connection to the back end broke (${messageOf(error)})`, error);
  } finally {
    clearTimeout(gone);
    clearTimeout(silence);
    closing.abort();
  }
}

function unavailable(why: string, cause?: unknown): KithError {
  return new KithError('unavailable', `There are no frames of a kiosk page: ${why.replace(/\.$/, '')}.`, { cause });
}
