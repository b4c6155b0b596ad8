// /visits: the detections of one person at one camera that belong together.

import { Type } from 'typebox';
import { checkCamera } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, visitJson } from './json.ts';
import { SHORT_PAGES, VISIT_QUERY, visitFilter } from './log-filter.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['visits'];
const Filter = S.Exact({ ...S.PageQuery, ...VISIT_QUERY, kind: Type.Optional(S.Kind) });

export function visitRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/visits`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'Visits, the latest first',
        description: `Decision and quality are those of a visit's best shot; \`from\` and \`to\` find visits that overlap them. ${SHORT_PAGES}`,
        querystring: Filter,
        response: answers(200, S.List(S.VisitJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, kind, ...query } = request.query;
      const filter = { ...visitFilter(request, query), ...(kind && { kind }) };
      const { items, next } = await store.visits.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
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
