// /strangers: the unknown persons as a queue to work off, and what lies between two persons ("A or B?").

import { setImmediate } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { KithError } from '../errors.ts';
import type { StrangerCount, Undecided } from '../stranger-port.ts';
import { camerasOf, checkCamera } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, detectionPicture, round, time } from './json.ts';
import { createLookalikes, type Near } from './lookalikes.ts';
import { personInForce } from './people-in-force.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';
import { createStrangerQueue, pageOf, sumOf, type StrangerList } from './stranger-queue.ts';
import { chooseShots } from './stranger-shots.ts';
import {
  StrangerJson,
  StrangersJson,
  StrangersQuery,
  UndecidedJson,
  UndecidedQuery,
  type LookalikeJson,
  type ShotJson,
} from './stranger-schemas.ts';

const tags = ['strangers'];

export function strangerRoutes(app: App, { ports }: Context): void {
  const { store } = ports;
  const queue = createStrangerQueue(store, ports.clock);
  const lookalikes = createLookalikes(store, () => ports.gallery);

  app.get(
    `${API}/strangers`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'Unknown persons who wait for a name, the largest and most recent first',
        querystring: StrangersQuery,
        response: answers(200, StrangersJson),
      },
    },
    async (request) => {
      const { limit = 20, cursor, sort = 'largest', camera, seenSince, ignored = false } = request.query;
      const cameras = seen(request, camera);
      const list = await queue.list(cameras);
      const since = seenSince === undefined ? 0 : Date.parse(seenSince);
      const listed = list.all.filter((one) => one.ignored === ignored && one.lastAt >= since);
      const { items, next } = pageOf(listed, sort, { limit, ...(cursor && { cursor }) });
      return { items: await describe(items, list, cameras), next, totals: list.totals };
    },
  );

  app.get(
    `${API}/strangers/undecided`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: '"A or B?": sightings between two persons, by track, the latest first',
        querystring: UndecidedQuery,
        response: answers(200, S.List(UndecidedJson)),
      },
    },
    async (request) => {
      const { limit = 20, cursor, camera } = request.query;
      const cameras = seen(request, camera);
      await ports.gallery?.sync();
      const { items, next } = await store.strangers.undecided(cameras, { limit, ...(cursor && { cursor }) });
      const describeOne = await lookalikes.describe(items.flatMap(betweenOf), cameras);
      const described: UndecidedJson[] = [];
      for (const item of items) described.push(await undecidedJson(item, describeOne));
      return { items: described, next };
    },
  );

  app.get(
    `${API}/strangers/:id`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'One unknown person as in the queue; 409 says who she is by now',
        params: S.IdParams,
        response: answers(200, StrangerJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const cameras = seen(request, undefined);
      const list = await queue.list(cameras);
      const one = list.all.find((stranger) => stranger.id === id);
      if (!one) throw await notWaiting(id, cameras);
      const [described] = await describe([one], list, cameras);
      if (!described) throw notFound('stranger', id);
      return described;
    },
  );

  /** Why she is not in the queue: she is somebody by now, or nobody whom the caller may see. */
  async function notWaiting(id: string, cameras: readonly string[] | null): Promise<KithError> {
    const { kind, name } = await personInForce(store, id, cameras);
    if (kind === 'unknown') return notFound('stranger', id);
    return new KithError('conflict', `She is ${JSON.stringify(name)} by now, a known person: look among the people.`);
  }

  async function describe(
    strangers: readonly StrangerCount[],
    list: StrangerList,
    cameras: readonly string[] | null,
  ): Promise<StrangerJson[]> {
    await ports.gallery?.sync();
    const model = (await store.models.state()).active ?? ports.engine?.embedder.id ?? '';
    const ids = strangers.map(({ id }) => id);
    const details = await store.strangers.visitsOf(ids, cameras);
    const shots = await store.strangers.shots(ids, cameras, model);
    const mayBe = await mayBeOf(ids, list, cameras);
    const sums = { waiting: list.totals.sightings, ignored: sumOf(list.all) - list.totals.sightings };
    const described: StrangerJson[] = [];
    for (const { id, ignored, sightings, lastAt } of strangers) {
      const seenAs = details.get(id);
      // Erased, or merged into somebody, since they were counted.
      if (!seenAs) continue;
      const { name, visits, firstAt, cameras: places } = seenAs;
      const all = ignored ? sums.ignored : sums.waiting;
      described.push({
        person: { id, name, kind: 'unknown', ignored },
        sightings,
        visits,
        firstSeenAt: time(firstAt),
        lastSeenAt: time(lastAt),
        share: all === 0 ? 0 : round(sightings / all),
        cameras: places.map((place) => ({ id: place.cameraId, sightings: place.sightings })),
        shots: chooseShots(shots.get(id) ?? []).map(shotJson),
        mayBe: await mayBe(id),
      });
    }
    return described;
  }

  async function mayBeOf(ids: readonly string[], list: StrangerList, cameras: readonly string[] | null) {
    const seenHere = cameras && new Set(list.all.map(({ id }) => id));
    const notPersons = await store.strangers.notPersons(ids);
    const nearest = new Map<string, ReturnType<typeof lookalikes.of>>();
    for (const id of ids) {
      nearest.set(
        id,
        lookalikes.of(id, notPersons.get(id) ?? [], (other) => seenHere?.has(other) ?? true),
      );
      // Each is a search through the whole gallery.
      await setImmediate();
    }
    const all = [...nearest.values()].flatMap(({ known, unknown }) => [known ?? [], unknown ?? []].flat());
    const describeOne = await lookalikes.describe(all, cameras);
    return async (id: string): Promise<StrangerJson['mayBe']> => {
      const { known, unknown } = nearest.get(id) ?? { known: null, unknown: null };
      return { known: await describeOne(known), unknown: await describeOne(unknown) };
    };
  }
}

