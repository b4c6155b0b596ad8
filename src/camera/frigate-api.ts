// Frigate's HTTP API, as far as it is needed: what a camera is like, pictures, and the name that an event gets. Port 5000 asks for no
// password; 8971 wants a login, and a proxy in front may want one of its own, so both are offered.

import { KithError } from '../errors.ts';
import { whyNoAnswer } from './back-end.ts';
import type { ApiAddress } from './frigate-address.ts';

export interface FrigateCamera {
  /** Size of the picture in whose pixels the boxes are; null when Frigate does not say. */
  readonly detect: { readonly width: number; readonly height: number } | null;
  /** Whether there are recordings to cut full frames out of. */
  readonly records: boolean;
}

/** `none`: there is no such picture, another address may have one. `down`: the API does not work at present. */
export type PictureAnswer =
  | { readonly kind: 'picture'; readonly bytes: Uint8Array }
  | { readonly kind: 'none' | 'down'; readonly why: string };

export interface FrigateApi {
  /** KithError `unavailable` when Frigate does not answer, or does not know the camera. */
  camera(name: string): Promise<FrigateCamera>;
  /** `path` below `/api/`. */
  picture(path: string): Promise<PictureAnswer>;
  /** Gives an event its name; '' takes it away. `later`: not known yet, or not reachable. */
  subLabel(event: string, camera: string, name: string): Promise<{ result: 'done' | 'later' | 'refused'; why: string }>;
}

const PICTURE_MS = 10_000;
const OTHER_MS = 10_000;
const PICTURE_BYTES = 20_000_000;
const TEXT_BYTES = 4_000_000;

export function createFrigateApi(address: ApiAddress, signal: AbortSignal): FrigateApi {
  const { user, password } = address;
  const where = `Frigate's API at ${address.url}`;
  const basic = user === null ? null : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  let cookie: string | null = null;

  async function send(path: string, timeoutMs: number, body?: unknown): Promise<Response> {
    const given = {
      ...(basic === null ? {} : { authorization: basic }),
      ...(cookie === null ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return fetch(new URL(`api/${path}`, address.url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: given,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Credentials must not follow to somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  }

  async function logIn(): Promise<boolean> {
    const answer = await send('login', OTHER_MS, { user, password });
    await answer.body?.cancel();
    const given = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (!answer.ok || given === undefined) return false;
    cookie = given;
    return true;
  }

  /** Once more after a login when Frigate wants one; its session may have ended as well. */
  async function ask(path: string, timeoutMs: number, body?: unknown): Promise<Response> {
    const answer = await send(path, timeoutMs, body);
    if (answer.status !== 401 || user === null) return answer;
    await answer.body?.cancel();
    cookie = null;
    return (await logIn()) ? send(path, timeoutMs, body) : answer;
  }

  function unavailable(why: string, cause?: unknown): KithError {
    return new KithError('unavailable', `${where} cannot be used: ${why}.`, { cause });
  }

  function trouble(status: number): string {
    if (status === 401 || status === 403) {
      return user === null
        ? 'it wants a user and a password: write ?api=http://user:password@host'
        : 'it does not accept the user and the password of "?api="';
    }
    if (status >= 300 && status < 400) return 'it redirects: put the final address into "?api="';
    return `it answers with status ${status}`;
  }

  return {
    async camera(name) {
      let text: string;
      try {
        const answer = await ask('config', OTHER_MS);
        if (!answer.ok) {
          await answer.body?.cancel();
          throw unavailable(trouble(answer.status));
        }
        text = Buffer.from(await readSome(answer, TEXT_BYTES)).toString('utf8');
      } catch (error) {
        throw error instanceof KithError ? error : unavailable(reasonOf(error), error);
      }
      const cameras = camerasOf(text);
      if (!cameras) throw unavailable('what answers there is not Frigate; check "?api="');
      const camera = cameras[name];
      if (!camera) {
        const known = Object.keys(cameras).map((one) => `"${one}"`);
        throw unavailable(`it has no camera "${name}"${known.length > 0 ? `, but ${known.join(', ')}` : ''}`);
      }
      const { width, height } = camera.detect ?? {};
      return {
        detect: isSize(width) && isSize(height) ? { width, height } : null,
        records: camera.record?.enabled !== false,
      };
    },

    async picture(path) {
      try {
        const answer = await ask(path, PICTURE_MS);
        const offline = answer.headers.get('x-frigate-offline') === 'true';
        if (!answer.ok || offline) {
          await answer.body?.cancel();
          if (offline) return { kind: 'none', why: 'the camera is offline' };
          return { kind: [400, 404, 422].includes(answer.status) ? 'none' : 'down', why: trouble(answer.status) };
        }
        const bytes = await readSome(answer, PICTURE_BYTES);
        return isPicture(bytes)
          ? { kind: 'picture', bytes }
          : { kind: 'none', why: 'it answers something that is no picture' };
      } catch (error) {
        return { kind: error instanceof KithError ? 'none' : 'down', why: reasonOf(error) };
      }
    },

    async subLabel(event, camera, name) {
      try {
        const answer = await ask(`events/${encodeURIComponent(event)}/sub_label`, OTHER_MS, { subLabel: name, camera });
        await answer.body?.cancel();
        if (answer.ok) return { result: 'done', why: '' };
        if (answer.status === 401 || answer.status === 403) {
          const why =
            user === null ? trouble(answer.status) : 'this user may not name events: it needs the role "admin" there';
          return { result: 'refused', why };
        }
        // An event that has only just begun is not in Frigate's database yet.
        const later = answer.status === 404 || answer.status >= 500;
        return { result: later ? 'later' : 'refused', why: trouble(answer.status) };
      } catch (error) {
        return { result: 'later', why: reasonOf(error) };
      }
    },
  };
}

interface CameraConfig {
  readonly detect?: { readonly width?: unknown; readonly height?: unknown };
  readonly record?: { readonly enabled?: unknown };
}

function camerasOf(text: string): Record<string, CameraConfig | undefined> | null {
  try {
    const config = JSON.parse(text) as { cameras?: unknown } | null;
    const cameras = config?.cameras;
    return typeof cameras === 'object' && cameras !== null ? (cameras as Record<string, CameraConfig>) : null;
  } catch {
    return null;
  }
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 100_000;
}

/** The body, which may be of any length until somebody counts. */
async function readSome(answer: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > most) throw new KithError('unavailable', `it answers more than ${most / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** JPEG, PNG or WebP by the first bytes: a proxy's page comes with status 200 as well. */
function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG') || /^RIFF[^]{4}WEBP/.test(head);
}

function reasonOf(error: unknown): string {
  return whyNoAnswer(error).replace(/\.$/, '');
}
