// /pictures/{token}: one picture for a messenger that fetches it by address, without a login. The token is signed and ends; it shows
// nothing but this picture, and nothing once that was erased.

import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import type { App, Context } from './context.ts';
import { typeOf } from './picture-answer.ts';
import { PICTURE_ANSWER } from './route-schemas.ts';
import * as S from './schemas.ts';

const Params = S.Exact({ token: Type.String({ minLength: 1, maxLength: 200 }) });

export function linkedPictureRoutes(app: App, { ports }: Context): void {
  const { store, pictures } = ports;

  app.get(
    '/pictures/:token',
    {
      config: { access: 'public' },
      schema: {
        tags: ['alerts'],
        security: [],
        summary: 'A picture by the signed address that a message had',
        params: Params,
        response: PICTURE_ANSWER,
      },
    },
    async (request, reply) => {
      const { token } = request.params;
      const id = ports.pictureLinks?.read(token) ?? null;
      const detection = id === null ? null : await store.detections.get(id);
      // Forged, ended and erased look the same.
      if (!detection) throw new KithError('not_found', 'There is no picture here, or not any more.');
      const bytes = await pictures.get(detection.picture);
      return reply
        .header('cache-control', 'no-store')
        .header('x-robots-tag', 'noindex')
        .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
        .type(typeOf(bytes))
        .send(Buffer.from(bytes));
    },
  );
}
