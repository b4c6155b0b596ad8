// /search: who is it, and where was she seen? By a photo that is not kept, or by a face that is in the store already.

import type { FastifyRequest } from 'fastify';
import type { Candidate, Match, Person } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { certaintyOf } from '../certainty.ts';
import { KithError } from '../errors.ts';
import { camerasOf, checkCamera } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { parseField, readForm } from './form.ts';
import { API, detectionJson, maybeTime, referencePicture, round } from './json.ts';
import { answers, FORM, FormData } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import { PhotoSearchJson, SearchMeta, type PersonFoundJson, type SightingFoundJson } from './search-schemas.ts';
import { byTemplate, faceOfPicture, type SearchedFace } from './searched-face.ts';
import { searchSightings } from './sighting-search.ts';

const tags = ['faces'];
const MOST_PEOPLE = 10;
const LIMIT = 100;
const DAY_MS = 86_400_000;
const DAYS = 30;
/** Longer than anybody waits; the newest are looked at first. */
const BUDGET_MS = 30_000;
const checkMeta = checker(SearchMeta, 'The meta does not fit');

export function searchRoutes(app: App, { ports, limits }: Context): void {
  const { store, pictures, clock } = ports;
  let last: Promise<unknown> = Promise.resolve();

  app.post(
    `${API}/search`,
    {
      config: { access: ['read', 'people'], audit: 'search.photo' },
      schema: {
        tags,
        summary:
          'Search by photo: who is it, and which sightings show the same face? Nothing of the picture is kept. Instead of `image` the meta may name a `detection` or a `reference`; without `from` the last 30 days are searched',
        consumes: FORM,
        body: FormData(['image'], { meta: SearchMeta }, ['image', 'meta']),
        response: answers(200, PhotoSearchJson),
      },
    },
    async (request) => {
      // All of one model, even when another one takes over meanwhile.
      const [engine, gallery, match] = [loaded(ports.engine), loaded(ports.gallery), loaded(ports.match)];
      const wish = { pictures: { image: { least: 0, most: 1 } }, optional: ['meta'] };
      const form = await readForm(request, wish, limits.pictureBytes);
      const meta = checkMeta(parseField('meta', form.texts['meta'] ?? '{}')) as SearchMeta;
      const { from, to, cameraIds } = rangeOf(request, meta);
      const searched = await faceOf(request, engine, form.pictures['image']?.[0], meta);
      const { template, ...picture } = searched;

      const decided = await match(template);
      const people = await peopleFound(request, gallery.search(template, MOST_PEOPLE), decided);
      const filter = { cameraIds, from, ...(to !== null && { to }) };
      const { limit = LIMIT } = meta;
      const { signal } = request;
      const { embedder } = engine;
      const found = await alone(() => {
        signal.throwIfAborted();
        return searchSightings(
          { detections: store.detections },
          { embedder, probe: template, filter },
          { limit, budgetMs: BUDGET_MS, signal },
        );
      });
      const meant = decided.decision === 'known' || decided.decision === 'unknown' ? decided.nearest : null;
      return {
        ...picture,
        decision: decided.decision,
        person: people.find(({ person }) => person.id === meant?.personId)?.person ?? null,
        threshold: round(decided.threshold),
        people,
        similar: embedder.threshold,
        sightings: await sightingsFound(found.hits, embedder.threshold),
        found: found.near,
        looked: found.looked,
        complete: found.complete,
        from: maybeTime(from),
        to: maybeTime(to),
      };
    },
  );

  /** One search goes through the log at a time: others wait, instead of all being slow. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  }

  function rangeOf(request: FastifyRequest, meta: SearchMeta) {
    const from = meta.from === undefined ? clock() - DAYS * DAY_MS : Date.parse(meta.from);
    const to = meta.to === undefined ? null : Date.parse(meta.to);
    if (to !== null && meta.from !== undefined && to <= from) {
      throw new KithError('invalid', '`to` is not after `from`: give the earlier time as `from`.');
    }
    for (const id of meta.camera ?? []) checkCamera(request, id);
    return { from, to, cameraIds: meta.camera ?? camerasOf(request) };
  }

  async function faceOf(
    request: FastifyRequest,
    engine: FaceEngine,
    image: Uint8Array | undefined,
    { face, detection, reference }: SearchMeta,
  ): Promise<SearchedFace> {
    const given = [image, detection, reference].filter((one) => one !== undefined);
    if (given.length !== 1) {
      const what = given.length === 0 ? 'Nothing came to search for' : `${given.length} things came to search for`;
      throw new KithError('invalid', `${what}: send a picture \`image\`, or name a \`detection\` or a \`reference\`.`);
    }
    const { signal } = request;
    if (image) return faceOfPicture(engine, image, face, signal);
    if (detection !== undefined) {
      const logged = await store.detections.get(detection);
      if (!logged) throw notFound('detection', detection);
      checkCamera(request, logged.cameraId);
      const [shot] = await store.detections.withTemplates(engine.embedder.id, { ids: [detection] }, 0, 1);
      if (shot && face === undefined) return byTemplate(shot.vector);
      return faceOfPicture(engine, await pictures.get(logged.picture), face, signal);
    }
    const kept = await store.references.get(reference ?? '');
    if (!kept || !(await maySee(request, kept.detectionId))) throw notFound('reference', reference ?? '');
    const [entry] = await store.references.entriesOf(engine.embedder.id, { referenceIds: [kept.id] });
    if (entry && face === undefined) return byTemplate(entry.vector);
    return faceOfPicture(engine, await pictures.get(kept.picture), face, signal);
  }

  /** A shot of a camera that the caller may not see is not shown to her as anybody's photo either. */
  async function maySee(request: FastifyRequest, detectionId: string | null): Promise<boolean> {
    const cameras = camerasOf(request);
    if (cameras === null || detectionId === null) return true;
    const detection = await store.detections.get(detectionId);
    return detection !== null && cameras.includes(detection.cameraId);
  }

  /** Strangers who were never seen at the caller's cameras are nobody to her. */
  async function mayKnow(request: FastifyRequest, person: Person): Promise<boolean> {
    const cameras = camerasOf(request);
    if (cameras === null || person.kind === 'known') return true;
    for (const cameraId of cameras) {
      const { items } = await store.detections.list({ personId: person.id, cameraId }, { limit: 1 });
      if (items.length > 0) return true;
    }
    return false;
  }

  async function peopleFound(request: FastifyRequest, candidates: readonly Candidate[], match: Match) {
    const { threshold } = match;
    const meant = meantBy(match);
    const people: PersonFoundJson[] = [];
    for (const { personId, referenceId, distance } of candidates) {
      const person = await store.persons.get(personId);
      // Somebody may have been removed since the search.
      if (!person || !(await mayKnow(request, person))) continue;
      const { id, name, kind } = person;
      const reference = await store.references.get(referenceId);
      const shown = reference && (await maySee(request, reference.detectionId)) ? reference : null;
      people.push({
        person: { id, name, kind },
        distance: round(distance),
        certainty: meant.has(id) ? certaintyOf(distance, threshold) : null,
        reference: shown && { id: shown.id, picture: referencePicture(shown.id) },
      });
    }
    return people;
  }

  async function sightingsFound(
    hits: readonly { readonly id: string; readonly distance: number }[],
    threshold: number,
  ): Promise<SightingFoundJson[]> {
    const found = await store.detections.byIds(hits.map(({ id }) => id));
    const byId = new Map(found.map((detection) => [detection.id, detection]));
    return hits.flatMap(({ id, distance }) => {
      const detection = byId.get(id);
      const similarity = certaintyOf(distance, threshold) === 'certain' ? 'very_similar' : 'similar';
      return detection ? [{ detection: detectionJson(detection), distance: round(distance), similarity }] : [];
    });
  }
}

/** Whom the decision speaks of; others may be under the threshold too, but further away. */
function meantBy({ decision, nearest, runnerUp }: Match): ReadonlySet<string> {
  if (decision === 'new') return new Set();
  const meant = decision === 'ambiguous' ? [nearest, runnerUp] : [nearest];
  return new Set(meant.flatMap((one) => (one ? [one.personId] : [])));
}
