// /audit: who saw, searched, changed and exported what.

import { Type } from 'typebox';
import { checkSeesAll } from './auth.ts';
import type { App, Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';
import { AuditEntryJson, auditEntryJson } from './user-schemas.ts';

const tags = ['audit'];
const Words = Type.String({ minLength: 1, maxLength: 200 });
const Filter = S.Exact({
  ...S.PageQuery,
  actor: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'id or name of a user or key' })),
  action: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'person.change, or person for all that begin with it' }),
  ),
  entity: Type.Optional({ ...Words, description: 'a kind of thing (person), or the id of one' }),
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
});

export function auditRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/audit`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'The audit log, newest first',
        querystring: Filter,
        response: answers(200, S.List(AuditEntryJson)),
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'the audit log');
      const { limit = 50, cursor, actor, action, entity, from, to } = request.query;
      const filter = {
        ...(actor !== undefined && { actor }),
        ...(action !== undefined && { action }),
        ...(entity !== undefined && { entity }),
        ...(from !== undefined && { from: Date.parse(from) }),
        ...(to !== undefined && { to: Date.parse(to) }),
      };
      const { items, next } = await store.audit.list(filter, { limit, ...(cursor && { cursor }) });
      void reply.header('cache-control', 'no-store');
      return { items: items.map(auditEntryJson), next };
    },
  );

  app.get(
    `${API}/audit/actions`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'The actions that occur in it',
        response: answers(200, Type.Object({ items: Type.Array(Type.String()) })),
      },
    },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store');
      return { items: [...(await store.audit.actions())] };
    },
  );
}
