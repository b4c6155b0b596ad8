// Questions about photos that are not kept: which faces, who is it, are these two the same.

import { Type } from 'typebox';
import type { Match, Person } from '../domain.ts';
import { distanceOf } from '../distance.ts';
import { KithError } from '../errors.ts';
import type { Cameras } from '../people-port.ts';
import { camerasOf } from './auth.ts';
import { loaded, type App, type Context } from './context.ts';
import { faceOfPhoto } from './face-photo.ts';
import { readForm, type Form } from './form.ts';
import { API, faceJson, identifiedJson, round } from './json.ts';
import { answers, FORM, FormData } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['faces'];
const MOST_FACES = 100;
const size = { width: Type.Integer(), height: Type.Integer() };
const Verified = Type.Object({ distance: Type.Number(), threshold: Type.Number(), same: Type.Boolean() });

export function faceRoutes(app: App, { ports, limits }: Context): void {
  const { store } = ports;
  const one = { pictures: { image: { least: 1, most: 1 } } };

  app.post(
    `${API}/detect`,
    {
      config: { access: ['read', 'people'], audit: 'search.detect' },
      schema: {
        tags,
        summary: 'The faces of a photo',
        consumes: FORM,
        body: FormData(['image']),
        response: answers(200, Type.Object({ ...size, faces: Type.Array(S.FaceJson) })),
      },
    },
    async (request) => {
      const engine = loaded(ports.engine);
      const bytes = imageOf(await readForm(request, one, limits.pictureBytes));
      const { width, height, faces } = await engine.analyse(
        bytes,
        { search: 'auto', maxFaces: MOST_FACES },
        request.signal,
      );
      return { width, height, faces: faces.map(faceJson) };
    },
  );

  app.post(
    `${API}/identify`,
    {
      config: { access: ['read', 'people'], audit: 'search.identify' },
      schema: {
        tags,
        summary: 'Who is on a photo',
        consumes: FORM,
        body: FormData(['image']),
        response: answers(200, Type.Object({ ...size, faces: Type.Array(S.IdentifiedJson) })),
      },
    },
    async (request) => {
      const engine = loaded(ports.engine);
      const match = loaded(ports.match);
      const bytes = imageOf(await readForm(request, one, limits.pictureBytes));
      const options = { search: 'auto', template: true, maxFaces: MOST_FACES } as const;
      const { width, height, faces } = await engine.analyse(bytes, options, request.signal);
      const answered = [];
      const persons = new Map<string, Person>();
      for (const face of faces) {
        if (!face.template) continue;
        const found = await match(face.template);
        await fetchPersons(found, persons, camerasOf(request));
        answered.push(identifiedJson(face, found, persons));
      }
      return { width, height, faces: answered };
    },
  );

  app.post(
    `${API}/verify`,
    {
      config: { access: ['read', 'people'], audit: 'search.verify' },
      schema: {
        tags,
        summary: 'Do two photos show the same person? As `a` and `b`, or as `image` twice',
        consumes: FORM,
        body: FormData(['a', 'b']),
        response: answers(200, Verified),
      },
    },
    async (request) => {
      const engine = loaded(ports.engine);
      const either = { least: 0, most: 1 };
      const wish = { pictures: { a: either, b: either, image: { least: 0, most: 2 } } };
      const { pictures } = await readForm(request, wish, limits.pictureBytes);
      const given = [...(pictures['a'] ?? []), ...(pictures['b'] ?? []), ...(pictures['image'] ?? [])];
      const [a, b] = given;
      if (!a || !b || given.length !== 2) {
        throw new KithError('invalid', `Two pictures are needed, \`a\` and \`b\`, but ${given.length} came.`);
      }
      const first = await faceOfPhoto(engine, a, 'the first photo', request.signal);
      const second = await faceOfPhoto(engine, b, 'the second photo', request.signal);
      const { metric, threshold } = engine.embedder;
      const distance = distanceOf(metric, first.template, second.template);
      return { distance: round(distance), threshold, same: distance < threshold };
    },
  );

  /** Strangers whom none of the caller's cameras has seen are nobody to her. */
  async function fetchPersons(
    { nearest, runnerUp }: Match,
    persons: Map<string, Person>,
    cameras: Cameras,
  ): Promise<void> {
    for (const candidate of [nearest, runnerUp]) {
      if (!candidate || persons.has(candidate.personId)) continue;
      const person = await store.persons.get(candidate.personId, cameras);
      if (person) persons.set(person.id, person);
    }
  }
}

function imageOf(form: Form): Uint8Array {
  return form.pictures['image']?.[0] ?? new Uint8Array();
}
