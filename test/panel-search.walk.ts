// Search by photo in a real browser: a picture, one of its faces, people and sightings; from the log; what cannot be searched for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { checkAccessibility, openPanel, seedLog, somePeople, untilInPage, type Panel } from './panel-kit.ts';
import { portraits, shotForm } from './program.ts';

const SLOW_MS = 120_000;
const FAKE_WEBCAM = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const SIDE = 250;
const DAY_MS = 86_400_000;

test('a photo is searched for', async (t) => {
  const panel = await openPanel({
    browserArgs: FAKE_WEBCAM,
    seed: async (program) => {
      await seedLog(program, { people: 3, days: 1 });
      // Longer ago than is looked at first.
      const [, , third] = await somePeople(3);
      const photo = third?.photos.at(-1) ?? new Uint8Array();
      await program.call('POST', '/detections', shotForm('long-ago', 'office', photo, Date.now() - 60 * DAY_MS));
    },
  });
  const { page } = panel;
  page.setDefaultTimeout(SLOW_MS);
  try {
    await t.test('one face: the person and the sightings', () => oneFace(panel));
    await t.test('the second face of two, by keyboard', () => secondFace(panel));
    await t.test('a face of the log, and a time', () => fromTheLog(panel));
    await t.test('what cannot be searched for is said', () => noUse(panel));
    await t.test('the picture becomes a photo of somebody', () => enrolled(panel));
    assert.deepEqual(
      panel.problems.filter((problem) => !/Failed to load resource/.test(problem)),
      [],
    );
  } finally {
    await panel.close();
  }
});

async function choose({ page }: Panel, bytes: Uint8Array, name = 'photo.jpg'): Promise<void> {
  const files = page.locator('input[type=file]').first();
  await files.setInputFiles({ name, mimeType: 'image/jpeg', buffer: Buffer.from(bytes) });
}

/** Who is known, and a photo of hers that she was enrolled with or seen by. */
async function somebodyKnown({ program }: Panel): Promise<{ id: string; name: string; photo: Uint8Array }> {
  const { json } = await program.call('GET', '/persons?kind=known');
  const [person] = json.items as unknown as { id: string; name: string }[];
  assert.ok(person);
  const { json: references } = await program.call('GET', `/persons/${person.id}/references`);
  const [reference] = references.items as unknown as { picture: string }[];
  return { ...person, photo: await pictureOf(program, reference?.picture ?? '') };
}

