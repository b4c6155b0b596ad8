// The one place where the stages meet: opens them, hands them to each other, closes them in reverse order.

import { join } from 'node:path';
import { readCameraConfig } from './camera/config.ts';
import { runCamera } from './camera/camera.ts';
import { findSource } from './camera/sources.ts';
import type { CameraStatus } from './camera/status.ts';
import { announce, findRunning, httpSend, openClient, type Client, type Send } from './client.ts';
import { readConfig, type Config } from './config.ts';
import { DEMO_PHOTOS, demoSource } from './demo.ts';
import type { Detection, EmbedderInfo, FaceEngine, PictureCodec } from './domain.ts';
import type { Store } from './store-port.ts';
import { openCodec, openEngine } from './engine.ts';
import { KithError } from './errors.ts';
import type { GalleryIn } from './evaluate/identification.ts';
import { createReporter } from './evaluate/reporter.ts';
import { calibrate, measureOwn, type CalibrationWish } from './gallery/calibration.ts';
import { decide } from './gallery/decide.ts';
import { createPeople, openGallery } from './gallery/gallery.ts';
import { createReferences } from './gallery/references.ts';
import { openBackfill } from './journal/backfill.ts';
import { openWorker } from './journal/worker.ts';
import { openLifecycle, type Lifecycle } from './lifecycle.ts';
import { hideCredentials, type Log } from './log.ts';
import { mainFace } from './main-face.ts';
import { createPipeline } from './pipeline.ts';
import { reportRule } from './report-rule.ts';
import { buildApp } from './server/app.ts';
import { createLocalKeys, ensureAdminKey, makeKey } from './server/keys.ts';
import type { ServerPorts } from './server/ports.ts';
import { openServer } from './server/server.ts';
import { openStore } from './store/open.ts';
import { openPictureStore } from './store/pictures.ts';

export type Mode = 'start' | 'api' | 'worker';

export interface System {
  readonly url: string;
  readonly store: Store;
  readonly engine: FaceEngine;
  readonly codec: PictureCodec;
  readonly threshold: number;
  /** The first administrator's key, on the first start only. */
  readonly adminKey: string | null;
  /** An administrator's key of this process. */
  readonly localKey: string;
  /** Address of a new one-time link. */
  link(): string;
  /** A key of this process for a camera that it runs. */
  cameraKey(): string;
  /** Called for every detection that this process has settled. */
  onSettled(listener: (detection: Detection) => void): void;
  /** Resolves when nothing waits for this process's worker. */
  idle(): Promise<void>;
  /** The API as the command line uses it. */
  readonly client: Client;
  close(): Promise<void>;
}

