// /persons: known people, enrolled with photos, and the strangers that the system keeps apart.

import { Type } from 'typebox';
import type { Person, PersonKind } from '../domain.ts';
import type { IdentityEntry } from '../identity-port.ts';
import { camerasOf, checkTouched } from './auth.ts';
import { actorOf, loaded, notFound, type App, type Context } from './context.ts';
import { refusal, type Judgement, type SeenPhoto } from './enrolment.ts';
import { flagOf, readForm } from './form.ts';
import { entryJson } from './identity-json.ts';
import { LookedBackJson, NamedPersonJson } from './identity-schemas.ts';
import { API, personJson, verdictJson } from './json.ts';
import { lookBackFor } from './look-back.ts';
import { personInForce } from './people-in-force.ts';
import { answers, NOTHING } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import * as S from './schemas.ts';

const tags = ['persons'];
const MOST_PHOTOS = 20;
const Named = S.Exact({ name: S.Name });
const Changes = Type.Object(
  { name: Type.Optional(S.Name), attributes: Type.Optional(S.Attributes), ignored: Type.Optional(Type.Boolean()) },
  { additionalProperties: false, minProperties: 1 },
);
/** Made with photos: what the gate says to each, in their order, and what they explain of the log. */
const EnrolledPersonJson = Type.Object({
  ...S.PersonJson.properties,
  photos: Type.Array(S.VerdictJson),
  lookBack: S.Nullable(LookedBackJson),
});
const checkNamed = checker(Named, 'The person does not fit');

const Filter = S.Exact({
  ...S.PageQuery,
  kind: Type.Optional(S.Kind),
  query: Type.Optional(Type.String({ maxLength: 200, description: 'part of the name' })),
  ignored: Type.Optional(Type.Boolean({ description: 'true: only ignored ones; false: all others' })),
});

export function personRoutes(app: App, context: Context): void {
  const { ports, limits, keeper, enrolment } = context;
  const { store } = ports;

  app.post(
    `${API}/persons`,
    {
      config: { access: ['people'], audit: 'person.add' },
      schema: {
        tags,
        summary: `Make a known person: JSON, or form data with \`name\` and up to ${MOST_PHOTOS} photos \`image\``,
        consumes: ['application/json', 'multipart/form-data'],
        body: Type.Unsafe<unknown>({
          type: 'object',
          'x-form': true,
          required: ['name'],
          properties: {
            name: S.Name,
            force: S.Force,
            image: { type: 'array', items: { type: 'string', format: 'binary' } },
          },
        }),
        response: answers(201, Type.Union([EnrolledPersonJson, S.PersonJson])),
      },
    },
    async (request, reply) => {
      if (!request.isMultipart()) {
        const { name } = checkNamed(request.body) as { name: string };
        return reply.code(201).send(personJson(await store.persons.add(name)));
      }
      const wish = {
        pictures: { image: { least: 0, most: MOST_PHOTOS } },
        texts: ['name'],
        optional: ['force'],
      };
      const form = await readForm(request, wish, limits.pictureBytes);
      const { name } = checkNamed({ name: form.texts['name'] }) as { name: string };
      const force = flagOf('force', form.texts['force']);
      const photos: SeenPhoto[] = [];
      for (const image of form.pictures['image'] ?? []) photos.push(await enrolment.see(image, request.signal));
      const { person, judgements } = await enrolment.alone(() => enrol(name, photos, force));
      const lookBack = photos.length > 0 ? await lookBackFor(ports, person.id, actorOf(request)) : null;
      const answer = { ...personJson(await find(person.id)), photos: judgements.map(verdictJson), lookBack };
      return reply.code(201).send(answer);
    },
  );

  app.get(
    `${API}/persons`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'People by name', querystring: Filter, response: answers(200, S.List(S.PersonJson)) },
    },
    async ({ query: { limit = 50, cursor, kind, query, ignored } }) => {
      const filter: { kind?: PersonKind; query?: string; ignored?: boolean } = {
        ...(kind && { kind }),
        ...(query && { query }),
        ...(ignored !== undefined && { ignored }),
      };
      const { items, next } = await store.persons.list(filter, { limit, ...(cursor && { cursor }) });
      return { items: items.map(personJson), next };
    },
  );

  app.get(
    `${API}/persons/:id`,
    {
      config: { access: ['read', 'people'], audit: 'person.see' },
      schema: {
        tags,
        summary: 'One person; of a merged one `mergedInto` says who she is now',
        params: S.IdParams,
        response: answers(200, S.PersonJson),
      },
    },
    async ({ params }) => personJson(await find(params.id)),
  );

  app.patch(
    `${API}/persons/:id`,
    {
      config: { access: ['people'], audit: 'person.change' },
      schema: {
        tags,
        summary:
          'Name (a stranger is known from then on, and her earlier sightings are looked for), ignore, or keep attributes',
        params: S.IdParams,
        body: Changes,
        response: answers(200, NamedPersonJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name, attributes, ignored } = request.body;
      const actor = actorOf(request);
      const before = await personInForce(store, id);
      const isNew = name !== undefined && before.kind === 'unknown';
      if (isNew) loaded(ports.reconsider);
      const entries: IdentityEntry[] = [];
      // First what may be refused: a name that is taken changes nothing.
      if (name !== undefined) entries.push((await store.identity.name(id, name, actor)).entry);
      if (ignored !== undefined && ignored !== before.ignored) {
        entries.push((await store.identity.setIgnored(id, ignored, actor)).entry);
      }
      if (attributes !== undefined) await store.persons.setAttributes(id, attributes);
      const lookBack = isNew ? await lookBackFor(ports, id, actor) : null;
      return { ...personJson(await find(id)), entries: entries.map(entryJson), lookBack };
    },
  );

  app.delete(
    `${API}/persons/:id`,
    {
      config: { access: ['people'], audit: 'person.remove' },
      schema: {
        tags,
        summary: 'Forget a person with all photos; detections stay in the log without a person',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { params } = request;
      if (camerasOf(request) !== null) {
        checkTouched(request, await store.touched.byPerson(params.id), 'Removing her');
      }
      await keeper.dropUnused(await store.persons.remove(params.id));
      return reply.code(204).send(null);
    },
  );

  /** All photos are looked at before anything is written: one that is no use refuses the whole. */
  async function enrol(name: string, photos: readonly SeenPhoto[], force: boolean) {
    const judgements: Judgement[] = [];
    for (const [i, photo] of photos.entries()) {
      const judgement = await enrolment.judge(photo, null, { force, before: photos.slice(0, i) });
      const which = photos.length > 1 ? `Photo ${i + 1} of ${photos.length}: ` : '';
      if (judgement.verdict === 'refused') throw refusal(judgement, which);
      judgements.push(judgement);
    }
    const person = await store.persons.add(name);
    try {
      for (const [i, judgement] of judgements.entries()) {
        const photo = photos[i];
        if (photo) await enrolment.add(person.id, photo, judgement);
      }
    } catch (error) {
      await keeper.dropUnused(await store.persons.remove(person.id));
      throw error;
    }
    return { person, judgements };
  }

  async function find(id: string): Promise<Person> {
    const person = await store.persons.get(id);
    if (!person) throw notFound('person', id);
    return person;
  }
}
