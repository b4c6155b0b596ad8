// Enrolment over the API, with the real gate, gallery and store: what is taken, what is refused, and what is said about it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, photo, type EnrolmentHouse, type Shown } from './enrolment-kit.ts';

const PERSONS = '/api/v1/persons';

interface Finding {
  readonly code: string;
  readonly message: string;
}

function form(texts: Readonly<Record<string, string>>, ...shown: readonly (Shown | Buffer)[]): FormData {
  const made = new FormData();
  for (const [name, text] of Object.entries(texts)) made.set(name, text);
  for (const one of shown) {
    made.append('image', new Blob([new Uint8Array(Buffer.isBuffer(one) ? one : photo(one))]), 'photo');
  }
  return made;
}

async function person({ inject }: EnrolmentHouse, name: string, ...shown: Shown[]): Promise<string> {
  const made = await inject({ method: 'POST', url: PERSONS, form: form({ name }, ...shown) });
  assert.equal(made.status, 201, made.text);
  return `${PERSONS}/${String(made.json['id'])}/references`;
}

async function post({ inject }: EnrolmentHouse, url: string, shown: Shown | Buffer, texts = {}) {
  const { status, json } = await inject({ method: 'POST', url, form: form(texts, shown) });
  const findings = (json['findings'] ?? []) as Finding[];
  return { status, json, findings, codes: findings.map(({ code }) => code).join(' ') };
}

test('a photo is taken, taken with warnings that stay with it, or refused with all reasons', async () => {
  const open = await openHouse();
  const url = await person(open, 'Ann', { shot: 1 });
  const good = await post(open, url, { shot: 2 });
  assert.deepEqual([good.status, good.json['verdict'], good.codes], [201, 'accepted', '']);
  const small = await post(open, url, { shot: 3, eyes: 20 });
  assert.deepEqual([small.status, small.json['verdict'], small.codes], [201, 'warned', 'too_small']);
  const poor = await post(open, url, { shot: 4, eyes: 8, quality: { sharpness: 0.3 } });
  assert.deepEqual([poor.status, poor.json.error?.code, poor.codes], [422, 'invalid', 'too_small blurred']);
  assert.equal(poor.json.error?.message, poor.findings[0]?.message);
  const forced = await post(open, url, { shot: 4, eyes: 8, quality: { sharpness: 0.3 } }, { force: 'true' });
  assert.deepEqual([forced.status, forced.json['verdict']], [201, 'warned']);
  assert.equal((await post(open, url, Buffer.from('no picture'))).codes, 'unreadable');
  assert.equal((await post(open, url, { faces: 0 })).codes, 'no_face');
  assert.equal((await post(open, url, { faces: 3 }, { force: 'true' })).codes, 'several_faces');
  assert.equal((await post(open, url, { shot: 5 }, { force: 'perhaps' })).status, 400);
  const { json } = await open.inject({ url });
  assert.deepEqual(
    json.items?.map(({ warnings }) => warnings),
    [[], [], ['too_small'], ['too_small', 'blurred']],
  );
  await open.close();
});

test('one photo is not enrolled twice: not for her, not saved anew, not for somebody else', async () => {
  const open = await openHouse();
  const ann = await person(open, 'Ann', { shot: 1 });
  const ben = await person(open, 'Ben', { who: { ben: 1 } });
  const again = await post(open, ann, { shot: 1 });
  assert.deepEqual([again.status, again.json.error?.code, again.codes], [409, 'conflict', 'duplicate']);
  const anew = await post(open, ann, { shot: 1, copy: 2 });
  assert.deepEqual([anew.status, anew.codes], [422, 'duplicate']);
  const other = await post(open, ben, { shot: 1 }, { force: 'true' });
  assert.deepEqual([other.status, other.codes], [422, 'duplicate']);
  assert.match(other.json.error?.message ?? '', /enrolled for Ann already/);
  const twoInOne = form({ name: 'Cleo' }, { who: { cleo: 1 } }, { who: { cleo: 1 }, copy: 2 });
  const refused = await open.inject({ method: 'POST', url: PERSONS, form: twoInOne });
  assert.equal(refused.status, 422);
  assert.match(refused.json.error?.message ?? '', /^Photo 2 of 2: The person has this shot already/);
  assert.equal(open.house.files.size, 2, 'a refused photo is not kept');
  await open.close();
});

