// The strangers' queue over the API: its order and shares, whom they look like, what lies between two persons, who may see it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate, PersonKind } from '../domain.ts';
import type { StrangerShot } from '../stranger-port.ts';
import type { House } from './house.test-suite.ts';
import { DETECTIONS, openIdentityHouse, PERSONS } from './identity.test-suite.ts';
import type { StrangerJson, TotalsJson, UndecidedJson } from './stranger-schemas.ts';
import { chooseShots } from './stranger-shots.ts';

const STRANGERS = '/api/v1/strangers';

const strangersOf = (answer: object): readonly StrangerJson[] => (answer as { items: StrangerJson[] }).items;
const namesOf = (answer: object): readonly string[] => strangersOf(answer).map(({ person }) => person.name);
const totalsOf = (answer: object): TotalsJson => (answer as { totals: TotalsJson }).totals;

test('the largest come first, with their share of the log, page by page; who was dealt with is gone at once', async () => {
  const { inject, close, stranger, house } = await openIdentityHouse();
  const one = await stranger('a1');
  const three = await stranger('b1', 'b2', 'b3');
  const two = await stranger('c1', 'c2');
  const key = house.keys.people;
  const all = await inject({ url: STRANGERS, key });
  assert.equal(all.status, 200, all.text);
  assert.deepEqual(namesOf(all.json), [three.name, two.name, one.name]);
  assert.deepEqual(totalsOf(all.json), {
    strangers: 3,
    sightings: 6,
    most: { strangers: 2, share: 5 / 6 },
    ignored: 0,
    undecided: 0,
    unidentified: 0,
  });
  const [first] = strangersOf(all.json);
  assert.deepEqual([first?.sightings, first?.visits, first?.share], [3, 1, 0.5]);
  assert.deepEqual(first?.cameras, [{ id: 'door', sightings: 3 }]);
  assert.match(first?.shots[0]?.picture ?? '', /^\/api\/v1\/detections\/b\d\/picture$/);
  assert.deepEqual(namesOf((await inject({ url: `${STRANGERS}?sort=recent` })).json), [two.name, three.name, one.name]);
  assert.deepEqual(namesOf((await inject({ url: `${STRANGERS}?camera=gate` })).json), []);
  assert.deepEqual(namesOf((await inject({ url: `${STRANGERS}?seenSince=2027-01-01T00:00:00Z` })).json), []);

  // Named between two pages: nobody is left out.
  const page = await inject({ url: `${STRANGERS}?limit=1` });
  await inject({ method: 'PATCH', url: `${PERSONS}/${three.id}`, json: { name: 'Ada' } });
  const next = await inject({ url: `${STRANGERS}?limit=1&cursor=${page.json.next}` });
  assert.deepEqual(namesOf(next.json), [two.name]);
  assert.equal((await inject({ url: `${STRANGERS}?cursor=x` })).status, 400);

  await inject({ method: 'PATCH', url: `${PERSONS}/${two.id}`, json: { ignored: true } });
  const left = await inject({ url: STRANGERS });
  assert.deepEqual(namesOf(left.json), [one.name]);
  assert.deepEqual([totalsOf(left.json).sightings, totalsOf(left.json).ignored], [1, 1]);
  const [ignored] = strangersOf((await inject({ url: `${STRANGERS}?ignored=true` })).json);
  assert.deepEqual([ignored?.person.name, ignored?.person.ignored, ignored?.share], [two.name, true, 1]);
  await close();
});

test('one stranger by her id, until she is somebody else', async () => {
  const { inject, close, stranger, store, house } = await openIdentityHouse();
  const { id, name } = await stranger('a1');
  const other = await stranger('b1');
  assert.equal((await inject({ url: `${STRANGERS}/${id}` })).json['sightings'], 1);
  const ada = await store.makePerson('Ada');
  await inject({ method: 'POST', url: `${PERSONS}/${id}/merge`, json: { into: ada.id } });
  const merged = await inject({ url: `${STRANGERS}/${id}` });
  assert.equal(merged.status, 409);
  assert.match(merged.json.error?.message ?? '', new RegExp(`${name}.*Ada`));
  await inject({ method: 'PATCH', url: `${PERSONS}/${other.id}`, json: { name: 'Bea' } });
  const named = await inject({ url: `${STRANGERS}/${other.id}` });
  assert.equal(named.status, 409);
  assert.match(named.json.error?.message ?? '', /She is "Bea" by now, a known person/);
  assert.equal((await inject({ url: `${STRANGERS}/nobody` })).status, 404);
  await store.cameras.put('gate', 'Gate');
  const gate = await house.makeKey(['people'], 'gate');
  const third = await stranger('c1');
  await inject({ method: 'POST', url: `${PERSONS}/${third.id}/merge`, json: { into: (await stranger('d1')).id } });
  assert.equal((await inject({ url: `${STRANGERS}/${third.id}`, key: gate })).status, 404, 'of other cameras nothing');
  await close();
});

/** A gallery in which everybody is near to whomever is looked for. */
function near(house: House, candidates: readonly (Candidate & { kind: PersonKind })[]): { excepted: string[] } {
  const excepted: string[] = [];
  const { gallery } = house.ports;
  assert.ok(gallery);
  house.ports.gallery = {
    ...gallery,
    templatesOf: () => [{ referenceId: 'r', vector: Float32Array.of(1, 0, 0, 0) }],
    kindOf: (id) => candidates.find(({ personId }) => personId === id)?.kind,
    search: (_probe, _k, except) => {
      excepted.push(...(except ?? []));
      return candidates.filter(({ personId }) => !except?.has(personId));
    },
  };
  return { excepted };
}

