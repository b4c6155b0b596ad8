// Photos become references: each is analysed, judged by the gate, then picture, row and template are written.

import { createHash } from 'node:crypto';
import { distanceOf, squaredBetween, unitLength } from '../distance.ts';
import type { Face, Person, Reference } from '../domain.ts';
import type { EmbedderInfo } from '../model-port.ts';
import type { Gallery, GateVerdict } from '../gallery-port.ts';
import { isKithError, KithError } from '../errors.ts';
import { onlyFace } from '../main-face.ts';
import { loaded } from './context.ts';
import { FACES_IN_PHOTO, templateOf } from './face-photo.ts';
import type { PictureKeeper } from './picture-keeper.ts';
import type { ServerPorts } from './ports.ts';

/** A photo and what was seen in it. */
export interface SeenPhoto {
  readonly bytes: Uint8Array;
  /** Name of the picture, whether it is stored or not. */
  readonly picture: string;
  readonly unreadable: string | null;
  readonly faces: readonly Face[];
  /** The one meant. */
  readonly face: Face | null;
  /** That made its template; null without one. */
  readonly model: string | null;
}

export interface Judgement extends GateVerdict {
  /** The person has this very file already. */
  readonly sameFile: boolean;
}

export interface JudgeOptions {
  readonly force?: boolean;
  /** Photos that will be hers too. */
  readonly before?: readonly SeenPhoto[];
  /** A reference of hers that does not count: it is the photo itself. */
  readonly except?: string | undefined;
}

