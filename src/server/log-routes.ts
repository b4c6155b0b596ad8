// /log: visits and what nobody could be told of in one line of time, and how much there is on each day.

import { Type } from 'typebox';
import type { Undecided, Visit } from '../domain.ts';
import { camerasAsked, Cameras, SHORT_PAGES, VISIT_QUERY, visitFilter } from './log-filter.ts';
import type { App, Context } from './context.ts';
import { API, seenJson } from './json.ts';
import { localDays } from './local-days.ts';
import { Day, DayCountJson, LogEntryJson, LogKind } from './log-schemas.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['visits'];

export function logRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/log`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'The log in one line of time: visits and undecided tracks, the latest first',
        description: `Decision and quality are those of the best shot; \`from\` and \`to\` find visits that overlap them. ${SHORT_PAGES}`,
        querystring: S.Exact({ ...S.PageQuery, ...VISIT_QUERY, kind: Type.Optional(LogKind) }),
        response: answers(200, S.List(LogEntryJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, kind, ...query } = request.query;
      const filter = { ...visitFilter(request, query), ...(kind && { kind }) };
      const { items, next } = await store.timeline.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
      return { items: items.map(entryJson), next };
    },
  );

  app.get(
    `${API}/visits/days`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'How many visits ended on each day, for a calendar; at most 62 days',
        querystring: S.Exact({
          from: Day,
          to: Day,
          zone: Type.Optional(
            Type.String({ maxLength: 100, default: 'UTC', description: 'a time zone, for example Europe/Berlin' }),
          ),
          camera: Cameras,
          person: Type.Optional(S.Id),
        }),
        response: answers(200, Type.Object({ items: Type.Array(DayCountJson) })),
      },
    },
    async (request) => {
      const { from, to, zone = 'UTC', camera, person } = request.query;
      const cameraIds = camerasAsked(request, camera);
      const filter = { ...(cameraIds && { cameraIds }), ...(person !== undefined && { personId: person }) };
      return { items: [...(await store.timeline.days(localDays(from, to, zone), filter))] };
    },
  );
}

function entryJson(entry: Visit | Undecided): LogEntryJson {
  const { id } = entry;
  if (entry.personId === null) return { id, visit: null, track: entry.trackId, person: null, ...seenJson(entry) };
  const person = { id: entry.personId, name: entry.personName, kind: entry.personKind };
  return { id, visit: id, track: null, person, ...seenJson(entry) };
}
