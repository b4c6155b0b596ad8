// /system: how Kith is, the last hour of its log, and failed detections once more.

import { Type } from 'typebox';
import { camerasOf, checkSeesAll } from './auth.ts';
import { loaded, type App, type Context } from './context.ts';
import { cameraState } from './camera-json.ts';
import { API, maybeTime, time } from './json.ts';
import { answers, emptyIsObject } from './route-schemas.ts';
import { Exact, Id } from './schemas.ts';
import { checksOf, diskLevel } from './system-checks.ts';
import { LogLevelSchema, LogLinesJson, SystemJson } from './system-schemas.ts';

const tags = ['system'];
/** All who look within this time see the same. */
const FRESH_MS = 1_000;
const MOST_LINES = 1_000;
const MOST_IDS = 500;

const LogQuery = Exact({
  level: Type.Optional(LogLevelSchema),
  part: Type.Optional(Type.String({ maxLength: 100 })),
  query: Type.Optional(Type.String({ maxLength: 200, description: 'part of the line, without case' })),
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'only lines after this `seq`' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_LINES, default: 200 })),
});
const Retry = Exact({
  detections: Type.Optional(
    Type.Array(Id, { minItems: 1, maxItems: MOST_IDS, description: 'default: all that failed' }),
  ),
});

export function systemRoutes(app: App, context: Context): void {
  const { ports } = context;
  let last: { at: number; answer: ReturnType<typeof look> } | null = null;

  app.get(
    `${API}/system`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'How Kith is: checks, queue, workers, storage, versions',
        response: answers(200, SystemJson),
      },
    },
    async (request) => {
      const now = ports.clock();
      const hers = camerasOf(request);
      if (hers !== null) return look(context, now, hers);
      if (!last || now - last.at >= FRESH_MS || now < last.at) {
        const answer = look(context, now, null);
        last = { at: now, answer };
        answer.catch(() => (last = null));
      }
      return last.answer;
    },
  );

  app.get(
    `${API}/system/logs`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'The last hour of the log of this process and its cameras, newest `limit` lines',
        querystring: LogQuery,
        response: answers(200, LogLinesJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'the log of Kith');
      const { query } = request;
      const log = loaded(ports.logged ?? null);
      const { lines, parts } = log.read({ ...query, limit: query.limit ?? 200 });
      const items = lines.map(({ at, details, ...line }) => ({
        ...line,
        at: time(at),
        details: details && { ...details },
      }));
      return { items, next: null, parts: [...parts], run: log.run };
    },
  );

  app.post(
    `${API}/detections/retry`,
    {
      config: { access: ['people'], audit: 'detection.retry' },
      preValidation: emptyIsObject,
      schema: {
        tags: ['detections'],
        summary: 'Have failed detections tried again, of the cameras that the caller may see',
        body: Retry,
        response: answers(200, Type.Object({ retried: Type.Integer({ minimum: 0 }) })),
      },
    },
    async (request) => {
      const retried = await ports.store.upkeep.retryFailed(request.body.detections ?? null, camerasOf(request));
      if (retried > 0) ports.wake();
      return { retried };
    },
  );
}

/** `hers`: the cameras that are told of; null: all. */
async function look({ ports, hub, pace }: Context, now: number, hers: readonly string[] | null) {
  const { store, gallery, engine } = ports;
  const [queue, all, schema, storage, backups] = await Promise.all([
    store.upkeep.queue(now),
    store.cameras.list(),
    store.upkeep.schemaVersion(),
    ports.system?.storage() ?? null,
    ports.backups?.state() ?? null,
  ]);
  const cameras = all.filter(({ id }) => hers === null || hers.includes(id));
  const states = cameras.map((camera) => ({
    name: camera.name,
    state: cameraState(camera, now),
    // A camera of which no program was ever heard has only posted pictures, or was only named.
    expected: camera.said !== null || (camera.settings !== null && camera.runsHere),
  }));
  const notReady = [...(ports.notReady?.() ?? [])];
  if (!engine || !ports.match) notReady.push('The models are still being loaded.');
  const own = ports.system?.worker() ?? null;
  const machine = ports.system?.machine();
  const others = queue.leases.filter(({ owner }) => owner !== own?.name);
  const settings = ports.settings?.state() ?? null;
  return {
    at: time(now),
    startedAt: time(machine?.startedAt ?? now),
    versions: {
      kith: ports.version ?? '',
      node: machine?.node ?? process.version,
      platform: machine?.platform ?? process.platform,
      schema,
      model: engine?.embedder.id ?? null,
    },
    machine: {
      hostname: machine?.hostname ?? '',
      pid: machine?.pid ?? process.pid,
      cores: machine?.cores ?? 1,
      cpu: machine?.cpu ?? null,
      memoryBytes: machine?.memoryBytes ?? process.memoryUsage.rss(),
      machineMemoryBytes: machine?.machineMemoryBytes ?? 0,
      machineFreeBytes: machine?.machineFreeBytes ?? 0,
    },
    storage: storage && {
      kind: store.kind,
      folder: storage.folder,
      freeBytes: storage.freeBytes,
      totalBytes: storage.totalBytes,
      level: diskLevel(storage.freeBytes),
      databaseBytes: storage.databaseBytes,
      pictures: storage.pictures && {
        count: storage.pictures.count,
        bytes: storage.pictures.bytes,
        countedAt: time(storage.pictures.countedAt),
      },
    },
    queue: {
      pending: queue.pending,
      failed: queue.failed,
      oldestAt: maybeTime(queue.oldestAt),
      perMinute: pace.perMinute(),
      minutes: [...pace.minutes()],
    },
    workers: [
      ...(own ? [{ ...own, here: true }] : []),
      ...others.map(({ owner, count }) => ({
        name: owner,
        here: false,
        inFlight: count,
        threads: null,
        classified: null,
        rejected: null,
        failed: null,
        retried: null,
      })),
    ],
    gallery: gallery && {
      persons: gallery.persons,
      templates: gallery.templates,
      threshold: gallery.calibration.threshold,
    },
    listeners: hub.listeners,
    cameras: [...new Set(states.map(({ state }) => state))].map((state) => ({
      state,
      count: states.filter((one) => one.state === state).length,
    })),
    checks: checksOf({
      now,
      storage,
      queue,
      works: own !== null || others.length > 0,
      notReady,
      cameras: states,
      backups,
      settings,
    }).map((check) => ({ ...check, values: { ...check.values } })),
  };
}
