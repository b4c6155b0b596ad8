// /persons: known people, enrolled with photos, and the strangers that the system keeps apart.

import { Type } from 'typebox';
import type { Person, PersonKind } from '../domain.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { readForm } from './form.ts';
import { API, personJson } from './json.ts';
import { addReferences, readPhotos } from './enrolment.ts';
import { answers, NOTHING } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import * as S from './schemas.ts';

const tags = ['persons'];
const MOST_PHOTOS = 20;
const Named = S.Exact({ name: S.Name });
const checkNamed = checker(Named, 'The person does not fit');

const Filter = S.Exact({
  ...S.PageQuery,
  kind: Type.Optional(S.Kind),
  query: Type.Optional(Type.String({ maxLength: 200, description: 'part of the name' })),
});

export function personRoutes(app: App, context: Context): void {
  const { ports, limits, keeper } = context;
  const { store } = ports;

  app.post(
    `${API}/persons`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: `Make a known person: JSON, or form data with \`name\` and up to ${MOST_PHOTOS} photos \`image\``,
        consumes: ['application/json', 'multipart/form-data'],
        body: Type.Unsafe<unknown>({
          type: 'object',
          'x-form': true,
          required: ['name'],
          properties: { name: S.Name, image: { type: 'array', items: { type: 'string', format: 'binary' } } },
        }),
        response: answers(201, S.PersonJson),
      },
    },
    async (request, reply) => {
      if (!request.isMultipart()) {
        const { name } = checkNamed(request.body) as { name: string };
        return reply.code(201).send(personJson(await store.persons.add(name)));
      }
      const wish = { pictures: { image: { least: 0, most: MOST_PHOTOS } }, texts: ['name'] };
      const form = await readForm(request, wish, limits.pictureBytes);
      const { name } = checkNamed({ name: form.texts['name'] }) as { name: string };
      const images = form.pictures['image'] ?? [];
      // All photos are looked at before anything is written: one that is no use refuses the whole.
      const photos = images.length > 0 ? await readPhotos(loaded(ports.engine), images, request.signal) : [];
      const person = await store.persons.add(name);
      try {
        await addReferences(context, person.id, photos);
      } catch (error) {
        await keeper.dropUnused(await store.persons.remove(person.id));
        throw error;
      }
      return reply.code(201).send(personJson(await find(person.id)));
    },
  );

  app.get(
    `${API}/persons`,
    {
      config: { access: ['read'] },
      schema: { tags, summary: 'People by name', querystring: Filter, response: answers(200, S.List(S.PersonJson)) },
    },
    async ({ query: { limit = 50, cursor, kind, query } }) => {
      const filter: { kind?: PersonKind; query?: string } = { ...(kind && { kind }), ...(query && { query }) };
      const { items, next } = await store.persons.list(filter, { limit, ...(cursor && { cursor }) });
      return { items: items.map(personJson), next };
    },
  );

  app.get(
    `${API}/persons/:id`,
    {
      config: { access: ['read'] },
      schema: { tags, summary: 'One person', params: S.IdParams, response: answers(200, S.PersonJson) },
    },
    async ({ params }) => personJson(await find(params.id)),
  );

  app.patch(
    `${API}/persons/:id`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Rename; a stranger who gets a name is known from then on',
        params: S.IdParams,
        body: Named,
        response: answers(200, S.PersonJson),
      },
    },
    async ({ params, body }) =>
      personJson((await store.identity.name(params.id, body.name, { name: 'admin key', kind: 'human' })).person),
  );

  app.delete(
    `${API}/persons/:id`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Forget a person with all photos; detections stay in the log without a person',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async ({ params }, reply) => {
      await keeper.dropUnused(await store.persons.remove(params.id));
      return reply.code(204).send(null);
    },
  );

  async function find(id: string): Promise<Person> {
    const person = await store.persons.get(id);
    if (!person) throw notFound('person', id);
    return person;
  }
}