test('a photo of somebody else is refused under her name, unless it is forced; a strange one is taken with a warning', async () => {
  const open = await openHouse();
  const ann = await person(open, 'Ann', { shot: 1 }, { shot: 2 });
  await person(open, 'Ben', { who: { ben: 1 } });
  const bens = { who: { ben: 1 }, shot: 3 };
  const mixedUp = await post(open, ann, bens);
  assert.deepEqual([mixedUp.status, mixedUp.codes], [422, 'closer_to_somebody_else unlike_her_others']);
  assert.match(mixedUp.json.error?.message ?? '', /closer to Ben/);
  const strange = await post(open, ann, { who: { dora: 1 }, shot: 4 });
  assert.deepEqual([strange.status, strange.json['verdict'], strange.codes], [201, 'warned', 'unlike_her_others']);
  const forced = await post(open, ann, bens, { force: 'true' });
  assert.deepEqual([forced.status, forced.json['verdict']], [201, 'warned']);
  const twin = await open.inject({ method: 'POST', url: PERSONS, form: form({ name: 'Bo' }, { ...bens, shot: 9 }) });
  assert.equal(twin.status, 201, 'somebody new may look like another');
  assert.deepEqual((twin.json['photos'] as { verdict: string }[])[0]?.verdict, 'warned');
  await open.close();
});

const IMPORTS = '/api/v1/imports';

async function openImport(open: EnrolmentHouse, source = 'test'): Promise<string> {
  const { status, json } = await open.inject({ method: 'POST', url: IMPORTS, json: { source } });
  assert.equal(status, 200);
  return `${IMPORTS}/${String(json['id'])}`;
}

async function take(open: EnrolmentHouse, url: string, meta: object, shown?: Shown | Buffer) {
  const made = shown === undefined ? form({}) : form({}, shown);
  made.set('meta', JSON.stringify(meta));
  const { status, json, text } = await open.inject({ method: 'POST', url: `${url}/photos`, form: made });
  assert.equal(status, 200, text);
  return { json, codes: (json['findings'] as Finding[]).map(({ code }) => code).join(' ') };
}

async function names(open: EnrolmentHouse): Promise<unknown[]> {
  return (await open.inject({ url: `${PERSONS}?kind=known` })).json.items?.map(({ name }) => name) ?? [];
}

test('an import makes persons of photos that are taken, and nobody of those that are refused', async () => {
  const open = await openHouse();
  const url = await openImport(open);
  const first = await take(open, url, { file: 'ann/1.jpg', name: 'Ann', attributes: { site: 'north' } }, { shot: 1 });
  assert.equal(first.json['verdict'], 'accepted');
  await take(open, url, { file: 'ann/2.jpg', name: 'ANN', attributes: { team: 'blue' } }, { shot: 2 });
  const blind = await take(open, url, { file: 'ben/1.jpg', name: 'Ben' }, { faces: 0 });
  assert.deepEqual([blind.json['verdict'], blind.json['person'], blind.codes], ['refused', null, 'no_face']);
  assert.equal((await take(open, url, { file: 'ben/2.jpg', name: 'Ben' }, Buffer.from('x'))).codes, 'unreadable');
  assert.equal((await take(open, url, { file: 'ben/3.jpg', name: 'Ben' }, Buffer.from(''))).codes, 'unreadable');
  const missing = await take(open, url, { file: 'ben/4.jpg', name: 'Ben', unreadable: 'The entry is encrypted.' });
  assert.deepEqual((missing.json['findings'] as Finding[])[0]?.message, 'The entry is encrypted.');
  assert.equal((await take(open, url, { file: 'cleo/1.jpg', name: 'Cleo' }, { shot: 1 })).codes, 'duplicate');
  assert.deepEqual(await names(open), ['Ann']);
  const ann = await open.house.ports.store.persons.get(String(first.json['person']));
  assert.deepEqual(ann?.attributes, { site: 'north', team: 'blue' });
  assert.equal(ann.references, 2);

  const { json } = await open.inject({ url });
  assert.deepEqual(json['counts'], { accepted: 2, warned: 0, refused: 5 });
  assert.equal(await openImport(open), url, 'the same source is taken up again');
  const page = await open.inject({ url: `${url}/photos?verdict=refused&limit=2` });
  assert.deepEqual(
    page.json.items?.map(({ file }) => file),
    ['ben/1.jpg', 'ben/2.jpg'],
  );
  const rest = await open.inject({ url: `${url}/photos?verdict=refused&cursor=${String(page.json.next)}` });
  assert.equal(rest.json.items?.length, 3);
  assert.equal((await open.inject({ url: `${url}/photos?verdict=perhaps` })).status, 400);
  await open.close();
});

