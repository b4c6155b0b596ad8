// /cameras/:id/report: what a camera's program says of itself.

import { Type } from 'typebox';
import { maskCredentials } from '../camera-address.ts';
import { CameraReportSchema } from '../camera-port.ts';
import { hideCredentials } from '../log.ts';
import { checkCamera } from './auth.ts';
import { Watching } from './camera-schemas.ts';
import type { App, Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const Reported = Type.Object({
  ...Watching.properties,
  version: Type.Integer({ description: 'version of the kept settings' }),
});

export function cameraReportRoutes(app: App, { ports: { store, clock }, previews }: Context): void {
  app.put(
    `${API}/cameras/:id/report`,
    {
      config: { access: ['camera'], audit: false },
      // Figures of three days.
      bodyLimit: 256 * 1024,
      schema: {
        tags: ['cameras'],
        summary:
          'State, counts and figures of its program, at every change and every 5 s; 409 when another program runs as this camera',
        params: S.IdParams,
        body: CameraReportSchema,
        response: answers(200, Reported),
      },
    },
    async (request) => {
      const { params, body } = request;
      checkCamera(request, params.id);
      const { reason, source } = body;
      const report = {
        ...body,
        reason: reason === null ? null : hideCredentials(reason),
        source: maskCredentials(source),
      };
      const { version } = await store.cameras.report(params.id, report, clock());
      return { watching: previews.watching(params.id), version };
    },
  );
}
