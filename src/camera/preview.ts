// The live preview: while somebody watches, a few pictures a second with boxes and names go to the back end. Nobody watching: nothing
// is reduced, drawn or encoded. The search never waits for it.

import type { CameraState, Named } from '../camera-port.ts';
import type { ZoneSettings } from '../camera-zones.ts';
import type { PictureCodec, Raster } from '../domain.ts';
import { isKithError } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { askJson, type Connection } from './back-end.ts';
import type { Look } from './follow.ts';
import type { Frame } from './frame.ts';
import { drawPreview, type Labelled } from './preview-picture.ts';

export interface Preview {
  /** Before the frame is released. Quick where nobody watches or it is too early for the next picture. */
  offer(look: Look, frame: Frame): Promise<void>;
  readonly named: (named: Named) => void;
  /** The state of the camera, for people; without frames it is drawn on its own. */
  state(state: CameraState, reason: string | null): void;
  zones(zones: ZoneSettings): void;
  /** Now and then: who comes to look while there are no frames shall see why. */
  beat(): void;
  close(): Promise<void>;
}

export interface PreviewOptions extends Connection {
  readonly cameraId: string;
  readonly codec: PictureCodec;
  readonly log: Log;
  readonly watching: () => boolean;
  readonly setWatching: (watching: boolean) => void;
  /** Between two pictures, while something moves and while nothing does. */
  readonly everyMs?: number;
  readonly stillEveryMs?: number;
}

const MAX_SIDE = 960;
const JPEG_QUALITY = 75;
const STATE_EVERY_MS = 4_000;
const POST_MS = 10_000;
const RETRY_MS = 2_000;
/** Names of tracks that are remembered. */
const MOST_NAMES = 500;

interface Picture {
  readonly raster: Raster;
  readonly overlay: string;
  /** Of the frame, milliseconds since 1970. */
  readonly capturedAt: number;
}

export function openPreview(options: PreviewOptions): Preview {
  const { codec, log, cameraId, watching, everyMs = 160, stillEveryMs = 1_000 } = options;
  const path = `cameras/${encodeURIComponent(cameraId)}/preview`;
  const stopping = new AbortController();
  const names = new Map<string, Named>();
  let drawn: ZoneSettings = { include: [], exclude: [], zones: [] };
  let faces: readonly Omit<Labelled, 'named'>[] = [];
  let state: CameraState = 'starting';
  let reason: string | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;
  let last: Raster | undefined;
  /** The newest picture wins. */
  let waiting: Picture | undefined;
  let sending: Promise<void> | undefined;

  function picture(raster: Raster, fullWidth: number, text: string, capturedAt = Date.now()): Picture {
    const labelled = faces.map((face) => ({ ...face, named: names.get(face.trackId) ?? null }));
    // A source may not be able to reduce; whole pixels, no more than encoding makes of it.
    const scale = Math.min(1, MAX_SIDE / Math.max(raster.width, raster.height));
    const width = Math.max(1, Math.floor(raster.width * scale));
    const height = Math.max(1, Math.floor(raster.height * scale));
    const overlay = drawPreview({ width, height, fullWidth, faces: labelled, zones: drawn, state: text });
    return { raster, overlay, capturedAt };
  }

  function send(next: Picture): void {
    waiting = next;
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
  }

  async function sendAll(): Promise<void> {
    while (waiting && watching() && !stopping.signal.aborted) {
      const { raster, overlay, capturedAt } = waiting;
      waiting = undefined;
      try {
        const jpeg = await codec.encodeJpeg(raster, { maxSide: MAX_SIDE, quality: JPEG_QUALITY, overlay });
        const answer = await askJson(options, path, {
          method: 'POST',
          jpeg,
          capturedAt,
          signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(POST_MS)]),
        });
        if (typeof answer['watching'] === 'boolean') options.setWatching(answer['watching']);
      } catch (error) {
        if (stopping.signal.aborted) return;
        // The link says when the back end is away; a picture that cannot be drawn is a fault of ours.
        if (!isKithError(error)) log.error({ err: error }, 'A preview picture could not be made.');
        await pause(RETRY_MS, stopping.signal);
      }
    }
    waiting = undefined;
  }

  function beat(): void {
    if (state === 'running' || !watching() || performance.now() - shownAt < STATE_EVERY_MS) return;
    shownAt = performance.now();
    send(picture(last ? dimmed(last) : blank(), 1, reason === null ? state : `${state}: ${reason}`));
  }

  return {
    async offer(look, frame) {
      if (look.motion !== 'still') {
        faces = look.tracks.flatMap(({ id, seen }) =>
          seen ? [{ trackId: id, box: seen.face.box, quality: seen.face.quality.total }] : [],
        );
      }
      if (!watching()) {
        last = undefined;
        shownAt = Number.NEGATIVE_INFINITY;
        return;
      }
      if (frame.event?.blind) return;
      const now = performance.now();
      if (now - shownAt < (look.motion === 'still' ? stillEveryMs : everyMs)) return;
      shownAt = now;
      try {
        const { width, height, data } = await frame.look(MAX_SIDE);
        // The frame's own memory is used again for the next one.
        last = { width, height, data: new Uint8Array(data) };
        const text = `${state} ${new Date(look.capturedAt).toISOString().slice(11, 19)} UTC`;
        send(picture(last, look.width, text, look.capturedAt));
      } catch (error) {
        log.warn({ err: error }, 'A preview picture could not be made.');
      }
    },
    named(named) {
      if (named.track === null) return;
      names.delete(named.track);
      names.set(named.track, named);
      for (const oldest of names.keys()) if (names.size > MOST_NAMES) names.delete(oldest);
    },
    state(next, why) {
      if (state === next && reason === why) return;
      state = next;
      reason = why;
      if (state === 'running') return;
      faces = [];
      shownAt = Number.NEGATIVE_INFINITY;
      beat();
    },
    zones(next) {
      drawn = next;
    },
    beat,
    async close() {
      stopping.abort();
      await sending;
    },
  };
}

function dimmed({ width, height, data }: Raster): Raster {
  return { width, height, data: data.map((value) => value >> 2) };
}

function blank(): Raster {
  return { width: 640, height: 360, data: new Uint8Array(640 * 360 * 3).fill(24) };
}
