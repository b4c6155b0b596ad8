// /cameras/:id/preview: the picture with boxes and names, as its program draws it, for whoever watches.

import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import { checkCamera, mayStay, type Guard } from './auth.ts';
import { cameraJson, cameraState } from './camera-json.ts';
import { Watching } from './camera-schemas.ts';
import { notFound, type App, type Context } from './context.ts';
import { beginStream, PICTURES } from './endless.ts';
import { jpegOf, withJpegBodies } from './jpeg-body.ts';
import { API } from './json.ts';
import { answers, JPEG_BODY, PICTURE_ANSWER } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['cameras'];
const MOST_BYTES = 2 * 1024 * 1024;
const SNAPSHOT_MS = 10_000;
const LIVE = {
  200: {
    description: 'Pictures, one after the other (multipart/x-mixed-replace), without an end',
    content: { 'multipart/x-mixed-replace': { schema: Type.String() } },
  },
  '4xx': S.Problem,
  '5xx': S.Problem,
};

export async function previewRoutes(app: App, { ports, previews, hub }: Context, guard: Guard): Promise<void> {
  const { store, clock, log } = ports;

  app.get(
    `${API}/cameras/:id/preview`,
    {
      config: { access: ['read', 'camera'], endless: true },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'Live pictures with boxes and names for an <img>; its program makes them only while somebody watches',
        params: S.IdParams,
        response: LIVE,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      checkCamera(request, id);
      mustShow(await find(id));
      previews.checkRoom(id);
      previews.attach(beginStream(reply, PICTURES), id, mayStay(guard, request));
    },
  );

  app.get(
    `${API}/cameras/:id/snapshot`,
    {
      config: { access: ['log', 'read', 'people', 'camera'] },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'One live picture, as the preview shows it',
        params: S.IdParams,
        response: PICTURE_ANSWER,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      checkCamera(request, id);
      mustShow(await find(id));
      const jpeg = await previews.next(id, AbortSignal.timeout(SNAPSHOT_MS));
      return reply.header('cache-control', 'private, no-store').type('image/jpeg').send(Buffer.from(jpeg));
    },
  );

  await withJpegBodies(app, (scope) => {
    scope.post(
      `${API}/cameras/:id/preview`,
      {
        config: { access: ['camera'] },
        bodyLimit: MOST_BYTES,
        schema: {
          tags,
          summary: 'One picture for whoever watches; never stored',
          params: S.IdParams,
          consumes: ['image/jpeg'],
          body: JPEG_BODY,
          response: answers(200, Watching),
        },
      },
      async (request) => {
        const { id } = request.params;
        checkCamera(request, id);
        const jpeg = jpegOf(request);
        // Somebody watches, so it exists.
        if (!previews.watching(id)) await find(id);
        previews.put(id, jpeg);
        return { watching: previews.watching(id) };
      },
    );
  });

  // Who looks at a camera that has gone would see its last picture for ever.
  hub.onChange(({ entity, id }) => {
    if (entity !== 'camera' || !previews.watching(id)) return;
    store.cameras.get(id).then(
      (camera) => (!camera || isAway(camera)) && previews.end(id),
      (error: unknown) => log.warn({ err: error }, 'The state of a camera cannot be read.'),
    );
  });

  function mustShow(camera: KeptCamera): void {
    if (!isAway(camera)) return;
    const { id, state, reason } = cameraJson(camera, clock());
    const words = reason === null ? '' : ` (${reason})`;
    throw new KithError(
      'unavailable',
      `The camera ${JSON.stringify(id)} shows nothing now: it is ${state}${words}. Start its program, then look again.`,
    );
  }

  function isAway(camera: KeptCamera): boolean {
    const state = cameraState(camera, clock());
    return state === 'offline' || state === 'ended';
  }

  async function find(id: string): Promise<KeptCamera> {
    const camera = await store.cameras.get(id);
    if (!camera) throw notFound('camera', id);
    return camera;
  }
}
