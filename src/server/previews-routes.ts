// /previews: the pictures of several cameras over one connection, as browsers open six to a host at most. The viewer asks for what it
// shows; what is to be said about a camera comes between the pictures.

import { Type } from 'typebox';
import type { KeptCamera } from '../camera-store-port.ts';
import { checkCamera, mayStay, type Guard } from './auth.ts';
import { cameraJson } from './camera-json.ts';
import type { App, Context } from './context.ts';
import { beginStream, PICTURES } from './endless.ts';
import { API } from './json.ts';
import * as S from './schemas.ts';

/** More do not fit on a wall of screens, and each costs its camera work. */
const MOST_CAMERAS = 64;

export const LIVE = {
  200: {
    description: 'Pictures, one after the other (multipart/x-mixed-replace), without an end',
    content: { 'multipart/x-mixed-replace': { schema: Type.String() } },
  },
  '4xx': S.Problem,
  '5xx': S.Problem,
};

const Wanted = S.Exact({
  camera: Type.Union([S.Id, Type.Array(S.Id, { minItems: 1, maxItems: MOST_CAMERAS, uniqueItems: true })]),
});

export function previewsRoute(app: App, { ports, previews }: Pick<Context, 'ports' | 'previews'>, guard: Guard): void {
  const { store, clock } = ports;

  app.get(
    `${API}/previews`,
    {
      config: { access: ['log', 'read', 'people'], endless: true, audit: 'camera.watch' },
      exposeHeadRoute: false,
      schema: {
        tags: ['cameras'],
        summary:
          'Live pictures of several cameras over one connection. `content-location` and `x-captured-at` of a part say whose and of when; a part of JSON says the state of a camera: {camera, state, reason}',
        querystring: Wanted,
        response: LIVE,
      },
    },
    async (request, reply) => {
      const { camera } = request.query;
      const ids = typeof camera === 'string' ? [camera] : camera;
      for (const id of ids) checkCamera(request, id);
      const cameras = new Map((await store.cameras.list()).map((kept) => [kept.id, kept]));
      previews.checkRoom(...ids);
      const stays = mayStay(guard, request);
      previews.attachAll(beginStream(reply, PICTURES), ids, async () => (await stays()) && mayWatch(ids));
      for (const id of ids) previews.tell(id, previewState(id, cameras.get(id) ?? null, clock()));

      function mayWatch(all: readonly string[]): boolean {
        try {
          for (const id of all) checkCamera(request, id);
          return true;
        } catch {
          return false;
        }
      }
    },
  );
}

/** What is said about a camera between the pictures; one that was removed is `offline` too. */
export function previewState(id: string, camera: KeptCamera | null, now: number) {
  if (!camera) return { camera: id, state: 'offline', reason: 'There is no such camera.' };
  const { state, reason } = cameraJson(camera, now);
  return { camera: id, state, reason };
}