test('whom she may be: the nearest known person and the nearest stranger, how sure, and not whom a human ruled out', async () => {
  const { inject, close, stranger, store, house } = await openIdentityHouse();
  const { id } = await stranger('a1');
  const other = await stranger('b1');
  const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
  near(house, [
    { personId: ada.id, referenceId: 'x', distance: 0.45, kind: 'known' },
    { personId: bea.id, referenceId: 'x', distance: 0.63, kind: 'known' },
    { personId: other.id, referenceId: 'x', distance: 0.9, kind: 'unknown' },
  ]);
  const { mayBe } = (await inject({ url: `${STRANGERS}/${id}` })).json as unknown as StrangerJson;
  assert.deepEqual(mayBe.known, {
    person: { id: ada.id, name: 'Ada', kind: 'known' },
    distance: 0.45,
    certainty: 'certain',
    pictures: [],
  });
  assert.deepEqual([mayBe.unknown?.person.name, mayBe.unknown?.certainty], [other.name, 'unlikely']);
  const [reference] = await store.references.ofPerson(other.id);
  assert.deepEqual(mayBe.unknown?.pictures, [`/api/v1/references/${reference?.id}/picture`]);

  await inject({ method: 'POST', url: `${DETECTIONS}/a1/not-her`, json: { person: ada.id } });
  const after = (await inject({ url: `${STRANGERS}/${id}` })).json as unknown as StrangerJson;
  assert.deepEqual([after.mayBe.known?.person.name, after.mayBe.known?.certainty], ['Bea', 'possible']);
  await close();
});

test('"A or B?" with both and their photos, by track', async () => {
  const { inject, close, store, unsure } = await openIdentityHouse();
  const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
  await unsure('q1', [ada, bea]);
  await unsure('q2');
  const { json, status, text } = await inject({ url: `${STRANGERS}/undecided` });
  assert.equal(status, 200, text);
  const [item, ...others] = (json as unknown as { items: UndecidedJson[] }).items;
  assert.equal(others.length, 0);
  assert.deepEqual([item?.id, item?.detections, item?.sightings], ['q1', ['q1'], 1]);
  assert.deepEqual(
    item?.candidates.map(({ person, certainty }) => [person.name, certainty]),
    [
      ['Ada', 'likely'],
      ['Bea', 'likely'],
    ],
  );
  const { undecided, unidentified } = totalsOf((await inject({ url: STRANGERS })).json);
  assert.deepEqual([undecided, unidentified], [1, 1]);
  await inject({ method: 'POST', url: `${PERSONS}/${bea.id}/merge`, json: { into: ada.id, confirmed: true } });
  const merged = (await inject({ url: `${STRANGERS}/undecided` })).json as unknown as { items: UndecidedJson[] };
  assert.deepEqual(
    merged.items[0]?.candidates.map(({ person }) => person.name),
    ['Ada'],
  );
  await close();
});

test('for those who may look at people, and only what their cameras saw', async () => {
  const { inject, close, stranger, house } = await openIdentityHouse();
  const { id } = await stranger('a1');
  for (const url of [STRANGERS, `${STRANGERS}/undecided`, `${STRANGERS}/${id}`]) {
    assert.equal((await inject({ url, key: null })).status, 401);
    for (const scope of ['camera', 'log'] as const) {
      assert.equal((await inject({ url, key: house.keys[scope] })).status, 403, `${scope} ${url}`);
    }
    for (const scope of ['read', 'people', 'admin'] as const) {
      assert.equal((await inject({ url, key: house.keys[scope] })).status, 200, `${scope} ${url}`);
    }
  }
  await house.ports.store.cameras.put('gate', 'Gate');
  const key = await house.makeKey(['people'], 'gate');
  const elsewhere = await inject({ url: STRANGERS, key });
  assert.deepEqual([namesOf(elsewhere.json), totalsOf(elsewhere.json).strangers], [[], 0]);
  assert.equal((await inject({ url: `${STRANGERS}/${id}`, key })).status, 404);
  assert.equal((await inject({ url: `${STRANGERS}?camera=door`, key })).status, 403);
  await close();
});

function shot(id: string, quality: number, ...vector: number[]): StrangerShot {
  const given = vector.length === 0 ? null : Float32Array.from(vector);
  return { id, cameraId: 'door', capturedAt: 0, quality, vector: given };
}

function ids(shots: readonly StrangerShot[], most?: number): string {
  return chooseShots(shots, most)
    .map(({ id }) => id)
    .join('');
}

test('the shots that are shown are good ones that do not look alike', () => {
  assert.equal(ids([]), '');
  assert.equal(
    ids([shot('a', 0.5, 1, 0), shot('b', 0.9, 1, 0.001), shot('c', 0.3, 0, 1)]),
    'bc',
    'a shows nothing new',
  );
  assert.equal(ids([shot('a', 0.9, 1, 0), shot('b', 0.8, 0.9, 0.3), shot('c', 0.5, 0, 1)], 2), 'ac');
  assert.equal(ids([shot('a', 0.1), shot('b', 0.9), shot('c', 0.5)], 2), 'bc', 'without templates the better ones');
});
