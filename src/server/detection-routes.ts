// /detections: the log. Cameras post into it; it answers once picture and row are durable.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { DetectionFilter } from '../queries.ts';
import { KithError } from '../errors.ts';
import { checkCamera, maySee } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { parseField, readForm } from './form.ts';
import { API, detectionJson, receiptJson, sightingOf } from './json.ts';
import { createCaptureClock } from './capture-clock.ts';
import { Cameras, DecidedBy, QualityAtLeast, SHORT_PAGES, visitFilter } from './log-filter.ts';
import { answerPicture } from './picture-answer.ts';
import { answers, FORM, FormData, PICTURE_ANSWER } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import * as S from './schemas.ts';

const tags = ['detections'];
const checkMeta = checker(S.DetectionMeta, '`meta` does not fit');

const Filter = S.Exact({
  ...S.PageQuery,
  id: Type.Optional(
    Type.Array(S.Id, {
      maxItems: 100,
      description: 'may be repeated: these, in this order, without those that are gone; nothing else is asked then',
    }),
  ),
  state: Type.Optional(S.State),
  person: Type.Optional(S.Id),
  camera: Cameras,
  track: Type.Optional(S.Id),
  kind: Type.Optional(S.Kind),
  decision: Type.Optional(S.Decision),
  decidedBy: DecidedBy,
  quality: QualityAtLeast,
  visit: Type.Optional(S.Id),
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
});

export function detectionRoutes(app: App, { ports, limits, keeper }: Context): void {
  const { store, pictures, codec, clock } = ports;
  const captureClock = createCaptureClock(clock, ports.log);

  app.post(
    `${API}/detections`,
    {
      config: { access: ['camera'], audit: false },
      schema: {
        tags,
        summary: 'Post a shot: 201 the first time, 200 with the same answer for an id that is known',
        consumes: FORM,
        body: FormData(['image'], { meta: S.DetectionMeta }),
        response: { ...answers(201, S.ReceiptJson), 200: S.ReceiptJson },
      },
    },
    async (request, reply) => {
      const wish = { pictures: { image: { least: 1, most: 1 } }, texts: ['meta'] };
      const form = await readForm(request, wish, limits.pictureBytes);
      const meta = checkMeta(parseField('meta', form.texts['meta'] ?? '')) as S.DetectionMeta;
      const bytes = form.pictures['image']?.[0] ?? new Uint8Array();
      checkCamera(request, meta.camera);
      const known = await store.detections.get(meta.id);
      if (known) return reply.code(200).send(receiptJson(sameCamera(known, meta.camera)));
      if (!(await store.cameras.get(meta.camera))) {
        const id = encodeURIComponent(meta.camera);
        throw new KithError(
          'not_found',
          `There is no camera ${JSON.stringify(meta.camera)}: make it with \`PUT ${API}/cameras/${id}\`.`,
        );
      }
      const sighting = sightingOf(meta, captureClock);
      const { width, height } = await codec.check(bytes);
      if (sighting.box) checkBox(sighting.box, width, height);
      const { detection, created } = await keeper.keep(
        bytes,
        (picture) => store.detections.add(sighting, picture, clock()),
        (added) => added.created,
      );
      if (created) ports.wake();
      return reply.code(created ? 201 : 200).send(receiptJson(sameCamera(detection, sighting.cameraId)));
    },
  );

  app.get(
    `${API}/detections`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'The log, newest capture first',
        description: SHORT_PAGES,
        querystring: Filter,
        response: answers(200, S.List(S.DetectionJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, id, state, track, kind, visit, ...query } = request.query;
      if (id !== undefined) return { items: await these(request, id), next: null };
      const filter: DetectionFilter = {
        ...visitFilter(request, query),
        ...(state && { state }),
        ...(track && { trackId: track }),
        ...(kind && { kind }),
        ...(visit && { visitId: visit }),
      };
      const { items, next } = await store.detections.list(filter, { limit, ...(cursor && { cursor }) });
      return { items: items.map(detectionJson), next };
    },
  );

  app.get(
    `${API}/detections/:id`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: { tags, summary: 'One detection', params: S.IdParams, response: answers(200, S.DetectionJson) },
    },
    async (request) => detectionJson(await find(request)),
  );

  app.get(
    `${API}/detections/:id/picture`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: { tags, summary: 'Its shot', params: S.IdParams, response: PICTURE_ANSWER },
    },
    async (request, reply) => answerPicture(request, reply, pictures, (await find(request)).picture),
  );

  /** Those of them that the caller may see. */
  async function these(request: FastifyRequest, ids: readonly string[]) {
    const found = new Map((await store.detections.byIds(ids)).map((one) => [one.id, one]));
    return ids.flatMap((id) => {
      const one = found.get(id);
      return one && maySee(request, one.cameraId) ? [detectionJson(one)] : [];
    });
  }

  async function find(request: FastifyRequest) {
    const { id } = request.params as { readonly id: string };
    const detection = await store.detections.get(id);
    if (!detection) throw notFound('detection', id);
    checkCamera(request, detection.cameraId);
    return detection;
  }
}

/** A second camera which uses the first one's ids would lose its shots without a word. */
function sameCamera<T extends { readonly id: string; readonly cameraId: string }>(known: T, cameraId: string): T {
  if (known.cameraId === cameraId) return known;
  throw new KithError(
    'conflict',
    `The id ${JSON.stringify(known.id)} is another camera's detection: make ids unique, for example as UUID.`,
  );
}

function checkBox([x, y, w, h]: readonly [number, number, number, number], width: number, height: number): void {
  if (w > 0 && h > 0 && x < width && y < height && x + w > 0 && y + h > 0) return;
  throw new KithError(
    'invalid',
    `"box" lies outside of the picture of ${width}×${height} pixels, or is empty: expected is [x, y, width, height].`,
  );
}
