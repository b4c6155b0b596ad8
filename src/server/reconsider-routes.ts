// Deciding the log anew with the gallery of now, and grouping strangers now. What a human decided stays.

import { Type } from 'typebox';
import type { DetectionFilter } from '../queries.ts';
import { KithError } from '../errors.ts';
import { checkCamera, checkSeesAll } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { personInForce } from './people-in-force.ts';
import { answers, emptyIsObject } from './route-schemas.ts';
import * as S from './schemas.ts';

const Which = S.Exact({
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
  camera: Type.Optional(S.Id),
  person: Type.Optional(S.Id),
});
const entry = S.Nullable(Type.Integer({ description: 'the entry of the history that takes it back' }));
const Reran = Type.Object({ looked: Type.Integer(), changed: Type.Integer(), entry });
const Regrouped = Type.Object({
  merged: Type.Integer(),
  split: Type.Integer(),
  moved: Type.Integer(),
  entries: Type.Array(Type.Integer(), { description: 'the entries of the history that take it back' }),
});

export function reconsiderRoutes(app: App, { ports }: Context): void {
  const { store } = ports;

  app.post(
    `${API}/detections/rerun`,
    {
      config: { access: ['people'], audit: 'detection.rerun' },
      preValidation: emptyIsObject,
      schema: {
        tags: ['detections'],
        summary: 'Decide logged detections anew with the gallery of now; what a human decided stays',
        body: Which,
        response: answers(200, Reran),
      },
    },
    async (request) => {
      const { from, to, camera, person } = request.body;
      if (camera === undefined) checkSeesAll(request, 'deciding anew without a camera');
      else checkCamera(request, camera);
      const reconsider = loaded(ports.reconsider);
      if (camera !== undefined && !(await store.cameras.get(camera))) throw notFound('camera', camera);
      if (person !== undefined) await personInForce(store, person);
      const filter: DetectionFilter = {
        ...(from && { from: Date.parse(from) }),
        ...(to && { to: Date.parse(to) }),
        ...(camera && { cameraId: camera }),
        ...(person && { personId: person }),
      };
      if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
        throw new KithError('invalid', '"from" is not before "to": there is no time between them.');
      }
      return reconsider.rerun(filter);
    },
  );

  app.post(
    `${API}/persons/regroup`,
    {
      config: { access: ['people'], audit: 'person.regroup' },
      schema: {
        tags: ['persons'],
        summary: 'Group unknown persons now: merges, splits and moves; what a human decided stays',
        response: answers(200, Regrouped),
      },
    },
    async (request) => {
      checkSeesAll(request, 'grouping strangers');
      const { entries, ...counts } = await loaded(ports.reconsider).regroup();
      return { ...counts, entries: [...entries] };
    },
  );
}
