// The camera of a browser: a kiosk page posts its frames to the back end, which hands them on to this program.

import { KithError, messageOf } from '../errors.ts';
import { rasterFrame, type BackEnd, type Frame, type Source, type SourceOptions } from './frame.ts';
import { readParts } from './multipart.ts';

const FRAME_BYTES = 4 * 1024 * 1024;
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
    const answer = await ask(backEnd, signal);
    return {
      [Symbol.asyncIterator]: () => frames(answer, backEnd, options, closing),
      close() {
        closing.abort();
        return Promise.resolve();
      },
    };
  },
};

/** Address of the page that people open for this camera. */
export function kioskPage({ server, cameraId }: BackEnd): string {
  return below(server, `kiosk/${encodeURIComponent(cameraId)}`).href;
}

async function ask(backEnd: BackEnd, signal: AbortSignal): Promise<Response> {
  const { server, key, cameraId } = backEnd;
  const url = below(server, `api/v1/cameras/${encodeURIComponent(cameraId)}/frames`);
  let answer: Response;
  try {
    answer = await fetch(url, {
      headers: { authorization: `Bearer ${key}`, accept: 'multipart/x-mixed-replace' },
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw unavailable(`${url.origin} cannot be reached (${messageOf(cause)})`, error);
  }
  if (answer.ok && answer.body) return answer;
  await answer.body?.cancel();
  if (answer.status === 401 || answer.status === 403) {
    throw unavailable(
      `${url.origin} does not accept the key of the camera "${cameraId}" (${answer.status}); check "key"`,
    );
  }
  if (answer.status === 404) throw unavailable(`${url.origin} knows no camera "${cameraId}", or is no Kith`);
  throw unavailable(`${url.origin} answers with status ${answer.status}`);
}

async function* frames(
  answer: Response,
  backEnd: BackEnd,
  { rate, codec, onProblem, onWaiting, signal }: SourceOptions,
  closing: AbortController,
): AsyncGenerator<Frame> {
  const page = kioskPage(backEnd);
  let silent = false;
  let broken = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
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
    for await (const part of readParts(
      answer.body ?? new ReadableStream(),
      answer.headers.get('content-type'),
      FRAME_BYTES,
    )) {
      silence.refresh();
      // A part without a picture only says that the back end is there.
      if (part.type !== 'image/jpeg' || part.bytes.length === 0) continue;
      gone.refresh();
      const at = performance.now();
      if (at - lastAt < 900 / rate) continue;
      lastAt = at;
      const capturedAt = Date.now();
      const picture = await codec.decode(part.bytes, MAX_SIDE).catch((error: unknown) => {
        if (++broken === 1) onProblem(`A frame of the kiosk page was left out: ${messageOf(error)}`);
        return null;
      });
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

function below(server: string, path: string): URL {
  return new URL(path, server.endsWith('/') ? server : `${server}/`);
}

function unavailable(why: string, cause?: unknown): KithError {
  return new KithError('unavailable', `There are no frames of a kiosk page: ${why}.`, { cause });
}
