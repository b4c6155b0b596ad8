// /cameras/:id/preview: the picture with boxes and names, as its program draws it, for whoever watches.

import { KithError } from '../errors.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import { checkCamera, mayStay, type Guard } from './auth.ts';
import { cameraJson, cameraState } from './camera-json.ts';
import { Watching } from './camera-schemas.ts';
import { notFound, type App, type Context } from './context.ts';
import { beginStream, PICTURES } from './endless.ts';
import { jpegOf, withJpegBodies } from './jpeg-body.ts';
import { API } from './json.ts';
import { LIVE, previewState, previewsRoute } from './previews-routes.ts';
import { answers, JPEG_BODY, PICTURE_ANSWER } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['cameras'];
const MOST_BYTES = 2 * 1024 * 1024;
const SNAPSHOT_MS = 10_000;
const DAY_MS = 86_400_000;

export async function previewRoutes(app: App, { ports, previews, hub, audit }: Context, guard: Guard): Promise<void> {
  const { store, clock, log } = ports;
  previewsRoute(app, { ports, previews }, guard);

  app.get(
    `${API}/cameras/:id/preview`,
    {
      config: { access: ['log', 'read', 'people', 'camera'], endless: true, audit: 'camera.watch' },
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
      await audit.note(request, 200);
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
        config: { access: ['camera'], audit: false },
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
        previews.put(id, jpeg, capturedAt(request.headers['x-captured-at'], clock()));
        return { watching: previews.watching(id) };
      },
    );
  });

  // Who looks at a camera that has gone would see its last picture for ever.
  hub.onChange(({ entity, id }) => {
    if (entity !== 'camera' || !previews.watching(id)) return;
    tellState(id).catch((error: unknown) => log.warn({ err: error }, 'The state of a camera cannot be read.'));
  });

  async function tellState(id: string): Promise<void> {
    const camera = await store.cameras.get(id);
    if (!camera || isAway(camera)) previews.end(id);
    previews.tell(id, previewState(id, camera, clock()));
  }

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

/** When the camera says that it took the picture; now where it says nothing or nonsense. */
function capturedAt(said: string | readonly string[] | undefined, now: number): number {
  const at = typeof said === 'string' ? Date.parse(said) : Number.NaN;
  return Math.abs(at - now) < DAY_MS ? at : now;
}
