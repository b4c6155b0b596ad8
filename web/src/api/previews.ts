// Live pictures: one connection carries those of all cameras that are on the screen. Nothing runs for a tab that nobody looks at, and
// where pictures come faster than they are shown, the newest wins.

import { PANEL_HEADER, tellStatus } from './client.ts';
import { createPartParser, type Part } from './streams.ts';

export interface PreviewPicture {
  readonly jpeg: Blob;
  /** Milliseconds since 1970, by the camera's clock. */
  readonly capturedAt: number;
}

export interface PreviewListener {
  picture(picture: PreviewPicture): void;
  /** Why there are none now, in Kith's words; null: they should come. */
  trouble(words: string | null): void;
}

/** Tiles come and go in bursts, as somebody scrolls. */
const GATHER_MS = 150;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** The server beats every 15 s. */
const SILENT_MS = 40_000;

interface Connection {
  /** Which it carries. */
  readonly cameras: string;
  readonly stop: AbortController;
}

const wanted = new Map<string, Set<PreviewListener>>();
let connection: Connection | undefined;
let gathering: ReturnType<typeof setTimeout> | undefined;
let wait = FIRST_WAIT_MS;

/** Shows this camera's pictures until the function it answers is called. */
export function watchCamera(camera: string, listener: PreviewListener): () => void {
  const listeners = wanted.get(camera) ?? new Set();
  wanted.set(camera, listeners);
  listeners.add(listener);
  look(GATHER_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && wanted.get(camera) === listeners) wanted.delete(camera);
    look(GATHER_MS);
  };
}

/** After a sign-in, or when Kith is back. */
export function watchAnew(): void {
  if (!connection) look(0);
}

if (typeof document === 'object') document.addEventListener('visibilitychange', () => look(0));

function look(afterMs: number): void {
  clearTimeout(gathering);
  gathering = setTimeout(() => {
    const cameras = document.hidden ? [] : [...wanted.keys()].toSorted();
    const key = cameras.join(' ');
    if (key === (connection?.cameras ?? '')) return;
    const old = connection;
    if (cameras.length === 0) {
      old?.stop.abort();
      connection = undefined;
      return;
    }
    const next = { cameras: key, stop: new AbortController() };
    connection = next;
    void run(cameras, next, old);
  }, afterMs);
}

/** Until the connection ends; then another one, where it is still wanted. */
async function run(cameras: readonly string[], own: Connection, old: Connection | undefined): Promise<void> {
  // The old one goes when the new one stands: cameras that are in both do not notice.
  const refused = await follow(cameras, own.stop, () => old?.stop.abort());
  old?.stop.abort();
  if (connection !== own) return;
  connection = undefined;
  if (refused !== null) for (const camera of cameras) tell(camera, refused);
  look(wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

/** Until it ends; what was said when it was refused. */
async function follow(cameras: readonly string[], stop: AbortController, onOpen: () => void): Promise<string | null> {
  const { signal } = stop;
  let silent = setTimeout(() => stop.abort(), SILENT_MS);
  try {
    const query = cameras.map((camera) => `camera=${encodeURIComponent(camera)}`).join('&');
    const response = await fetch(`/api/v1/previews?${query}`, { headers: PANEL_HEADER, cache: 'no-store', signal });
    tellStatus(response.status);
    if (!response.ok || !response.body) {
      const problem = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
      return problem?.error?.message ?? `HTTP ${response.status}`;
    }
    onOpen();
    const parse = createPartParser();
    const reader = response.body.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return null;
      wait = FIRST_WAIT_MS;
      clearTimeout(silent);
      silent = setTimeout(() => stop.abort(), SILENT_MS);
      deliver(parse(value));
    }
  } catch {
    if (!signal.aborted) tellStatus(0);
    return null;
  } finally {
    clearTimeout(silent);
    stop.abort();
  }
}

function deliver(parts: readonly Part[]): void {
  const newest = new Map<string, PreviewPicture>();
  for (const { headers, body } of parts) {
    const type = headers.get('content-type');
    const camera = cameraOf(headers.get('content-location'));
    if (camera === null) continue;
    if (type === 'image/jpeg') {
      const capturedAt = Date.parse(headers.get('x-captured-at') ?? '');
      newest.set(camera, { jpeg: new Blob([body], { type }), capturedAt });
    } else if (type === 'application/json') {
      const said = JSON.parse(new TextDecoder().decode(body)) as { state: string; reason: string | null };
      tell(camera, said.state === 'offline' || said.state === 'ended' ? (said.reason ?? said.state) : null);
    }
  }
  for (const [camera, picture] of newest) for (const listener of wanted.get(camera) ?? []) listener.picture(picture);
}

function tell(camera: string, words: string | null): void {
  for (const listener of wanted.get(camera) ?? []) listener.trouble(words);
}

function cameraOf(address: string | undefined): string | null {
  const id = address === undefined ? undefined : /\/cameras\/([^/]+)\/preview$/.exec(address)?.[1];
  return id === undefined ? null : decodeURIComponent(id);
}