async function undecidedJson(
  undecided: Undecided,
  describeOne: (near: Near) => Promise<LookalikeJson | null>,
): Promise<UndecidedJson> {
  const { count, detections } = undecided;
  const [head] = detections;
  if (!head) throw new Error('An undecided track has a detection.');
  const shots = detections
    .map((one) => ({ ...one, quality: one.quality ?? 0, vector: null }))
    .toSorted((a, b) => b.quality - a.quality);
  const candidates: LookalikeJson[] = [];
  for (const between of betweenOf(undecided)) {
    const near = await describeOne(between);
    if (near && !candidates.some(({ person }) => person.id === near.person.id)) candidates.push(near);
  }
  return {
    id: head.id,
    camera: head.cameraId,
    track: head.trackId,
    firstAt: time(detections.at(-1)?.capturedAt ?? head.capturedAt),
    lastAt: time(head.capturedAt),
    sightings: count,
    detections: detections.map(({ id }) => id),
    shots: shots.slice(0, 3).map(shotJson),
    candidates,
  };
}

/** The two persons, as far as they are known. */
function betweenOf({ detections: [head] }: Undecided): readonly Near[] {
  if (!head) return [];
  const both = [
    { personId: head.nearestId, distance: head.distance },
    { personId: head.runnerUpId, distance: head.runnerUpDistance },
  ];
  return both.flatMap(({ personId, distance }) => (personId === null ? [] : [{ personId, distance }]));
}

/** What the caller asks for, as far as she may see it. */
function seen(request: FastifyRequest, camera: string | undefined): readonly string[] | null {
  if (camera === undefined) return camerasOf(request);
  checkCamera(request, camera);
  return [camera];
}

function shotJson(shot: { id: string; cameraId: string; capturedAt: number; quality: number }): ShotJson {
  return {
    detection: shot.id,
    camera: shot.cameraId,
    capturedAt: time(shot.capturedAt),
    quality: round(shot.quality),
    picture: detectionPicture(shot.id),
  };
}
