// /persons: known people, enrolled with photos, and the strangers that the system keeps apart.

import { Type } from 'typebox';
import { camerasOf, checkTouched } from './auth.ts';
import type { Person } from '../domain.ts';
import { isKithError, KithError } from '../errors.ts';
import type { Cameras } from '../people-port.ts';
import { actorOf, loaded, notFound, type App, type Context } from './context.ts';
import { refusal, type Judgement, type SeenPhoto } from './enrolment.ts';
import { flagOf, readForm } from './form.ts';
import { entryJson } from './identity-json.ts';
import { LookedBackJson } from './identity-schemas.ts';
import { API, personJson, verdictJson } from './json.ts';
import { lookBackFor } from './look-back.ts';
import { personInForce } from './people-in-force.ts';
import {
  changesOf,
  ChangedWholePersonJson,
  filterOf,
  PersonChange,
  PersonQuery,
  WholePersonJson,
  wholePersonJson,
} from './people-schemas.ts';
import { answers, NOTHING } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import * as S from './schemas.ts';

const tags = ['persons'];
const MOST_PHOTOS = 20;
const Named = S.Exact({ name: S.Name });
/** Made with photos: what the gate says to each, in their order, and what they explain of the log. */
const EnrolledPersonJson = Type.Object({
  ...S.PersonJson.properties,
  photos: Type.Array(S.VerdictJson),
  lookBack: S.Nullable(LookedBackJson),
});
const checkNamed = checker(Named, 'The person does not fit');

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
      schema: {
        tags,
        summary: 'People by name, or who was seen last',
        querystring: PersonQuery,
        response: answers(200, S.List(S.PersonJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, ...filter } = request.query;
      const page = { limit, ...(cursor && { cursor }) };
      const { items, next } = await store.persons.list(filterOf(filter, camerasOf(request)), page);
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
        response: answers(200, WholePersonJson),
      },
    },
    async (request) => wholePersonJson(await find(request.params.id, camerasOf(request))),
  );

  app.patch(
    `${API}/persons/:id`,
    {
      config: { access: ['people'], audit: 'person.change' },
      schema: {
        tags,
        summary:
          'Name (a stranger is known from then on, and her earlier sightings are looked for), ignore, keep attributes, groups, notes and consent. All of it or nothing; with `ifVersion`, 409 says who changed what since, with the `person` of now beside `error`',
        params: S.IdParams,
        body: PersonChange,
        response: answers(200, ChangedWholePersonJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name, ifVersion } = request.body;
      const actor = actorOf(request);
      await find(id, camerasOf(request));
      const before = await personInForce(store, id);
      const isNew = name !== undefined && before.kind === 'unknown';
      if (isNew) loaded(ports.reconsider);
      const options = { actor, ...(ifVersion !== undefined && { ifVersion }) };
      const { entries } = await store.persons.change(id, changesOf(request.body), options).catch(async (error) => {
        throw await withPerson(error, id);
      });
      const lookBack = isNew ? await lookBackFor(ports, id, actor) : null;
      return { ...wholePersonJson(await find(id)), entries: entries.map(entryJson), lookBack };
    },
  );

  app.delete(
    `${API}/persons/:id`,
    {
      config: { access: ['people'], audit: 'person.remove' },
      schema: {
        tags,
        summary:
          'Forget a person with all photos. `sightings=keep` (the default): her detections and their pictures stay in the log without a person. `sightings=erase`: they go too, with templates, visits, and every mention of her',
        params: S.IdParams,
        querystring: S.Exact({ sightings: Type.Optional(Type.Enum(['keep', 'erase'], { default: 'keep' })) }),
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const cameras = camerasOf(request);
      await find(id, cameras);
      if (cameras !== null) checkTouched(request, await store.touched.byPerson(id), 'Removing her');
      if (request.query.sightings === 'erase') {
        if (cameras !== null) {
          const message =
            'You may look at some cameras only, and she may have been seen at others: ask somebody who may see all.';
          throw new KithError('forbidden', message);
        }
        await store.persons.erase(id, (pictures) => keeper.dropUnused(pictures));
      } else await keeper.dropUnused(await store.persons.remove(id));
      return reply.code(204).send(null);
    },
  );

  /** What is hers now goes to whoever saved an older version of her. */
  async function withPerson(error: unknown, id: string): Promise<unknown> {
    if (!isKithError(error) || error.more['stale'] !== true) return error;
    const { changed } = error.more;
    const more = { changed, person: wholePersonJson(await find(id)) };
    return new KithError('conflict', error.message, { cause: error, more });
  }

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

  async function find(id: string, cameras?: Cameras): Promise<Person> {
    const person = await store.persons.get(id, cameras);
    if (!person) throw notFound('person', id);
    return person;
  }
}
