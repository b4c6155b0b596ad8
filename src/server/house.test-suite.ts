// A whole back end for tests: a real store in a temporary folder, pictures and faces in memory, one key for each scope.

import { createHash } from 'node:crypto';
import { pino } from 'pino';
import type { Face, GateCode, Match, PictureStore, Scope } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Gallery, GatePhoto, GateVerdict } from '../gallery-port.ts';
import { KithError } from '../errors.ts';
import { buildApp } from './app.ts';
import { createLocalKeys, hashKey, makeKey } from './keys.ts';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore, type TestStore } from '../../test/server-store.ts';
import type { ServerPorts } from './ports.ts';

export const NOBODY: Match = { decision: 'new', nearest: null, runnerUp: null, margin: null, threshold: 0.6 };

export interface House {
  readonly ports: { -readonly [K in keyof ServerPorts]: ServerPorts[K] } & { store: TestStore };
  readonly files: Map<string, Uint8Array>;
  readonly keys: Readonly<Record<Scope, string>>;
  /** What was logged, as lines of JSON. */
  readonly logged: string[];
  readonly woken: { times: number };
  makeKey(scopes: readonly Scope[], cameraId?: string | null): Promise<string>;
}

/** "Pictures" are texts that begin with `picture`: a number of faces may follow, as in `picture 2: anything`. */
export async function furnish(more: Omit<Partial<ServerPorts>, 'store'> = {}, databaseUrl?: string): Promise<House> {
  const files = new Map<string, Uint8Array>();
  const logged: string[] = [];
  const woken = { times: 0 };
  const store = await openTestStore(databaseUrl);
  const ports = {
    store,
    pictures: memoryPictures(files),
    codec: {
      async check(bytes: Uint8Array) {
        textOf(bytes);
        return { width: 200, height: 100, format: 'jpeg' };
      },
      decode: notNeeded,
      encodeJpeg: notNeeded,
    },
    engine: engine(),
    gallery: emptyGallery(),
    gate,
    match: async () => NOBODY,
    reconsider: null,
    visitGapMs: 60_000,
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    clock: Date.now,
    wake: () => void woken.times++,
    localKeys: createLocalKeys(),
    ...more,
  };

  async function keyFor(scopes: readonly Scope[], cameraId: string | null = null): Promise<string> {
    const key = makeKey();
    await store.keys.add({ name: scopes.join(), scopes, cameraId, hash: hashKey(key) });
    return key;
  }

  const keys = {
    camera: await keyFor(['camera']),
    log: await keyFor(['log']),
    read: await keyFor(['read']),
    people: await keyFor(['people']),
    admin: await keyFor(['admin']),
  };
  await store.cameras.put('door', 'Front door');
  return { ports, files, keys, logged, woken, makeKey: keyFor };
}

export type Inject = (request: {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  url: string;
  key?: string | null;
  json?: unknown;
  /** A body as it is. */
  raw?: string;
  form?: FormData;
  headers?: Record<string, string>;
}) => Promise<{ status: number; json: Answer; text: string; headers: Record<string, unknown> }>;

/** What tests read out of answers; absent where the answer has none. */
export interface Answer {
  readonly [key: string]: unknown;
  readonly error?: { code: string; message: string };
  readonly items?: readonly Record<string, unknown>[];
  readonly next?: string | null;
}

/** The application on these ports, without a network. `key` is the administrator's where none is given, none where null. */
export async function openInject(house: House): Promise<{
  inject: Inject;
  close: () => Promise<void>;
  app: Awaited<ReturnType<typeof buildApp>>['app'];
  context: Awaited<ReturnType<typeof buildApp>>['context'];
}> {
  const { app, context } = await buildApp(house.ports);
  const inject: Inject = async ({ method = 'GET', url, key = house.keys.admin, json, raw, form, headers = {} }) => {
    const encoded = form ? new Response(form) : undefined;
    const type = encoded?.headers.get('content-type') ?? (json === undefined ? null : 'application/json');
    const payload = encoded
      ? Buffer.from(await encoded.arrayBuffer())
      : json === undefined
        ? raw
        : JSON.stringify(json);
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(type ? { 'content-type': type } : {}),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = response.payload !== '' && String(response.headers['content-type']).startsWith('application/json');
    const answer: Answer = isJson ? response.json() : {};
    return { status: response.statusCode, json: answer, text: response.payload, headers: response.headers };
  };
  return { inject, app, context, close: () => app.close() };
}

