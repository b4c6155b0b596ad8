// The kiosk: a public page that knows nothing, the frames that it posts with its camera's key, and the names that it greets with.

import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import { checkCamera, type Guard } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { beginStream, EVENTS, PICTURES } from './endless.ts';
import { jpegOf, withJpegBodies } from './jpeg-body.ts';
import { API } from './json.ts';
import { createNameStreams } from './name-streams.ts';
import { createPictureRelay } from './picture-relay.ts';
import { answers, EVENT_STREAM } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['cameras'];
const FRAME_BYTES = 4 * 1024 * 1024;
const MOST_A_SECOND = 30;
const MOST_PROGRAMS = 10;
/** Older frames show somebody who may have gone. */
const FRESH_MS = 2_000;

const FILES = {
  '/kiosk/page/kiosk.css': { file: 'kiosk.css', type: 'text/css; charset=utf-8' },
  '/kiosk/page/kiosk.js': { file: 'kiosk.js', type: 'text/javascript; charset=utf-8' },
  '/kiosk/page/kiosk-eye.js': { file: 'kiosk-eye.js', type: 'text/javascript; charset=utf-8' },
  '/kiosk/page/kiosk-ear.js': { file: 'kiosk-ear.js', type: 'text/javascript; charset=utf-8' },
} as const;

const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

/** No inline script or style, nothing from elsewhere, in nobody's frame. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function kioskRoutes(app: App, { ports, limits, hub }: Context, guard: Guard): Promise<void> {
  const { store, clock } = ports;
  const relay = createPictureRelay({
    limits,
    most: Number.POSITIVE_INFINITY,
    mostOfCamera: MOST_PROGRAMS,
    full: `${MOST_PROGRAMS} programs read the frames of this camera already: stop those that are not needed.`,
    heartbeat: 'empty part',
    freshMs: FRESH_MS,
  });
  const checkFlood = createFloodCheck();
  const names = createNameStreams({ hub, limits, clock });
  app.addHook('preClose', async () => {
    relay.close();
    names.close();
  });

  await pageOf(app);

  await withJpegBodies(app, (scope) => {
    scope.post(
      `${API}/cameras/:id/frames`,
      {
        config: { access: ['camera'], audit: false },
        bodyLimit: FRAME_BYTES,
        schema: {
          tags,
          summary:
            'A frame of a kiosk page (one JPEG, at most 4 MB): handed on to the programs that read `GET …/frames` and kept nowhere',
          consumes: ['image/jpeg'],
          params: S.IdParams,
          response: answers(
            200,
            Type.Object({ watched: Type.Boolean({ description: 'Whether a program reads them' }) }),
          ),
        },
      },
      async (request) => {
        const { id } = request.params;
        checkCamera(request, id);
        const jpeg = jpegOf(request);
        if (!(await store.cameras.get(id))) throw notFound('camera', id);
        checkFlood(id);
        relay.put(id, jpeg);
        return { watched: relay.watching(id) };
      },
    );
  });

  app.get(
    `${API}/cameras/:id/frames`,
    {
      config: { access: ['camera'], endless: true },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary:
          'The frames that a kiosk page posts, for the program of this camera (source `browser:`), without an end; a part of no bytes only says that the stream is alive',
        params: S.IdParams,
        response: {
          200: {
            description: 'JPEGs, newest first of all',
            content: { 'multipart/x-mixed-replace': { schema: Type.String() } },
          },
          '4xx': S.Problem,
          '5xx': S.Problem,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await check(request, id);
      relay.checkRoom(id);
      relay.attach(beginStream(reply, PICTURES), id, () => stays(request, id));
    },
  );

  app.get(
    `${API}/cameras/:id/names`,
    {
      config: { access: ['camera'], endless: true },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary:
          'Event `named` {detection, track, decision, person} for whoever has just been seen at this camera, live',
        params: S.IdParams,
        response: EVENT_STREAM,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await check(request, id);
      names.checkRoom();
      names.attach(id, beginStream(reply, EVENTS), () => stays(request, id));
    },
  );

  async function check(request: FastifyRequest, id: string): Promise<void> {
    checkCamera(request, id);
    if (!(await store.cameras.get(id))) throw notFound('camera', id);
  }

  /** A key that was taken back and a camera that was removed end a stream at the next heartbeat. */
  function stays(request: FastifyRequest, id: string): Promise<boolean> {
    return guard(request)
      .then(() => check(request, id))
      .then(
        () => true,
        () => false,
      );
  }
}

/** Public, and the same for every id: what it may do, the key that is given to it may do. */
async function pageOf(app: App): Promise<void> {
  const html = await read('kiosk.html');
  app.get('/kiosk/:id', { ...hidden, schema: { hide: true, params: S.IdParams } }, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', PAGE_POLICY)
      .header('permissions-policy', 'camera=(self), microphone=()')
      .send(html),
  );
  for (const [url, { file, type }] of Object.entries(FILES)) {
    const bytes = await read(file);
    app.get(url, hidden, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(bytes));
  }
}

/** KithError (429) when a camera posts far too many. */
function createFloodCheck(): (camera: string) => void {
  const posted = new Map<string, { second: number; count: number }>();
  return (camera) => {
    const second = Math.floor(performance.now() / 1000);
    const before = posted.get(camera);
    const count = before?.second === second ? before.count + 1 : 1;
    posted.set(camera, { second, count });
    if (count <= MOST_A_SECOND) return;
    const message = `More than ${MOST_A_SECOND} frames came in one second: post the next one when the answer to the last is there.`;
    throw new KithError('unavailable', message, { status: 429 });
  };
}

function read(file: string): Promise<Buffer> {
  return readFile(new URL(`page/${file}`, import.meta.url));
}