/** Everything of one process: store first, then the server (so that /health answers), then models, gallery and worker. */
export async function openSystem(config: Config, mode: Mode, log: Log): Promise<System> {
  const life = openLifecycle();
  try {
    return await open();
  } catch (error) {
    await life.close();
    throw error;
  }

  async function open(): Promise<System> {
    const store = life.own(await openStoreOf(config, log));
    const codec = openCodec();
    const pictures = await openPictureStore(join(config.data, 'pictures'), {
      shared: config.databaseUrl !== undefined,
    });
    const localKeys = createLocalKeys();
    const adminKey = mode === 'worker' ? null : await ensureAdminKey(store, localKeys, config.adminKey);
    const localKey = makeKey();
    const cameraKey = makeKey();
    localKeys.accept(localKey, ['admin'], 'command line');
    localKeys.accept(cameraKey, ['camera']);

    let worker: ReturnType<typeof openWorker> | undefined;
    // Filled in as parts become ready; the server reads them at each use.
    const ports: Mutable<ServerPorts> = {
      store,
      pictures,
      codec,
      engine: null,
      gallery: null,
      match: null,
      report: null,
      reconsider: null,
      visitGapMs: config.visitGap * 1000,
      log: log.child({ part: 'server' }),
      clock: Date.now,
      wake: () => worker?.wake(),
      localKeys,
      version: VERSION,
    };
    // Side by side: the threads load the models while this one builds the server.
    const opening = openRecogniser(config, store, life, log);
    const server =
      mode === 'worker'
        ? undefined
        : life.own(
            await openServer(ports, config).catch(async (error: unknown) => {
              await opening.catch(() => undefined);
              throw error;
            }),
          );
    const { engine, gallery, find, match, report } = await opening;
    Object.assign(ports, { engine, gallery, match, report } satisfies Partial<ServerPorts>);

    const listeners: ((detection: Detection) => void)[] = [];
    if (mode !== 'api') {
      worker = life.own(
        openWorker({
          store,
          pictures,
          engine,
          gallery,
          find,
          log: log.child({ part: 'worker' }),
          visitGapMs: config.visitGap * 1000,
          onSettled: (detection) => {
            for (const listener of listeners) listener(detection);
          },
        }),
      );
    }
    // After a change of model: templates of the new one for every reference, behind the back of the worker.
    if (mode !== 'api')
      life.own(openBackfill({ store, pictures, engine, mainFace, log: log.child({ part: 'backfill' }) }));
    if (server) life.onClose(await announce(config.data, { pid: process.pid, url: server.url, key: localKey }));
    return {
      url: server?.url ?? '',
      store,
      engine,
      codec,
      get threshold() {
        return gallery.calibration.threshold;
      },
      adminKey,
      localKey,
      link: () => `${server?.url ?? ''}${server?.links.create() ?? ''}`,
      cameraKey: () => cameraKey,
      onSettled: (listener) => listeners.push(listener),
      idle: async () => worker?.idle(),
      client: openClient(httpSend(server?.url ?? ''), localKey, server?.url ?? null, () => Promise.resolve()),
      close: () => life.close(),
    };
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const VERSION = '0.1.0';

export function openStoreOf(config: Config, log: Log): Promise<Store> {
  return openStore({ dataDir: config.data, databaseUrl: config.databaseUrl, log: log.child({ part: 'store' }) });
}

/** For commands: over HTTP to the program that runs on the data folder, else the same API inside this process. `faces`:
 * the command has pictures, so models and gallery are needed too. */
export async function openLocalClient(faces: boolean, log: Log, config = readConfig()): Promise<Client> {
  const running = config.databaseUrl === undefined ? await findRunning(config.data) : null;
  if (running) return openClient(httpSend(running.url), running.key, running.url, () => Promise.resolve());
  const life = openLifecycle();
  try {
    const store = life.own(await openStoreOf(config, log));
    const pictures = await openPictureStore(join(config.data, 'pictures'), {
      shared: config.databaseUrl !== undefined,
    });
    const localKeys = createLocalKeys();
    const key = makeKey();
    localKeys.accept(key, ['admin'], 'command line');
    const recogniser = faces
      ? await openRecogniser(config, store, life, log)
      : { engine: null, gallery: null, match: null, report: null };
    const { app } = await buildApp({
      ...recogniser,
      reconsider: null,
      visitGapMs: config.visitGap * 1000,
      store,
      pictures,
      codec: openCodec(),
      log,
      clock: Date.now,
      wake: () => undefined,
      localKeys,
      version: VERSION,
    });
    life.own(app);
    const send: Send = async ({ method, url, headers, body }) => {
      const payload = body ? { payload: Buffer.from(body) } : {};
      const answer = await app.inject({ method: method as 'GET', url, headers: { ...headers }, ...payload });
      return { status: answer.statusCode, body: answer.body };
    };
    return openClient(send, key, null, () => life.close());
  } catch (error) {
    await life.close();
    throw error;
  }
}

/** Engine, gallery and the way from a template to a match. */
async function openRecogniser(config: Config, store: Store, life: Lifecycle, log: Log) {
  const engine = life.own(await openEngine(config, log));
  const gallery = life.own(
    await openGallery({
      store,
      embedder: engine.embedder,
      wish: decisionOf(config),
      log: log.child({ part: 'gallery' }),
    }),
  );
  const { find, match } = createPipeline({ engine, gallery, decide });
  const report = createReporter({
    store,
    rule: () => reportRule(gallery, store, engine.embedder),
    version: VERSION,
    clock: Date.now,
  });
  return { engine, gallery, find, match, report };
}

/** A threshold alone asks for the fixed decision: it means nothing in the other one. */
export function decisionOf({ decision, threshold, falseNamesIn }: Config): CalibrationWish {
  return { mode: decision ?? (threshold === undefined ? 'calibrated' : 'fixed'), threshold, falseNamesIn };
}

/** For commands that need nothing but faces. */
export async function withEngine<T>(log: Log, work: (engine: FaceEngine) => Promise<T>): Promise<T> {
  const engine = await openEngine(readConfig(), log);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** The camera program: its own engine and spool, and nothing of the back end but its address. */
export async function runCameraProgram(options: {
  readonly file?: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onStatus: (status: CameraStatus) => void;
}): Promise<CameraStatus> {
  const { file, overrides, log, signal, onStatus } = options;
  const { data, ...camera } = readCameraConfig({
    ...(file === undefined ? {} : { file }),
    ...(overrides ? { overrides } : {}),
  });
  const config = readConfig({ overrides: { data, profile: camera.profile, threads: 1 } });
  const engine = await openEngine(config, log);
  try {
    return await runCamera(camera, {
      engine,
      codec: openCodec(),
      log: log.child({ camera: camera.id }),
      signal,
      spoolFolder: join(data, 'spool', camera.id),
      sources: [demoSource(DEMO_PHOTOS)],
      onStatus,
    });
  } finally {
    await engine.close();
  }
}

/** Galleries for the identification protocol: the program's own, and the textbook's. */
export function galleriesOf(embedder: EmbedderInfo, wish: CalibrationWish): GalleryIn {
  return async (entries) => {
    const people = createPeople(wish.mode, embedder);
    const references = createReferences(embedder);
    for (const [i, { personId, vector }] of entries.entries()) {
      const entry = { referenceId: `${i}`, personId, kind: 'known', vector } as const;
      people.put(entry);
      references.put(entry);
    }
    const calibration = calibrate(wish, embedder, await measureOwn(people));
    return {
      calibration,
      search: (shots) => people.search(shots, 2),
      decide: (candidates) => decide(candidates, (id) => people.kindOf(id), calibration),
      textbook: { threshold: embedder.threshold, search: (shots) => references.search(shots, 1)[0] },
    };
  };
}

const TRY_MS = 6000;

/** Opens a camera for some seconds and says what it shows. */
export async function tryCamera(address: string, config: Config, log: Log): Promise<string> {
  const { source, url } = findSource(address, [demoSource(DEMO_PHOTOS)]);
  const engine = await openEngine(config, log);
  const problems: string[] = [];
  const signal = AbortSignal.timeout(TRY_MS);
  try {
    const stream = await source.open(url, {
      rate: 4,
      pace: 'fast',
      photosPerSecond: 4,
      codec: openCodec(),
      onProblem: (problem) => problems.push(problem),
      signal,
    });
    let frames = 0;
    let faces = 0;
    let size = '';
    try {
      for await (const frame of stream) {
        const raster = await frame.raster();
        size = `${raster.width}×${raster.height}`;
        faces += (await engine.analyse(raster)).faces.length;
        frame.release();
        if (++frames >= 12 || signal.aborted) break;
      }
    } finally {
      await stream.close();
    }
    if (frames === 0)
      throw new KithError('invalid', `The camera gave no picture in ${TRY_MS / 1000} s. ${problems.join(' ')}`.trim());
    return `${hideCredentials(address)} gives pictures of ${size}; ${faces} faces in ${frames} of them.`;
  } finally {
    await engine.close();
  }
}

export type { IdentificationResult } from './evaluate/identification.ts';
export type { VerificationResult } from './evaluate/verification.ts';
