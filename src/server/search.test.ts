// Searching by photo, over the routes: faces of a picture, people, sightings; who may, what is bounded, that nothing is kept.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Candidate, Face, FivePoints } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Gallery } from '../gallery-port.ts';
import { KithError } from '../errors.ts';
import { furnish, NOBODY, openInject, picture, shot, type House, type Inject } from './house.test-suite.ts';

const DAY_MS = 86_400_000;
const MODEL = 'test@1';

/** Where somebody's template lies on a line; the model's threshold is 0.6. */
const at = (place: number): Float32Array => Float32Array.of(place, 1, 0, 0);

/** "Pictures" list their faces: `picture 0.1 0.9:tiny`, each a place on the line. */
function lineEngine(id = MODEL): FaceEngine {
  return {
    embedder: { id, dimensions: 4, metric: 'euclidean', threshold: 0.6 },
    threads: 1,
    async analyse(bytes) {
      const [head, ...faces] = Buffer.from(bytes as Uint8Array)
        .toString()
        .split(' ');
      if (head !== 'picture') throw new KithError('invalid', 'These bytes are no picture.', { status: 415 });
      return { width: 400, height: 200, faces: faces.map(faceAt) };
    },
    close: async () => undefined,
  };
}

function faceAt(text: string, i: number): Face {
  const [place, tiny] = text.split(':');
  const size = tiny ? 10 : 60;
  const x = i * 100;
  const eyes = [
    [x, 20],
    [x + size / 2, 20],
  ] as const;
  return {
    box: [x, 10, size, size],
    score: 0.9,
    points: [...eyes, [x, 0], [x, 0], [x, 0]] as FivePoints,
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: {
      size: 1,
      sharpness: 1,
      light: 1,
      contrast: 1,
      pose: 1,
      occlusion: 1,
      total: 0.9,
      reason: 'light',
      luminance: 120,
      eyes: 1,
      mouth: 1,
    },
    template: at(Number(place)),
  };
}

function galleryOf(candidates: () => readonly Candidate[], house: House): Gallery {
  return { ...(house.ports.gallery as Gallery), search: (_probe, k = 2) => candidates().slice(0, k) };
}

interface Answer {
  readonly faces: readonly { readonly box: readonly number[] }[];
  readonly face: number | null;
  readonly width: number | null;
  readonly decision: string;
  readonly person: { readonly name: string } | null;
  readonly people: readonly {
    readonly person: { readonly name: string };
    readonly distance: number;
    readonly certainty: string | null;
    readonly reference: { readonly picture: string } | null;
  }[];
  readonly sightings: readonly {
    readonly detection: { readonly id: string };
    readonly distance: number;
    readonly similarity: string;
  }[];
  readonly looked: number;
  readonly found: number;
  readonly complete: boolean;
  readonly from: string | null;
}

function asking(inject: Inject, key?: string) {
  return async (image: string | null, meta?: unknown) => {
    const form = new FormData();
    if (image !== null) form.set('image', picture(image), 'photo.jpg');
    if (meta !== undefined) form.set('meta', JSON.stringify(meta));
    const { status, json } = await inject({ method: 'POST', url: '/api/v1/search', form, ...(key && { key }) });
    return { status, answer: json as unknown as Answer, message: json.error?.message ?? '' };
  };
}

const ids = ({ sightings }: Answer): string => sightings.map(({ detection }) => detection.id).join(' ');

/** Shots of these places on the line, `days` ago. */
async function log(
  house: House,
  inject: Inject,
  shots: readonly (readonly [id: string, place: number, days: number, camera?: string])[],
): Promise<void> {
  await house.ports.store.cameras.put('gate', 'Gate');
  for (const [id, place, days, camera = 'door'] of shots) {
    const capturedAt = new Date(Date.now() - days * DAY_MS).toISOString();
    await inject({ method: 'POST', url: '/api/v1/detections', form: shot({ id, camera, capturedAt }) });
    await house.ports.store.classify(id, null, {
      decision: 'unidentified',
      template: { model: MODEL, vector: at(place) },
    });
  }
}

