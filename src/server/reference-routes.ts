// References: the photos that a person is matched against.

import { Type } from 'typebox';
import type { Reference } from '../domain.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { addReferences, readPhotos } from './enrolment.ts';
import { readForm } from './form.ts';
import { API, faceJson, referenceJson } from './json.ts';
import { answerPicture } from './picture-answer.ts';
import { answers, FORM, FormData, NOTHING, PICTURE_ANSWER } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['references'];
const OneOfPerson = S.Exact({ id: S.Id, rid: S.Id });

export function referenceRoutes(app: App, context: Context): void {
  const { ports, limits, keeper } = context;
  const { store, pictures } = ports;

  app.post(
    `${API}/persons/:id/references`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Add a photo which shows one face, or one that is clearly the largest',
        params: S.IdParams,
        consumes: FORM,
        body: FormData(['image']),
        response: answers(201, S.NewReferenceJson),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await mustExist(id);
      const form = await readForm(request, { pictures: { image: { least: 1, most: 1 } } }, limits.pictureBytes);
      const photos = await readPhotos(loaded(ports.engine), form.pictures['image'] ?? [], request.signal);
      const [reference] = await addReferences(context, id, photos);
      const [photo] = photos;
      if (!reference || !photo) throw new Error('A photo was read but no reference was made.');
      const { quality, box } = faceJson(photo.face);
      return reply.code(201).send({ ...referenceJson(reference), reason: quality.reason, box });
    },
  );

  app.get(
    `${API}/persons/:id/references`,
    {
      config: { access: ['read'] },
      schema: {
        tags,
        summary: 'The photos of a person',
        params: S.IdParams,
        response: answers(200, S.List(S.ReferenceJson)),
      },
    },
    async ({ params }) => {
      await mustExist(params.id);
      return { items: (await store.references.ofPerson(params.id)).map(referenceJson), next: null };
    },
  );

  app.delete(
    `${API}/persons/:id/references/:rid`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'Remove a photo', params: OneOfPerson, response: answers(204, NOTHING) },
    },
    async ({ params }, reply) => {
      const reference = await find(params.rid);
      if (reference.personId !== params.id) throw notFound('reference', params.rid);
      const picture = await store.references.remove(params.rid);
      if (picture !== null) await keeper.dropUnused([picture]);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/references/:rid/picture`,
    {
      config: { access: ['read'] },
      schema: { tags, summary: 'The photo', params: Type.Pick(OneOfPerson, ['rid']), response: PICTURE_ANSWER },
    },
    async (request, reply) => answerPicture(request, reply, pictures, (await find(request.params.rid)).picture),
  );

  async function mustExist(personId: string): Promise<void> {
    if (!(await store.persons.get(personId))) throw notFound('person', personId);
  }

  async function find(id: string): Promise<Reference> {
    const reference = await store.references.get(id);
    if (!reference) throw notFound('reference', id);
    return reference;
  }
}
