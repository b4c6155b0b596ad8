// The one place where the stages meet: opens them, hands them to each other, closes them in reverse order.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { announce, findRunning, httpSend, openClient, type Client } from './client.ts';
import { readConfig, type Config } from './config.ts';
import type { Detection, PictureCodec } from './domain.ts';
import type { FaceEngine } from './face-port.ts';
import type { LogRing } from './log-ring.ts';
import type { Store } from './store-port.ts';
import { listEmbedders, openCodec } from './engine.ts';
import { openDailyBackups } from './daily-backup.ts';
import { judgePhoto } from './gallery/gate.ts';
import { createReconsider } from './journal/reconsider.ts';
import { openRegrouping } from './journal/regrouping.ts';
import { openWorker } from './journal/worker.ts';
import { openCameraTrials } from './camera-trials.ts';
import { createAccessTrial } from './notify/access-trial.ts';
import { openPlanner } from './notify/planner.ts';
import { PERFORM } from './notify/perform.ts';
import { noteRun } from './notify/run-note.ts';
import { openRunner } from './notify/runner.ts';
import { tryRule } from './notify/try-out.ts';
import { openWatch } from './notify/watch.ts';
import { openInnerApi } from './inner-api.ts';
import { openLifecycle } from './lifecycle.ts';
import { createNotifying } from './notifying.ts';
import type { Log } from './log.ts';
import { createModelControl } from './model-control.ts';
import type { ModelSwitch } from './model-switch.ts';
import { openModels, portsOf, reconsiderPortsOf, reporterOf } from './open-models.ts';
import { buildApp } from './server/app.ts';
import { createLocalKeys, ensureAdminKey, makeKey } from './server/keys.ts';
import type { ServerPorts } from './server/ports.ts';
import { openServer } from './server/server.ts';
import { createSettings } from './settings-file.ts';
import { openStore } from './store/open.ts';
import { openPictureStore } from './store/pictures.ts';
import { openSystemFacts } from './system-facts.ts';
import { injectSend } from './user-client.ts';

export type Mode = 'start' | 'api' | 'worker';

