// A back end whose store, gallery and gate are real and whose faces are written down: a photo is a text that says who is on it.

import type { Face, Quality } from '../src/domain.ts';
import type { Analysis, FaceEngine } from '../src/face-port.ts';
import { KithError } from '../src/errors.ts';
import { openClient, type Client, type Request } from '../src/client.ts';
import { judgePhoto } from '../src/gallery/gate.ts';
import { openGallery } from '../src/gallery/gallery.ts';
import { openLog } from '../src/log.ts';
import { furnish, openInject, type House, type Inject } from '../src/server/house.test-suite.ts';

/** Who is on the photo, by shares: `{ ann: 1 }` is Ann, `{ ann: 0.3, ben: 1 }` looks like Ben and a little like Ann. */
export interface Shown {
  readonly who?: Readonly<Record<string, number>>;
  /** Different shots of one person are 0.28 apart. */
  readonly shot?: number;
  /** Saved anew: other bytes, the same face. */
  readonly copy?: number;
  readonly faces?: number;
  /** Pixels between the eyes. */
  readonly eyes?: number;
  readonly quality?: Partial<Quality>;
}

const PERSONS = ['ann', 'ben', 'cleo', 'dora', 'eve', 'fay', 'gwen', 'hans'];
const SHOTS = 24;
const DIMENSIONS = PERSONS.length + SHOTS;
const GOOD: Quality = {
  size: 1,
  sharpness: 1,
  light: 1,
  contrast: 1,
  pose: 1,
  occlusion: 1,
  total: 1,
  reason: 'size',
  luminance: 120,
  eyes: 1,
  mouth: 1,
};

export function photo(shown: Shown): Buffer {
  return Buffer.from(`picture ${JSON.stringify(shown)}`);
}

export interface EnrolmentHouse {
  readonly house: House;
  readonly inject: Inject;
  readonly client: Client;
  /** How many photos the engine was asked about. */
  readonly engine: { analysed: number };
  /** Called before each request of the client. */
  onRequest: (request: Request) => void;
  close(): Promise<void>;
}

export async function openHouse(): Promise<EnrolmentHouse> {
  const counting = { analysed: 0 };
  const engine = engineOf(counting);
  const house = await furnish({ engine, gate: judgePhoto });
  const gallery = await openGallery({
    store: house.ports.store,
    embedder: engine.embedder,
    wish: { mode: 'fixed', falseNamesIn: 1000 },
    log: openLog({ level: 'silent' }),
  });
  house.ports.gallery = gallery;
  const { inject, app, close } = await openInject(house);
  const client = openClient(
    async ({ method, url, headers, body }) => {
      const payload = body ? { payload: Buffer.from(body) } : {};
      const answer = await app.inject({ method: method as 'GET', url, headers: { ...headers }, ...payload });
      return { status: answer.statusCode, body: answer.body };
    },
    house.keys.admin,
    null,
    () => Promise.resolve(),
  );
  const open: EnrolmentHouse = {
    house,
    inject,
    client: {
      ...client,
      async call<T>(request: Request): Promise<T> {
        open.onRequest(request);
        return client.call<T>(request);
      },
    },
    engine: counting,
    onRequest: () => undefined,
    async close() {
      await close();
      await gallery.close();
    },
  };
  return open;
}

function engineOf(counting: { analysed: number }): FaceEngine {
  return {
    embedder: { id: 'test@1', dimensions: DIMENSIONS, metric: 'euclidean', threshold: 0.6 },
    threads: 1,
    async analyse(bytes): Promise<Analysis> {
      counting.analysed += 1;
      const text = Buffer.from(bytes as Uint8Array).toString();
      if (!text.startsWith('picture ')) throw new KithError('invalid', 'These bytes are no picture.');
      const shown = JSON.parse(text.slice('picture '.length)) as Shown;
      return { width: 400, height: 300, faces: Array.from({ length: shown.faces ?? 1 }, () => faceOf(shown)) };
    },
    close: async () => undefined,
  };
}

function faceOf({ who = { ann: 1 }, shot = 0, eyes = 60, quality = {} }: Shown): Face {
  const template = new Float32Array(DIMENSIONS);
  for (const [name, share] of Object.entries(who)) template[PERSONS.indexOf(name)] = share;
  template[PERSONS.length + (shot % SHOTS)] = 0.2;
  const rest = [10, 10] as const;
  return {
    box: [20, 20, 150, 150],
    score: 0.99,
    points: [[40, 50], [40 + eyes, 50], rest, rest, rest],
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: { ...GOOD, ...quality },
    template,
  };
}
