// /visits: the detections of one person at one camera that belong together.

import { Type } from 'typebox';
import { checkCamera, onlyHers } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, visitJson } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['visits'];
const Filter = S.Exact({
  ...S.PageQuery,
  person: Type.Optional(S.Id),
  camera: Type.Optional(S.Id),
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
});

export function visitRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/visits`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'Visits, the latest first',
        querystring: Filter,
        response: answers(200, S.List(S.VisitJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, person, camera, from, to } = request.query;
      const filter = {
        ...onlyHers(request),
        ...(person && { personId: person }),
        ...(camera && { cameraId: camera }),
        ...(from && { from: Date.parse(from) }),
        ...(to && { to: Date.parse(to) }),
      };
      const { items, next } = await store.visits.list(filter, { limit, ...(cursor && { cursor }) });
      return { items: items.map(visitJson), next };
    },
  );

  app.get(
    `${API}/visits/:id`,
    {
      config: { access: ['log', 'read', 'people'], audit: 'visit.see' },
      schema: { tags, summary: 'One visit', params: S.IdParams, response: answers(200, S.VisitJson) },
    },
    async (request) => {
      const { id } = request.params;
      const visit = await store.visits.get(id);
      if (!visit) throw notFound('visit', id);
      checkCamera(request, visit.cameraId);
      return visitJson(visit);
    },
  );
}
