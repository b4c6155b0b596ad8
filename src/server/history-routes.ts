// /history: every change of identity, who made it and when, and the way back.

import { Type } from 'typebox';
import { camerasOf, checkCamera, checkTouched } from './auth.ts';
import { actorOf, notFound, type App, type Context } from './context.ts';
import { entryJson } from './identity-json.ts';
import { EntryJson, SeqParams } from './identity-schemas.ts';
import { API } from './json.ts';
import { SHORT_PAGES } from './log-filter.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['history'];
const Filter = S.Exact({ ...S.PageQuery, person: Type.Optional(S.Id), detection: Type.Optional(S.Id) });

export function historyRoutes(app: App, { ports }: Context): void {
  const { store } = ports;

  app.get(
    `${API}/history`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'Changes of identity, the latest first',
        description: SHORT_PAGES,
        querystring: Filter,
        response: answers(200, S.List(EntryJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, person, detection } = request.query;
      const seen = detection === undefined ? null : await store.detections.get(detection);
      if (seen) checkCamera(request, seen.cameraId);
      const filter = {
        ...(person && { personId: person }),
        ...(detection && { detectionId: detection }),
        cameras: camerasOf(request),
      };
      const { items, next } = await store.identity.list(filter, { limit, ...(cursor && { cursor }) });
      return { items: items.map(entryJson), next };
    },
  );

  app.get(
    `${API}/history/:seq`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'One change', params: SeqParams, response: answers(200, EntryJson) },
    },
    async (request) => {
      const { seq } = request.params;
      const entry = await store.identity.get(Number(seq), camerasOf(request));
      if (!entry) throw notFound('entry of the history', seq);
      return entryJson(entry);
    },
  );

  app.post(
    `${API}/history/:seq/undo`,
    {
      config: { access: ['people'], audit: 'history.undo' },
      schema: {
        tags,
        summary:
          'Put everything back as it was before; 409 names the entry to undo first when something was changed since',
        params: SeqParams,
        response: answers(200, EntryJson),
      },
    },
    async (request) => {
      const seq = Number(request.params.seq);
      const cameras = camerasOf(request);
      if (cameras !== null) {
        checkTouched(request, await store.touched.byEntry(seq), 'This change');
        if (!(await store.identity.get(seq, cameras))) throw notFound('entry of the history', request.params.seq);
      }
      const options = { actor: actorOf(request), visitGapMs: ports.visitGapMs };
      return entryJson(await store.identity.undo(seq, options));
    },
  );
}
