// /groups, and what people can be filtered by.

import { Type } from 'typebox';
import { camerasOf } from './auth.ts';
import { actorOf, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { personInForce } from './people-in-force.ts';
import { AttributeJson, CountQuery, filterOf, GroupJson, GroupName } from './people-schemas.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['persons'];
const Names = Type.Array(GroupName, { maxItems: 50 });
const Members = S.Exact({
  persons: Type.Array(S.Id, { minItems: 1, maxItems: 500, uniqueItems: true }),
  add: Type.Optional(Names),
  remove: Type.Optional(Names),
});

export function groupRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/groups`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'Groups of people by name', response: answers(200, S.List(GroupJson)) },
    },
    async (request) => ({
      items: (await store.groups.list(camerasOf(request))).map((one) => ({ ...one })),
      next: null,
    }),
  );

  app.patch(
    `${API}/groups`,
    {
      config: { access: ['people'], audit: 'group.rename' },
      schema: {
        tags,
        summary: 'Rename a group; into a name that is in use: the two become one',
        body: S.Exact({ name: GroupName, to: GroupName }),
        response: answers(200, GroupJson),
      },
    },
    async (request) => ({ ...(await store.groups.rename(request.body.name, request.body.to, actorOf(request))) }),
  );

  app.delete(
    `${API}/groups`,
    {
      config: { access: ['people'], audit: 'group.remove' },
      schema: {
        tags,
        summary: 'Remove a group; its people stay',
        querystring: S.Exact({ name: GroupName }),
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      await store.groups.remove(request.query.name, actorOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${API}/persons/groups`,
    {
      config: { access: ['people'], audit: 'person.groups' },
      schema: {
        tags,
        summary: 'Put several people into groups, or take them out',
        body: Members,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { persons, add = [], remove = [] } = request.body;
      const cameras = camerasOf(request);
      if (cameras !== null) for (const id of persons) await personInForce(store, id, cameras);
      await store.groups.change(persons, { add, remove }, actorOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/persons/count`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'How many people a filter lets through',
        querystring: CountQuery,
        response: answers(200, Type.Object({ persons: Type.Integer() })),
      },
    },
    async (request) => ({ persons: await store.persons.count(filterOf(request.query, camerasOf(request))) }),
  );

  app.get(
    `${API}/persons/attributes`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'Attributes in use', response: answers(200, S.List(AttributeJson)) },
    },
    async (request) => {
      const items = await store.persons.attributes(camerasOf(request));
      return {
        items: items.map(({ key, values }) => ({ key, values: values.map((one) => ({ ...one })) })),
        next: null,
      };
    },
  );
}