test('a photo that was taken before it was on record is no duplicate of itself', async () => {
  const open = await openHouse();
  const url = await openImport(open);
  const first = await take(open, url, { file: 'ann/1.jpg', name: 'Ann' }, { shot: 1 });
  const again = await take(open, url, { file: 'ann/1.jpg', name: 'Ann' }, { shot: 1 });
  assert.deepEqual(again.json, first.json);
  assert.equal((await take(open, url, { file: 'ann/copy.jpg', name: 'Ann' }, { shot: 1 })).codes, 'duplicate');
  // As after a crash between the two, or with a record that is begun anew.
  assert.equal((await open.inject({ method: 'DELETE', url })).status, 204);
  assert.equal((await open.inject({ url })).status, 404);
  const fresh = await openImport(open);
  const anew = await take(open, fresh, { file: 'ann/1.jpg', name: 'Ann' }, { shot: 1 });
  assert.deepEqual(anew.json, first.json);
  assert.equal((await take(open, fresh, { file: 'ann/copy.jpg', name: 'Ann' }, { shot: 1 })).codes, 'duplicate');
  const ann = await open.house.ports.store.persons.get(String(first.json['person']));
  assert.equal(ann?.references, 1);
  await open.close();
});

test('photos that come at the same time are judged one after the other', async () => {
  const open = await openHouse();
  const url = await openImport(open);
  const same = Array.from({ length: 6 }, (_, i) =>
    take(open, url, { file: `ann/${i}.jpg`, name: 'Ann' }, { shot: 1, copy: i }),
  );
  const verdicts = (await Promise.all(same)).map(({ json }) => json['verdict']);
  assert.equal(verdicts.filter((verdict) => verdict === 'accepted').length, 1);
  assert.deepEqual(await names(open), ['Ann']);
  await open.close();
});

test('what cannot be put on record is an error, and enrols nobody', async () => {
  const open = await openHouse();
  const url = await openImport(open);
  const bad: [object, number][] = [
    [{ name: 'Ann' }, 400],
    [{ file: 'a\nb.jpg', name: 'Ann' }, 400],
    [{ file: 'a\uD800b.jpg', name: 'Ann' }, 400],
    [{ file: 'a.jpg', name: ' ' }, 400],
    [{ file: 'a.jpg', name: 'Ann\u0007' }, 400],
    [{ file: 'a.jpg', name: 'Ann', attributes: { site: 7 } }, 400],
    [{ file: 'a.jpg', name: 'Ann', attributes: { 'a\nb': 'x' } }, 400],
  ];
  for (const [meta, expected] of bad) {
    const made = form({ meta: JSON.stringify(meta) }, { shot: 1 });
    const { status, text } = await open.inject({ method: 'POST', url: `${url}/photos`, form: made });
    assert.equal(status, expected, `${JSON.stringify(meta)} ${text}`);
  }
  const nowhere = form({ meta: JSON.stringify({ file: 'a.jpg', name: 'Ann' }) }, { shot: 1 });
  assert.equal((await open.inject({ method: 'POST', url: `${IMPORTS}/x/photos`, form: nowhere })).status, 404);
  assert.equal((await open.inject({ method: 'POST', url: IMPORTS, json: { source: '' } })).status, 400);
  assert.deepEqual(await names(open), []);
  assert.equal(open.house.files.size, 0);
  await open.close();
});