export function picture(text: string): Blob {
  return new Blob([text], { type: 'image/jpeg' });
}

export const META = { id: 'shot-1', camera: 'door', capturedAt: '2026-01-31T12:00:00.000Z' };

/** A post of a detection; `image` or `meta` null leaves them out. */
export function shot(meta: unknown = META, image: string | null = 'picture 1'): FormData {
  const form = new FormData();
  if (meta !== null) form.set('meta', typeof meta === 'string' ? meta : JSON.stringify(meta));
  if (image !== null) form.set('image', picture(image), 'shot.jpg');
  return form;
}

function memoryPictures(files: Map<string, Uint8Array>): PictureStore {
  return {
    async put(bytes) {
      const id = createHash('sha256').update(bytes).digest('hex');
      await new Promise((resolve) => setImmediate(resolve));
      files.set(id, bytes);
      return id;
    },
    async get(id) {
      const bytes = files.get(id);
      if (!bytes) throw new KithError('not_found', 'There is no such picture.');
      return bytes;
    },
    has: async (id) => files.has(id),
    async remove(id) {
      await new Promise((resolve) => setImmediate(resolve));
      files.delete(id);
    },
  };
}

/** Nobody is near to anybody: what the gallery's distances do to an enrolment is tested in test/enrolment.test.ts. */
function emptyGallery(): Gallery {
  return {
    version: 0,
    templates: 0,
    persons: 0,
    calibration: {
      mode: 'fixed',
      threshold: 0.6,
      strangerThreshold: 0.6,
      falseNamesIn: null,
      source: 'fixed',
      shift: 0,
      persons: 0,
      references: 0,
    },
    search: () => [],
    kindOf: () => undefined,
    templatesOf: () => [],
    sync: async () => undefined,
    close: async () => undefined,
  };
}

/** The real one is in gallery/. */
function gate({ unreadable, faces, own }: GatePhoto): GateVerdict {
  if (unreadable !== null) return refused('unreadable', unreadable);
  if (faces.length === 0) return refused('no_face', 'No face was found.');
  if (faces.length > 1 && !faces.some(({ box }) => box[2] > 80)) {
    return refused('several_faces', `${faces.length} faces were found.`);
  }
  if (own.sameFile) return refused('duplicate', 'The person has this very photo already.');
  return { verdict: 'accepted', findings: [] };
}

function refused(code: GateCode, message: string): GateVerdict {
  return { verdict: 'refused', findings: [{ code, message }] };
}

function engine(): FaceEngine {
  return {
    embedder: { id: 'test@1', dimensions: 4, metric: 'euclidean', threshold: 0.6 },
    threads: 1,
    async analyse(bytes, options) {
      if (!(bytes instanceof Uint8Array)) throw new Error('The API hands over bytes.');
      const text = textOf(bytes);
      const sizes = /sizes ([\d ]+)/.exec(text)?.[1]?.trim().split(' ').map(Number);
      const count = Number(/^picture (\d+)/.exec(text)?.[1] ?? 1);
      const faces = (sizes ?? Array.from({ length: count }, () => 50)).map((size) =>
        face(size, text, options?.template),
      );
      return { width: 200, height: 100, faces };
    },
    close: async () => undefined,
  };
}

/** Pictures with the same word after "of" are of the same person. */
function face(size: number, text: string, withTemplate = false): Face {
  const who = /of (\w+)/.exec(text)?.[1] ?? '';
  const template = Float32Array.from(createHash('sha256').update(who).digest().subarray(0, 4), (byte) => byte / 255);
  const quality = {
    size: 0.9,
    sharpness: 0.8,
    light: 0.7,
    contrast: 0.9,
    pose: 0.9,
    occlusion: 1,
    total: 0.7,
    reason: 'light',
    luminance: 120,
    eyes: 1,
    mouth: 1,
  } as const;
  const point = [10, 10] as const;
  const points = [point, point, point, point, point] as const;
  const pose = { yaw: 1, pitch: 2, roll: 3 };
  return { box: [10, 10, size, size], score: 0.98765, points, pose, quality, ...(withTemplate && { template }) };
}

function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.startsWith('picture')) throw new KithError('invalid', 'These bytes are no picture.');
  return text;
}

async function notNeeded(): Promise<never> {
  throw new Error('The API does not call this.');
}