export interface System {
  readonly url: string;
  readonly store: Store;
  readonly codec: PictureCodec;
  /** Of the model in force, as the threshold is. */
  readonly engine: FaceEngine;
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
export async function openSystem(given: Config, mode: Mode, log: Log, logged?: LogRing): Promise<System> {
  const life = openLifecycle();
  /** Some of it changes while Kith runs: whoever uses such a setting reads it at each use. */
  const config = { ...given };
  try {
    return await open();
  } catch (error) {
    await life.close();
    throw error;
  }

  async function open(): Promise<System> {
    const store = life.own(await openStoreOf(config, log));
    if (store.kind === 'sqlite') await Promise.all([store.cameras.freeAll(), store.deliveries.freeAll()]);
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

    const trials = life.own(
      openCameraTrials({
        data: config.data,
        connection: () => (server ? { server: server.url, key: cameraKey } : null),
      }),
    );
    let worker: ReturnType<typeof openWorker> | undefined;
    let models: ModelSwitch | undefined;
    const api = life.own(
      openInnerApi(
        () => server?.app ?? null,
        async () => (await buildApp(ports)).app,
      ),
    );
    const notifying = life.own(
      await createNotifying({
        store,
        pictures,
        codec,
        config,
        api,
        threshold: () => models?.current.threshold ?? null,
        log: log.child({ part: 'messages' }),
      }),
    );
    // Filled in as parts become ready; the server reads them at each use.
    const ports: Mutable<ServerPorts> = {
      store,
      pictures,
      codec,
      engine: null,
      gallery: null,
      match: null,
      gate: judgePhoto,
      report: null,
      reconsider: null,
      sight: {
        discover: async (signal) => (await discovery()).discoverCameras(signal),
        usb: async () => (mode === 'start' ? (await discovery()).usbCameras() : []),
        devices: mode === 'start',
        own: (id) => config.cameras.find((camera) => camera.id === id) ?? null,
        probe: trials.probe,
        examine: trials.examine,
      },
      get visitGapMs() {
        return config.visitGap * 1000;
      },
      settings: createSettings({
        config: given,
        onChange(values) {
          Object.assign(config, values);
          models?.current.setFalseNamesIn(config.falseNamesIn);
        },
      }),
      logged: logged ? { read: logged.read, run: randomUUID() } : null,
      log: log.child({ part: 'server' }),
      clock: Date.now,
      wake: () => worker?.wake(),
      localKeys,
      trustProxy: config.trustProxy,
      version: VERSION,
      notReady: () => (models?.problem ? [models.problem] : []),
      tryRule: (rule, options) => tryRule(store, rule, options),
      pictureLinks: notifying.pictureLinks,
      pushKey: notifying.pushKey,
      sendTest: notifying.sendTest,
      acting: notifying.acting,
      hooks: notifying.hooks,
      runCommand: notifying.runCommand,
    };
    if (mode !== 'worker') {
      const { data: dataDir } = config;
      ports.system = life.own(openSystemFacts({ dataDir, store, worker: workerFacts }));
      const part = log.child({ part: 'backup' });
      const makesDaily = mode === 'start';
      ports.backups = life.own(openDailyBackups({ dataDir, store, version: VERSION, config, log: part, makesDaily }));
    }
    // Side by side: the threads load the models while this one builds the server.
    const opening = openModels(
      { config, store, pictures, log },
      {
        decides: mode !== 'worker',
        replaces: mode === 'start',
        prepares: mode !== 'api',
        busy: () => (worker?.stats.inFlight ?? 0) > 0,
        onSwap: (next) => {
          Object.assign(ports, portsOf(next));
          worker?.wake();
        },
        drained: async () => {
          await Promise.all([server?.drained(), worker?.drained()]);
        },
      },
    );
    const server: Awaited<ReturnType<typeof openServer>> | undefined =
      mode === 'worker'
        ? undefined
        : life.own(
            await openServer(ports, config).catch(async (error: unknown) => {
              // Nothing owns it yet; left open, its threads would keep the process alive.
              await opening.then(({ switcher }) => switcher.close()).catch(() => undefined);
              throw error;
            }),
          );
    const { switcher, control } = await opening;
    models = life.own(switcher);
    const reconsider = createReconsider(() => reconsiderPortsOf(switcher.current, store, config));
    const report = reporterOf(switcher, store, VERSION);
    const accessContext = async () => {
      const { threshold, model } = switcher.current;
      return { threshold, model, calendar: await store.rules.calendar() };
    };
    const tryAccess = createAccessTrial({ store, context: accessContext, clock: Date.now });
    Object.assign(ports, { ...portsOf(switcher.current), models: control, reconsider, report, tryAccess });

    const listeners: ((detection: Detection) => void)[] = [];
    if (mode !== 'api') {
      const part = log.child({ part: 'rules' });
      const alerts = life.own(await openPlanner({ store, log: part }));
      life.own(openWatch({ store, log: part }));
      worker = life.own(
        openWorker({
          store,
          alerts,
          pictures,
          recogniser: () => switcher.current,
          log: log.child({ part: 'worker' }),
          get visitGapMs() {
            return config.visitGap * 1000;
          },
          onSettled: (detection) => {
            for (const listener of listeners) listener(detection);
          },
        }),
      );
      const commands = config.actions.filter(({ kind }) => kind === 'command');
      await store.actions.fix(store.kind === 'sqlite' ? 'this Kith' : hostname(), config.actions, Date.now());
      life.own(
        await openRunner({
          store,
          perform: PERFORM,
          commands: new Map(commands.map(({ id, settings }) => [id, settings])),
          machine: hostname(),
          context: accessContext,
          note: noteRun(store),
          log: log.child({ part: 'actions' }),
          clock: Date.now,
        }),
      );
      const gallery = () => switcher.current.gallery;
      life.own(openRegrouping({ reconsider, gallery, log: log.child({ part: 'strangers' }) }));
      life.own(notifying.dispatch((done) => server?.delivered(done)));
    }
    if (server) life.onClose(await announce(config.data, { pid: process.pid, url: server.url, key: localKey }));
    return {
      url: server?.url ?? '',
      store,
      codec,
      get engine() {
        return switcher.current.engine;
      },
      get threshold() {
        return switcher.current.threshold;
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

    function workerFacts() {
      if (!worker || !models) return null;
      const { inFlight, classified, rejected, failed, retried } = worker.stats;
      const { threads } = models.current.engine;
      return { name: worker.name, threads, inFlight, classified, rejected, failed, retried };
    }
  }
}

/** Brings the decoder along, which a back end needs for nothing else. */
const discovery = () => import('./discover.ts');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const VERSION = '0.1.0';

export function openStoreOf(config: Config, log: Log): Promise<Store> {
  return openStore({ dataDir: config.data, databaseUrl: config.databaseUrl, log: log.child({ part: 'store' }) });
}

/** For commands: over HTTP to the program that runs on the data folder, else the same API inside this process. `faces`:
 * the command has pictures, so models and gallery are needed too; `prepare`: and another model is prepared while it waits. */
export async function openLocalClient(faces: boolean | 'prepare', log: Log, config = readConfig()): Promise<Client> {
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
    const ports: Mutable<ServerPorts> = {
      engine: null,
      gallery: null,
      match: null,
      models: null,
      reconsider: null,
      visitGapMs: config.visitGap * 1000,
      store,
      pictures,
      codec: openCodec(),
      gate: judgePhoto,
      log,
      clock: Date.now,
      wake: () => undefined,
      localKeys,
      version: VERSION,
    };
    const { app, context } = await buildApp(ports);
    life.own(app);
    if (faces === false) {
      ports.models = createModelControl({ store, embedders: () => listEmbedders(config) });
    } else {
      const { switcher, control } = await openModels(
        { config, store, pictures, log },
        {
          decides: false,
          replaces: false,
          prepares: faces === 'prepare',
          busy: () => false,
          onSwap: (next) => Object.assign(ports, portsOf(next)),
          drained: () => context.running.ended(),
        },
      );
      life.own(switcher);
      const reconsider = createReconsider(() => reconsiderPortsOf(switcher.current, store, config));
      const report = reporterOf(switcher, store, VERSION);
      Object.assign(ports, { ...portsOf(switcher.current), models: control, reconsider, report });
    }
    return openClient(injectSend(app), key, null, () => life.close());
  } catch (error) {
    await life.close();
    throw error;
  }
}

export type { IdentificationResult } from './evaluate/identification.ts';
export type { VerificationResult } from './evaluate/verification.ts';
