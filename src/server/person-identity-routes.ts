// What people do with persons: two are one, one is two, an unknown one is no use, look who she was before.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Person } from '../domain.ts';
import { KithError } from '../errors.ts';
import { camerasOf, checkCamera, checkTouched } from './auth.ts';
import { actorOf, loaded, notFound, type App, type Context } from './context.ts';
import { createDetectionActions } from './detection-actions.ts';
import { entryJson } from './identity-json.ts';
import { ChangedPersonJson, EntriesJson, Ids, LookedBackJson, NamedPersonJson } from './identity-schemas.ts';
import { API, personJson } from './json.ts';
import { lookBackFor } from './look-back.ts';
import { personInForce } from './people-in-force.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['persons'];

export function personIdentityRoutes(app: App, context: Context): void {
  const { ports } = context;
  const { store } = ports;
  const actions = createDetectionActions(context);

  app.post(
    `${API}/persons/:id/merge`,
    {
      config: { access: ['people'], audit: 'person.merge' },
      schema: {
        tags,
        summary: 'She is another person: all of hers becomes the other one’s. Two known persons need `confirmed`',
        params: S.IdParams,
        body: S.Exact({ into: S.Id, confirmed: Type.Optional(Type.Boolean()) }),
        response: answers(200, ChangedPersonJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { into, confirmed = false } = request.body;
      if (id === into) throw new KithError('invalid', '"into" is the same person: a merge needs two.');
      const [from, target] = [await personInForce(store, id), await personInForce(store, into)];
      if (from.kind === 'known' && target.kind === 'unknown') {
        const [known, unknown] = [JSON.stringify(from.name), JSON.stringify(target.name)];
        throw new KithError(
          'conflict',
          `${known} would lose her name: merge ${unknown} (${into}) into ${known} (${id}) instead.`,
        );
      }
      await checkWhole(request, id, 'Merging her');
      const options = { actor: actorOf(request), confirmed, visitGapMs: ports.visitGapMs };
      const { person, entry } = await store.identity.merge(id, into, options);
      return { ...personJson(person), entries: [entryJson(entry)] };
    },
  );

  app.post(
    `${API}/persons/:id/split`,
    {
      config: { access: ['people'], audit: 'person.split' },
      schema: {
        tags,
        summary: 'Some of her detections are somebody else: a new unknown person, or one with this `name`',
        params: S.IdParams,
        body: S.Exact({ detections: Ids, name: Type.Optional(S.Name) }),
        response: answers(201, NamedPersonJson),
      },
    },
    async (request, reply) => {
      const { detections: ids, name } = request.body;
      const whole = await personInForce(store, request.params.id);
      if (name !== undefined) loaded(ports.reconsider);
      const actor = actorOf(request);
      const detections = await actions.find(ids);
      for (const { cameraId } of detections) checkCamera(request, cameraId);
      for (const { id, personId } of detections) {
        if (personId === whole.id) continue;
        throw new KithError(
          'conflict',
          `The detection ${JSON.stringify(id)} is not one of ${JSON.stringify(whole.name)}: only hers can be split off.`,
        );
      }
      const [entry] = await actions.move({ detections, actor }, null, 'split');
      const part = entry && (await store.detections.get(ids[0] ?? ''))?.personId;
      if (!entry || !part) throw new KithError('conflict', 'The detections changed hands meanwhile: look again.');
      if (name === undefined) {
        const person = await personInForce(store, part);
        return reply.code(201).send({ ...personJson(person), entries: [entryJson(entry)], lookBack: null });
      }
      // The name may be taken: then nothing is split.
      const named = await store.identity.name(part, name, actor).catch(async (error: unknown) => {
        await store.identity.undo(entry.seq, { actor, visitGapMs: ports.visitGapMs });
        throw error;
      });
      const lookBack = await lookBackFor(ports, part, actor);
      const entries = [entryJson(entry), entryJson(named.entry)];
      return reply.code(201).send({ ...personJson(await find(part)), entries, lookBack });
    },
  );

  app.post(
    `${API}/persons/:id/discard`,
    {
      config: { access: ['people'], audit: 'person.discard' },
      schema: {
        tags,
        summary: 'An unknown person who is none: a poster, a pattern. Her detections become rejected',
        params: S.IdParams,
        response: answers(200, EntriesJson),
      },
    },
    async (request) => {
      const { id } = await personInForce(store, request.params.id);
      await checkWhole(request, id, 'Discarding her');
      const entry = await store.identity.discard(
        { personId: id },
        { actor: actorOf(request), visitGapMs: ports.visitGapMs },
      );
      return { entries: [entryJson(entry)] };
    },
  );

  app.post(
    `${API}/persons/:id/look-back`,
    {
      config: { access: ['people'], audit: 'person.look-back' },
      schema: {
        tags,
        summary: 'Look through the log for earlier sightings of her, and for unknown persons that are her',
        params: S.IdParams,
        response: answers(200, LookedBackJson),
      },
    },
    async (request) => {
      const reconsider = loaded(ports.reconsider);
      const { id } = await personInForce(store, request.params.id, camerasOf(request));
      return reconsider.lookBack(id, actorOf(request));
    },
  );

  /** All that is known of her changes hands, so all of it must be the caller's to see. */
  async function checkWhole(request: FastifyRequest, id: string, what: string): Promise<void> {
    if (camerasOf(request) !== null) checkTouched(request, await store.touched.byPerson(id), what);
  }

  async function find(id: string): Promise<Person> {
    const person = await store.persons.get(id);
    if (!person) throw notFound('person', id);
    return person;
  }
}
