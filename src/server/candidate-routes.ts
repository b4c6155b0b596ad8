// /detections/{id}/candidates: whom a logged shot is near to, with the references to compare it with by eye.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Candidate, Reference } from '../domain.ts';
import { KithError } from '../errors.ts';
import { camerasOf, checkCamera } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API, referenceJson, round } from './json.ts';
import { CandidatesJson, type CandidateJson } from './log-schemas.ts';
import { maySeeReference } from './reference-sight.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const MOST_REFERENCES = 3;

export function candidateRoutes(app: App, { ports }: Context): void {
  const { store } = ports;

  app.get(
    `${API}/detections/:id/candidates`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags: ['detections'],
        summary: 'The persons nearest to a shot by the gallery of now, with references to compare',
        params: S.IdParams,
        querystring: S.Exact({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 5 })) }),
        response: answers(200, CandidatesJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const detection = await store.detections.get(id);
      if (!detection) throw notFound('detection', id);
      checkCamera(request, detection.cameraId);
      // Both of one model, although another one may come into force meanwhile.
      const [engine, gallery] = [loaded(ports.engine), loaded(ports.gallery)];
      const [shot] = await store.detections.withTemplates(engine.embedder.id, { ids: [id] }, 0, 1);
      if (!shot) throw unread(id, detection.state);
      await gallery.sync();
      const found = gallery.search(shot.vector, request.query.limit ?? 5, new Set(shot.notPersonIds));
      const { threshold } = gallery.calibration;
      const items = await Promise.all(found.map((one) => candidate(request, one, threshold)));
      return { items: items.filter((item) => item !== null), threshold: round(threshold) };
    },
  );

  /** Null: she was removed while the gallery was searched, or is a stranger whom none of the caller's cameras has seen. */
  async function candidate(
    request: FastifyRequest,
    { personId, referenceId, distance }: Candidate,
    threshold: number,
  ): Promise<CandidateJson | null> {
    const [person, references] = await Promise.all([
      store.persons.get(personId, camerasOf(request)),
      store.references.ofPerson(personId),
    ]);
    if (!person) return null;
    const seen: Reference[] = [];
    for (const reference of references.toSorted(by(referenceId))) {
      if (seen.length < MOST_REFERENCES && (await maySeeReference(store, request, reference))) seen.push(reference);
    }
    const shown = seen.map(referenceJson);
    return {
      person: { id: person.id, name: person.name, kind: person.kind },
      distance: round(distance),
      margin: round(threshold - distance),
      references: shown.map(({ id, quality, picture }) => ({ id, quality, picture })),
    };
  }
}

/** The nearest one, then the best. */
function by(nearest: string) {
  const rank = ({ id, quality }: Reference) => (id === nearest ? 2 : quality);
  return (a: Reference, b: Reference) => rank(b) - rank(a);
}

function unread(id: string, state: string): KithError {
  const why =
    state === 'pending'
      ? 'is still pending: try again in a moment.'
      : state === 'classified'
        ? 'was not read by the model in force: its nearest persons are not known.'
        : 'is nobody: there is no face to compare.';
  return new KithError('conflict', `The detection ${JSON.stringify(id)} ${why}`);
}
