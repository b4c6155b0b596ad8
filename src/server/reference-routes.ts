// References: the photos that a person is matched against.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Reference } from '../domain.ts';
import { KithError } from '../errors.ts';
import { camerasOf } from './auth.ts';
import { actorOf, notFound, type App, type Context } from './context.ts';
import { refusal } from './enrolment.ts';
import { flagOf, readForm } from './form.ts';
import { LookedBackJson } from './identity-schemas.ts';
import { API, faceJson, referenceJson, verdictJson } from './json.ts';
import { lookBackFor } from './look-back.ts';
import { personInForce } from './people-in-force.ts';
import { answerPicture } from './picture-answer.ts';
import { maySeeReference } from './reference-sight.ts';
import { answers, FORM, FormData, NOTHING, PICTURE_ANSWER } from './route-schemas.ts';
import * as S from './schemas.ts';

/** `lookBack`: what a first photo explains of the log. */
const EnrolledReferenceJson = Type.Object({
  ...S.NewReferenceJson.properties,
  lookBack: S.Nullable(LookedBackJson),
});

const tags = ['references'];
const OneOfPerson = S.Exact({ id: S.Id, rid: S.Id });

export function referenceRoutes(app: App, context: Context): void {
  const { ports, limits, keeper, enrolment } = context;
  const { store, pictures } = ports;

  app.post(
    `${API}/persons/:id/references`,
    {
      config: { access: ['people'], audit: 'reference.add' },
      schema: {
        tags,
        summary: 'Add a photo which shows one face, or one that is clearly the largest, if the enrolment gate takes it',
        params: S.IdParams,
        consumes: FORM,
        body: FormData(['image'], { force: S.Force }, ['force']),
        response: answers(201, EnrolledReferenceJson),
      },
    },
    async (request, reply) => {
      const cameras = camerasOf(request);
      await personInForce(store, request.params.id, cameras);
      const wish = { pictures: { image: { least: 1, most: 1 } }, optional: ['force'] };
      const form = await readForm(request, wish, limits.pictureBytes);
      const force = flagOf('force', form.texts['force']);
      const [image] = form.pictures['image'] ?? [];
      if (!image) throw new Error('A form without a picture was let through.');
      const photo = await enrolment.see(image, request.signal);
      const { person, answer } = await enrolment.alone(async () => {
        const person = await personInForce(store, request.params.id, cameras);
        const judgement = await enrolment.judge(photo, person, { force });
        if (judgement.verdict === 'refused' || !photo.face) throw refusal(judgement);
        const reference = await enrolment.add(person.id, photo, judgement);
        const { quality, box } = faceJson(photo.face);
        return {
          person,
          answer: { ...referenceJson(reference), reason: quality.reason, box, ...verdictJson(judgement) },
        };
      });
      // From her first photo on she can be recognised.
      const lookBack = person.references === 0 ? await lookBackFor(ports, person.id, actorOf(request)) : null;
      return reply.code(201).send({ ...answer, lookBack });
    },
  );

  app.get(
    `${API}/persons/:id/references`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'The photos of a person',
        params: S.IdParams,
        response: answers(200, S.List(S.ReferenceJson)),
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!(await store.persons.get(id, camerasOf(request)))) throw notFound('person', id);
      const seen: Reference[] = [];
      for (const reference of await store.references.ofPerson(id)) {
        if (await maySeeReference(store, request, reference)) seen.push(reference);
      }
      return { items: seen.map(referenceJson), next: null };
    },
  );

  app.delete(
    `${API}/persons/:id/references/:rid`,
    {
      config: { access: ['people'], audit: 'reference.remove' },
      schema: { tags, summary: 'Remove a photo', params: OneOfPerson, response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      const { params } = request;
      const reference = await find(request, params.rid);
      if (reference.personId !== params.id) throw notFound('reference', params.rid);
      const picture = await store.references.remove(params.rid);
      if (picture !== null) await keeper.dropUnused([picture]);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/references/:rid/picture`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'The photo', params: Type.Pick(OneOfPerson, ['rid']), response: PICTURE_ANSWER },
    },
    async (request, reply) =>
      answerPicture(request, reply, pictures, (await find(request, request.params.rid)).picture),
  );

  async function find(request: FastifyRequest, id: string): Promise<Reference> {
    const reference = await store.references.get(id);
    if (!reference) throw notFound('reference', id);
    if (await maySeeReference(store, request, reference)) return reference;
    throw new KithError(
      'forbidden',
      'This photo was taken by a camera that you may not see: ask somebody who may see all.',
    );
  }
}
