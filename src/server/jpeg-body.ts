// Routes whose body is one JPEG, which cameras and kiosk pages post many times a second.

import type { FastifyRequest } from 'fastify';
import { KithError } from '../errors.ts';
import type { App } from './context.ts';

const JPEG_BEGIN = Buffer.from([0xff, 0xd8, 0xff]);

/** A scope of its own: only in `routes` a body may be a picture. */
export async function withJpegBodies(app: App, routes: (scope: App) => void): Promise<void> {
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    routes(scope);
  });
}

/** KithError `invalid` (415 for another type). */
export function jpegOf(request: Pick<FastifyRequest, 'headers' | 'body'>): Buffer {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'image/jpeg') {
    const message = `The body must be one JPEG, with content-type image/jpeg; this one says ${type ?? 'nothing'}.`;
    throw new KithError('invalid', message, { status: 415 });
  }
  const { body } = request;
  if (Buffer.isBuffer(body) && body.subarray(0, 3).equals(JPEG_BEGIN)) return body;
  throw new KithError('invalid', 'The body is no JPEG, although its type says so: send one.');
}