async function pictureOf(program: Panel['program'], path: string): Promise<Uint8Array> {
  const { ADMIN_KEY } = await import('./program.ts');
  const answer = await fetch(`${program.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  assert.equal(answer.status, 200);
  return new Uint8Array(await answer.arrayBuffer());
}

async function oneFace(panel: Panel): Promise<void> {
  const { go, page, program } = panel;
  const before = (await program.call('GET', '/summary')).json as unknown as { detections: unknown };
  const { name, photo } = await somebodyKnown(panel);
  await go('/search');
  await checkAccessibility(page);
  await choose(panel, photo);
  await page.getByText(`This is ${name}.`).waitFor();
  const people = page.getByRole('region', { name: 'People' });
  assert.match(
    (await people.getByRole('link').first().textContent()) ?? '',
    new RegExp(`${name}.*certainly.*distance`),
  );
  const sightings = page.getByRole('region', { name: 'Sightings' });
  await sightings.getByText(name, { exact: true }).first().waitFor();
  await sightings.getByText(/sightings? (was|were) compared/).waitFor();
  await checkAccessibility(page);
  const after = (await program.call('GET', '/summary')).json as unknown as { detections: unknown };
  assert.deepEqual(after.detections, before.detections);
  await page.setViewportSize({ width: 390, height: 844 });
  await untilInPage(page, 'document.documentElement.scrollWidth <= innerWidth');
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Two portraits side by side: who the second is, is nobody's guess by size. */
async function secondFace(panel: Panel): Promise<void> {
  const { go, page } = panel;
  const { name, photo } = await somebodyKnown(panel);
  const [other] = await portraits();
  const side = (bytes: Uint8Array | undefined) => sharp(bytes).resize(SIDE, SIDE, { fit: 'cover' }).toBuffer();
  const both = await sharp({ create: { width: 2 * SIDE, height: SIDE, channels: 3, background: 'gray' } })
    .composite([
      { input: await side(photo), left: 0, top: 0 },
      { input: await side(other), left: SIDE, top: 0 },
    ])
    .jpeg()
    .toBuffer();
  await go('/search');
  await choose(panel, both, 'group.jpg');
  await page.getByText(/\d faces · Choose the face/).waitFor();
  const faces = page.getByRole('button', { name: /^Face \d/ });
  const places = await Promise.all((await faces.all()).map((face) => face.boundingBox()));
  const order = places.map((box, i) => ({ i, x: box?.x ?? 0 })).toSorted((a, b) => a.x - b.x);
  const left = faces.nth(order[0]?.i ?? 0);
  const right = faces.nth(order.at(-1)?.i ?? 0);
  await right.focus();
  await page.keyboard.press('Enter');
  await page.locator('button[aria-pressed=true]').first().waitFor();
  assert.equal(await right.getAttribute('aria-pressed'), 'true');
  await left.focus();
  await page.keyboard.press('Enter');
  await page.getByText(`This is ${name}.`).waitFor();
  assert.equal(await left.getAttribute('aria-pressed'), 'true');
}

async function fromTheLog({ go, page, program }: Panel): Promise<void> {
  const { json } = await program.call('GET', '/detections/long-ago');
  assert.equal(json.state, 'classified');
  await go('/search?detection=long-ago');
  const sightings = page.getByRole('region', { name: 'Sightings' });
  await sightings.getByText(/compared/).waitFor();
  const listed = sightings.locator('a[href*="visit"], div:has(> div > time)');
  const inThirtyDays = await listed.count();
  await page.getByRole('button', { name: 'All of the log' }).click();
  await page.getByRole('button', { name: 'Last 30 days' }).waitFor();
  await sightings.getByText(/2 months ago|\b60 days ago|\b59 days ago/).waitFor();
  assert.ok((await listed.count()) > inThirtyDays);
  assert.match(page.url(), /detection=long-ago/);
  await page.getByPlaceholder('All cameras').click();
  await page.getByRole('option', { name: 'Front door' }).click();
  await sightings.getByText(/60 days ago|59 days ago/).waitFor({ state: 'detached' });
  assert.match(page.url(), /camera=front-door/);
}

async function noUse(panel: Panel): Promise<void> {
  const { go, page } = panel;
  await go('/search');
  await choose(panel, Buffer.from('only text'), 'text.jpg');
  await page.getByText('This is not a picture: send JPEG').waitFor();
  await page.getByRole('button', { name: 'Another picture' }).click();
  const empty = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'gray' } })
    .jpeg()
    .toBuffer();
  await choose(panel, empty);
  await page.getByText('No face was found in the picture').waitFor();
  await page.getByRole('button', { name: 'Another picture' }).click();
  await page.getByRole('button', { name: 'Use the webcam' }).click();
  await page.getByRole('button', { name: 'Take a picture' }).click();
  await page.getByText('No face was found in the picture').waitFor();
}

async function enrolled(panel: Panel): Promise<void> {
  const { go, page, program } = panel;
  const [, somebody = new Uint8Array()] = await portraits();
  await go('/search');
  await choose(panel, somebody);
  await page.getByRole('button', { name: 'Enrol this face as…' }).click();
  await page.getByRole('textbox', { name: 'Name of a person' }).fill('Newly Found');
  await page.getByRole('option', { name: /New person/ }).click();
  await page.getByText('The picture is a photo of Newly Found now.').waitFor();
  await page.getByText('This is Newly Found.').waitFor();
  const { json } = await program.call('GET', '/persons?query=Newly');
  assert.equal(json.items.length, 1);
}