export interface Enrolment {
  /** Bytes that are no picture are seen as `unreadable`; everything else that goes wrong is an error. */
  see(bytes: Uint8Array, signal: AbortSignal): Promise<SeenPhoto>;
  /** Null: somebody who is not there yet. */
  judge(photo: SeenPhoto, person: Person | null, options?: JudgeOptions): Promise<Judgement>;
  add(personId: string, photo: SeenPhoto, verdict: GateVerdict): Promise<Reference>;
  /** One after the other: a photo is judged by all that were taken before it. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** So many of the nearest persons are looked at, and of the known ones among them so many photos. */
const NEAREST_PERSONS = 20;
const NEAREST_PHOTOS = 5;

interface InForce {
  readonly embedder: EmbedderInfo;
  readonly gallery: Gallery;
}

export function createEnrolment(ports: ServerPorts, keeper: PictureKeeper): Enrolment {
  const { store } = ports;
  let last: Promise<unknown> = Promise.resolve();

  /** Of one model: taken together, as another one may take over at any pause. */
  function inForce(): InForce {
    return { embedder: loaded(ports.engine).embedder, gallery: loaded(ports.gallery) };
  }

  async function see(bytes: Uint8Array, signal?: AbortSignal): Promise<SeenPhoto> {
    const picture = createHash('sha256').update(bytes).digest('hex');
    try {
      const engine = loaded(ports.engine);
      const { faces } = await engine.analyse(bytes, FACES_IN_PHOTO, signal);
      const face = onlyFace(faces);
      return { bytes, picture, unreadable: null, faces, face, model: face && engine.embedder.id };
    } catch (error) {
      if (!isKithError(error) || error.code !== 'invalid') throw error;
      return unreadablePhoto(error.message, bytes, picture);
    }
  }

  /** Her templates: of the references in the store, and of photos that are not there yet. */
  async function templatesOf(
    person: Person | null,
    { before = [], except }: JudgeOptions,
    model: string,
  ): Promise<Float32Array[]> {
    const entries = person ? await store.references.entriesOf(model, { personIds: [person.id] }) : [];
    return [
      ...entries.filter(({ referenceId }) => referenceId !== except).map(({ vector }) => vector),
      ...before.flatMap((photo) => (photo.face && photo.model === model ? [templateOf(photo.face)] : [])),
    ];
  }

  async function othersNear(template: Float32Array, person: Person | null, { embedder, gallery }: InForce) {
    const candidates = gallery.search(template, NEAREST_PERSONS);
    const known = candidates
      .filter(({ personId }) => personId !== person?.id && gallery.kindOf(personId) === 'known')
      .slice(0, NEAREST_PHOTOS);
    const referenceIds = known.map(({ referenceId }) => referenceId);
    const entries = known.length > 0 ? await store.references.entriesOf(embedder.id, { referenceIds }) : [];
    const vectors = new Map(entries.map(({ referenceId, vector }) => [referenceId, vector]));
    const others: { name: string; distance: number; pair: number }[] = [];
    for (const { personId, referenceId, distance } of known) {
      const other = await store.persons.get(personId);
      const vector = vectors.get(referenceId);
      // Somebody may have been removed since the search.
      if (!other || !vector) continue;
      others.push({ name: other.name, distance, pair: distanceOf(embedder.metric, template, vector) });
    }
    const her = candidates.find(({ personId }) => personId === person?.id);
    return { others, distance: her?.distance ?? null };
  }

  return {
    see,

    async judge(given, person, options = {}) {
      let now = inForce();
      let photo = given;
      while (photo.model !== null && photo.model !== now.embedder.id) {
        // Another model took over since it was looked at, and the gallery holds that one's templates.
        photo = await see(photo.bytes);
        now = inForce();
      }
      const { embedder: model, gallery } = now;
      const { face, picture, unreadable, faces } = photo;
      const { before = [], except, force = false } = options;
      const seen = { unreadable, faces, model, calibration: gallery.calibration, force };
      if (!face) {
        const own = { references: 0, sameFile: false, pair: null, distance: null };
        return { ...ports.gate({ ...seen, own, others: [] }), sameFile: false };
      }
      const hers = person ? await store.references.ofPerson(person.id) : [];
      const sameFile =
        hers.some((reference) => reference.picture === picture && reference.id !== except) ||
        before.some((other) => other.picture === picture);

      const template = templateOf(face);
      await gallery.sync();
      const { calibration } = gallery;
      const { others, distance } = await othersNear(template, person, now);
      const own = await templatesOf(person, options, model.id);
      const pairs = own.map((vector) => distanceOf(model.metric, template, vector));
      const pair = pairs.length > 0 ? Math.min(...pairs) : null;
      // Photos that are not in the gallery yet: as if each were somebody there.
      const toEach =
        calibration.mode === 'fixed'
          ? pairs
          : own.map((vector) => Math.sqrt(squaredBetween(unitLength(template), unitLength(vector))));
      const hersByGallery = before.length > 0 ? Math.min(...toEach) : distance;
      const about = { references: own.length, sameFile, pair, distance: own.length > 0 ? hersByGallery : null };
      return { ...ports.gate({ ...seen, calibration, own: about, others }), sameFile };
    },

    async add(personId, { bytes, face, model }, { findings }) {
      if (!face || model === null) throw new Error('A photo without a face was taken.');
      const warnings = findings.map(({ code }) => code);
      return keeper.keep(bytes, (picture) =>
        store.references.add({ personId, picture, quality: face.quality.total, warnings }, [
          { model, vector: templateOf(face) },
        ]),
      );
    },

    alone(work) {
      const done = last.then(work, work);
      last = done.catch(() => undefined);
      return done;
    },
  };
}

export function unreadablePhoto(unreadable: string, bytes: Uint8Array = new Uint8Array(), picture = ''): SeenPhoto {
  return { bytes, picture, unreadable, faces: [], face: null, model: null };
}

/** The error for a photo that was refused: 409 for what is there already, else 422; all findings stand beside it. */
export function refusal({ findings, sameFile }: Judgement, which = ''): KithError {
  const message = `${which}${findings[0]?.message ?? 'The photo cannot be used.'}`;
  const details = { more: { findings } };
  return sameFile && findings[0]?.code === 'duplicate'
    ? new KithError('conflict', message, details)
    : new KithError('invalid', message, { ...details, status: 422 });
}