describe('POST /search', () => {
  it('answers faces, people and the similar sightings, and keeps nothing', async () => {
    const house = await furnish({ engine: lineEngine() });
    const { inject, close } = await openInject(house);
    try {
      const ada = await house.ports.store.makePerson('Ada');
      const bea = await house.ports.store.makePerson('Bea');
      const reference = await house.ports.store.references.add(
        { personId: ada.id, picture: 'a'.repeat(64), quality: 0.9 },
        [{ model: MODEL, vector: at(0) }],
      );
      const nearest = { personId: ada.id, referenceId: reference.id, distance: 0.3 };
      const runnerUp = { personId: bea.id, referenceId: 'gone', distance: 0.9 };
      house.ports.gallery = galleryOf(() => [nearest, runnerUp], house);
      house.ports.match = async () => ({ decision: 'known', nearest, runnerUp, margin: 0.6, threshold: 0.6 });
      await log(house, inject, [
        ['far', 3, 1],
        ['close', 0.1, 2],
        ['closer', 0.05, 3],
        ['similar', 0.55, 1],
        ['old', 0.01, 40],
      ]);
      const files = house.files.size;
      const before = await house.ports.store.changes.last();
      const { status, answer } = await asking(inject)('picture 0');
      assert.equal(status, 200);
      assert.deepEqual([answer.width, answer.face, answer.faces.length], [400, 0, 1]);
      assert.deepEqual([answer.decision, answer.person?.name], ['known', 'Ada']);
      assert.deepEqual(
        answer.people.map(({ person, distance, certainty }) => [person.name, distance, certainty]),
        [
          ['Ada', 0.3, 'certain'],
          ['Bea', 0.9, null],
        ],
      );
      assert.deepEqual(
        answer.people.map((one) => one.reference?.picture ?? null),
        [`/api/v1/references/${reference.id}/picture`, null],
      );
      assert.equal(ids(answer), 'closer close similar');
      assert.deepEqual(
        answer.sightings.map(({ distance, similarity }) => [distance, similarity]),
        [
          [0.05, 'very_similar'],
          [0.1, 'very_similar'],
          [0.55, 'similar'],
        ],
      );
      assert.deepEqual([answer.looked, answer.found, answer.complete], [4, 3, true]);
      assert.equal(house.files.size, files);
      assert.equal(await house.ports.store.changes.last(), before);
    } finally {
      await close();
    }
  });

  it('goes by range, cameras and limit', async () => {
    const house = await furnish({ engine: lineEngine() });
    const { inject, close } = await openInject(house);
    try {
      await log(house, inject, [
        ['a', 0, 1],
        ['b', 0.1, 50, 'gate'],
        ['c', 0.2, 100],
      ]);
      const ask = asking(inject);
      const since = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
      assert.equal(ids((await ask('picture 0')).answer), 'a');
      assert.equal(ids((await ask('picture 0', { from: since(200) })).answer), 'a b c');
      assert.equal(ids((await ask('picture 0', { from: since(200), to: since(10) })).answer), 'b c');
      assert.equal(ids((await ask('picture 0', { from: since(200), camera: ['gate'] })).answer), 'b');
      const bounded = await ask('picture 0', { from: since(200), limit: 1 });
      assert.equal(ids(bounded.answer), 'a');
      assert.deepEqual([bounded.answer.found, bounded.answer.looked], [3, 3]);
      assert.equal((await ask('picture 0', { from: since(1), to: since(2) })).status, 400);
      assert.equal((await ask('picture 0', { limit: 501 })).status, 400);
    } finally {
      await close();
    }
  });

  it('takes one of several faces, by place or box, and says when it cannot', async () => {
    const house = await furnish({ engine: lineEngine() });
    const { inject, close } = await openInject(house);
    try {
      await log(house, inject, [
        ['zero', 0, 1],
        ['five', 5, 1],
      ]);
      const ask = asking(inject);
      const both = 'picture 0 5 9:tiny';
      assert.equal(ids((await ask(both, { face: 0 })).answer), 'zero');
      assert.equal(ids((await ask(both, { face: 1 })).answer), 'five');
      const boxed = await ask(both, { face: [95, 5, 70, 70] });
      assert.deepEqual([boxed.answer.face, ids(boxed.answer)], [1, 'five']);
      for (const [image, meta, status, said] of [
        [both, { face: 2 }, 422, /too small.*5 pixels/],
        [both, { face: 7 }, 422, /no face 7/],
        [both, { face: [390, 190, 5, 5] }, 422, /no face in that place/],
        ['picture', {}, 422, /No face was found/],
        ['text', {}, 415, /no picture/],
        [null, {}, 400, /Nothing came/],
        ['picture 0', { detection: 'zero' }, 400, /2 things/],
        [null, { detection: 'nobody' }, 404, /nobody/],
        [null, { reference: 'nobody' }, 404, /nobody/],
      ] as const) {
        const { status: answered, message } = await ask(image, meta);
        assert.equal(answered, status, message);
        assert.match(message, said);
      }
      // The faces that there are come along, so that another one can be chosen.
      assert.equal((await ask(both, { face: 2 })).answer.faces.length, 3);
    } finally {
      await close();
    }
  });

  it('searches for a logged face and for a reference by their own templates', async () => {
    const house = await furnish({ engine: lineEngine() });
    const { inject, close } = await openInject(house);
    try {
      await log(house, inject, [
        ['one', 0, 1],
        ['two', 0.2, 2],
      ]);
      const ask = asking(inject);
      const { answer } = await ask(null, { detection: 'two' });
      assert.equal(ids(answer), 'two one');
      assert.deepEqual([answer.face, answer.faces], [null, []]);
      const ada = await house.ports.store.makePerson('Ada');
      const reference = await house.ports.store.references.add({ personId: ada.id, picture: 'p', quality: 1 }, [
        { model: MODEL, vector: at(0.15) },
      ]);
      assert.equal(ids((await ask(null, { reference: reference.id })).answer), 'two one');
    } finally {
      await close();
    }
  });

  it('shows nothing of cameras that the caller may not see', async () => {
    const house = await furnish({ engine: lineEngine() });
    const { inject, close } = await openInject(house);
    try {
      await log(house, inject, [['door', 0, 1]]);
      await log(house, inject, [['gate', 0, 1, 'gate']]);
      const stranger = await house.ports.store.makePerson('', 'unknown');
      const ada = await house.ports.store.makePerson('Ada');
      house.ports.gallery = galleryOf(
        () => [stranger, ada].map(({ id }) => ({ personId: id, referenceId: 'none', distance: 0.2 })),
        house,
      );
      const restricted = asking(inject, await house.makeKey(['read'], 'gate'));
      const { answer } = await restricted('picture 0');
      assert.equal(ids(answer), 'gate');
      assert.deepEqual([answer.looked, answer.found], [1, 1]);
      // The stranger was seen at the door only.
      assert.deepEqual(
        answer.people.map(({ person }) => person.name),
        ['Ada'],
      );
      assert.equal((await restricted('picture 0', { camera: ['door'] })).status, 403);
      assert.equal((await restricted(null, { detection: 'door' })).status, 403);
      assert.equal((await asking(inject, house.keys.log)('picture 0')).status, 403);
      assert.equal((await asking(inject, house.keys.people)('picture 0')).status, 200);
    } finally {
      await close();
    }
  });

  it('compares with templates of the model in force only', async () => {
    const house = await furnish({ engine: lineEngine(), match: async () => NOBODY });
    const { inject, close } = await openInject(house);
    try {
      await log(house, inject, [['first', 0, 1]]);
      const ask = asking(inject);
      assert.equal(ids((await ask('picture 0')).answer), 'first');
      house.ports.engine = lineEngine('next@1');
      assert.equal(ids((await ask('picture 0')).answer), '');
      await house.ports.store.detections.putTemplates([
        { detectionId: 'first', template: { model: 'next@1', vector: at(4) } },
      ]);
      assert.equal(ids((await ask('picture 0')).answer), '');
      assert.equal(ids((await ask('picture 4')).answer), 'first');
    } finally {
      await close();
    }
  });
});
