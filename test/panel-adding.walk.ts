// Adding people in a real browser: one by photos and webcam, many from a ZIP of which half is broken, a CSV; what is refused and why.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { ZipFile } from 'yazl';
import { portraits } from './program.ts';
import { checkAccessibility, openPanel, somePeople, untilInPage, type Panel, type Somebody } from './panel-kit.ts';

const FAKE_WEBCAM = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const SLOW_MS = 120_000;

interface Given {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

function jpeg(name: string, bytes: Uint8Array): Given {
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from(bytes) };
}

/** The photo as another file: bytes after the end of a JPEG are no part of the picture. */
function variant(bytes: Uint8Array, nr: number): Buffer {
  return Buffer.concat([bytes, Buffer.from(`variant ${nr}`)]);
}

test('people are added', async (t) => {
  const people = await somePeople(3);
  const panel = await openPanel({ browserArgs: FAKE_WEBCAM });
  const { page } = panel;
  page.setDefaultTimeout(SLOW_MS);
  try {
    await t.test('one person, a photo refused with its reason, and the webcam', () => onePerson(panel));
    await t.test('two hundred photos in a ZIP, half of them broken', () => manyPeople(panel, people));
    await t.test('a CSV with photos', () => byCsv(panel, people));
    await t.test('files that are no use are said so', () => noUse(panel));
    // Forced offline pages and refused photos are errors to the browser's console, and to nobody else.
    assert.deepEqual(
      panel.problems.filter((problem) => !/Failed to load resource|ERR_INTERNET_DISCONNECTED/.test(problem)),
      [],
    );
  } finally {
    await panel.close();
  }
});

async function onePerson({ go, page, program }: Panel): Promise<void> {
  // With one face each, which not all photos of the collections have.
  const [photo = new Uint8Array(), another = new Uint8Array()] = await portraits();
  await go('/people/add');
  await checkAccessibility(page);
  const name = '<b>Zoë</b> 張偉 🙂';
  await page.getByRole('textbox', { name: 'Who is it?' }).fill(name);
  await page.getByRole('option', { name: /New person/ }).click();

  const files = page.locator('input[type=file]').first();
  await files.setInputFiles([
    jpeg('text.jpg', Buffer.from('This is no picture.')),
    { name: 'phone.heic', mimeType: 'image/heic', buffer: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1') },
  ]);
  await page.getByRole('button', { name: 'Enrol 2 photos' }).click();
  await page.getByText('This is not a picture: send JPEG').waitFor();
  await page.getByText(/This is a HEIC picture/).waitFor();
  await page.getByText(/nobody was made/).waitFor();
  assert.deepEqual(await namesOf(program), []);

  await files.setInputFiles([jpeg('good.jpg', photo), jpeg('again.jpg', photo)]);
  await page.getByRole('button', { name: 'Enrol 2 photos' }).click();
  await page.getByText(/can be recognised now: 1 photo was taken/).waitFor();
  // The same file twice: there is nothing to force.
  assert.equal(await page.getByRole('button', { name: 'Take all the same' }).count(), 0);
  assert.deepEqual(await namesOf(program), [name]);

  await page.getByRole('button', { name: 'Use the webcam' }).click();
  await page.getByText('Look straight into the camera').waitFor();
  await page.getByRole('button', { name: 'Take a picture' }).click();
  await page.getByText('Turn your head a little to the left').waitFor();
  await page.getByRole('button', { name: 'Enrol 1 photo' }).click();
  // The fake camera shows a green field and a clock.
  await page.getByText(/No face was found/).waitFor();
  await checkAccessibility(page);
  await page.getByRole('button', { name: 'Close the webcam' }).click();

  await page.getByRole('button', { name: 'Add another person' }).click();
  await page.getByRole('textbox', { name: 'Who is it?' }).fill('Small');
  await page.getByRole('option', { name: /New person/ }).click();
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(jpeg('dark.jpg', await darkened(another)));
  await page.getByRole('button', { name: 'Enrol 1 photo' }).click();
  await page.getByRole('button', { name: 'Take all the same' }).click();
  await page.getByText('taken, with a warning').waitFor();
  assert.ok((await namesOf(program)).includes('Small'));
}

/** So dark that the gate refuses it, but a face all the same. */
async function darkened(photo: Uint8Array): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(photo).linear(0.06, 0).jpeg({ quality: 95 }).toBuffer();
}

const BROKEN_KINDS = 5;

/** Half of 200 are broken in five ways, some cannot be read out of the archive at all, and there is what macOS adds. */
async function zipOf(people: readonly Somebody[]): Promise<Buffer> {
  const zip = new ZipFile();
  const photos = people.flatMap(({ name, photos }) => photos.map((photo) => ({ name, photo })));
  for (let i = 0; i < 100; i += 1) {
    const { name, photo } = photos[i % photos.length] ?? { name: '', photo: new Uint8Array() };
    zip.addBuffer(variant(photo, i), `people/Zip_${name}/${i}.jpg`, { compress: false });
  }
  const whole = photos[0]?.photo ?? new Uint8Array();
  const broken = [
    Buffer.alloc(0),
    Buffer.from('only text'),
    Buffer.from(whole.subarray(0, Math.floor(whole.length / 2))),
    Buffer.from(whole.subarray(0, 100)),
    Buffer.alloc(5000, 0xff),
  ];
  for (let i = 0; i < 98; i += 1) {
    zip.addBuffer(broken[i % BROKEN_KINDS] ?? Buffer.alloc(0), `people/Broken_${i % 7}/${i}.jpg`);
  }
  zip.addBuffer(Buffer.alloc(30 * 1024 * 1024), 'people/Broken_0/huge.jpg');
  zip.addBuffer(Buffer.from(whole), 'people/Broken_0/locked.jpg', { compress: false });
  zip.addBuffer(Buffer.from('x'), '__MACOSX/people/Zip/._1.jpg');
  zip.addBuffer(Buffer.from('notes'), 'people/notes.txt');
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  return locked(Buffer.concat(parts), 'locked.jpg');
}

/** Sets the flag "encrypted" of an entry, where the archive's directory tells of it and where the entry begins. */
function locked(zip: Buffer, name: string): Buffer {
  for (const [signature, flags, length, start] of [
    ['PK\x03\x04', 6, 26, 30],
    ['PK\x01\x02', 8, 28, 46],
  ] as const) {
    for (let at = zip.indexOf(signature, 0, 'latin1'); at >= 0; at = zip.indexOf(signature, at + 4, 'latin1')) {
      const path = zip.toString('utf8', at + start, at + start + zip.readUInt16LE(at + length));
      if (path.endsWith(name)) zip.writeUInt16LE(zip.readUInt16LE(at + flags) | 1, at + flags);
    }
  }
  return zip;
}

async function manyPeople({ go, page, program }: Panel, people: readonly Somebody[]): Promise<void> {
  await go('/people/add?mode=many');
  await checkAccessibility(page);
  const zip = { name: 'people.zip', mimeType: 'application/zip', buffer: await zipOf(people) };
  await page.locator('input[type=file]').first().setInputFiles(zip);
  await page.getByText('200 photos', { exact: true }).waitFor();
  await page.getByText(`${people.length + 7} people`).waitFor();
  await page.getByRole('button', { name: /Larger than 20 MB\s*1/ }).waitFor();
  await page.getByRole('button', { name: /Locked with a password\s*1/ }).waitFor();
  await page.getByRole('button', { name: /No photos, left out\s*2/ }).waitFor();
  await checkAccessibility(page);
  await page.getByRole('button', { name: 'Add 200 photos' }).click();

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused').waitFor();
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByRole('button', { name: 'Stay here' }).click();
  assert.match(page.url(), /people\/add/);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.context().setOffline(true);
  await page.getByText(/It is tried again until it does/).waitFor();
  await page.context().setOffline(false);

  await page.getByText('200 of 200 photos').waitFor();
  await page.getByText('Done', { exact: true }).waitFor();
  const { json } = await program.call('GET', '/imports');
  const [{ id } = { id: '' }] = json.items as unknown as { id: string }[];
  const photos = await recorded(program, id);
  assert.equal(photos.length, 200);
  const broken = photos.filter(({ file }) => file.includes('Broken_'));
  assert.deepEqual(
    broken.filter(({ verdict }) => verdict !== 'refused'),
    [],
  );
  const said = (file: string): string => photos.find((one) => one.file.endsWith(file))?.findings[0]?.message ?? '';
  assert.match(said('Broken_0/huge.jpg'), /larger than 20 MB/);
  assert.match(said('Broken_0/locked.jpg'), /encrypted/);
  assert.match(said('Broken_0/0.jpg'), /empty/i);
  for (const { name } of people) {
    assert.ok(
      photos.some((photo) => photo.name === `Zip ${name}` && photo.verdict !== 'refused'),
      `nothing was taken of ${name}`,
    );
  }
  const names = await namesOf(program);
  assert.ok(people.every(({ name }) => names.includes(`Zip ${name}`)));
  assert.ok(!names.some((name) => name.startsWith('Broken')));

  await page.getByText(/7 people have no photo that could be used/).waitFor();
  await page.getByText('refused', { exact: true }).first().click();
  await page.getByText('people/Broken_0/0.jpg').waitFor();
  await checkAccessibility(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  const csv = await readFile(await download.path(), 'utf8');
  assert.equal(csv.trim().split('\r\n').length, 201);
  assert.match(csv, /people\/Broken_0\/huge\.jpg,Broken 0,refused,unreadable,/);

  await atPhoneWidth(page);
  // The same ZIP again is known.
  await page.getByRole('button', { name: 'Add others' }).click();
  await page.locator('input[type=file]').first().setInputFiles(zip);
  await page.getByRole('button', { name: 'Add 200 photos' }).click();
  await page.getByText(/200 photos were on record from before/).waitFor();
  await page.getByText('Done', { exact: true }).waitFor();
}

async function byCsv({ go, page, program }: Panel, people: readonly Somebody[]): Promise<void> {
  const [, second, third] = people;
  const rows = [
    'name;photo;site',
    '"Csv; One";one.jpg;north',
    'Csv Two;sub/two.jpg;south',
    'Csv Two;gone.jpg;south',
    ';lost.jpg;',
  ];
  await go('/people/add?mode=many');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([
      { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) },
      jpeg('one.jpg', variant(second?.photos[0] ?? new Uint8Array(), 1001)),
      jpeg('two.jpg', variant(third?.photos[0] ?? new Uint8Array(), 1002)),
      jpeg('unnamed.jpg', Buffer.from('x')),
    ]);
  await page.getByText('3 photos', { exact: true }).waitFor();
  await page.getByRole('button', { name: /Named in the CSV, but not among the files\s*1/ }).waitFor();
  await page.getByRole('button', { name: /Not named in the CSV, left out\s*1/ }).waitFor();
  await page.getByRole('button', { name: /Rows without name or photo, left out\s*1/ }).waitFor();
  await page.getByRole('button', { name: 'Add 3 photos' }).click();
  await page.getByText('Done', { exact: true }).waitFor();
  await page.getByText(/The CSV names this photo, but it is not among the files/).waitFor();
  // Faces that others have already been enrolled with may be refused, but then with that reason.
  const { json } = await program.call('GET', '/imports');
  const imports = json.items as unknown as { id: string; source: string }[];
  const id = imports.find(({ source }) => source.includes('people.csv'))?.id ?? '';
  const photos = await recorded(program, id);
  assert.deepEqual(photos.map(({ file }) => file).toSorted(), ['gone.jpg', 'one.jpg', 'sub/two.jpg']);
  assert.deepEqual(photos.map(({ name }) => name).toSorted(), ['Csv Two', 'Csv Two', 'Csv; One']);
}

async function noUse({ go, page }: Panel): Promise<void> {
  await go('/people/add?mode=many');
  const files = page.locator('input[type=file]').first();
  await files.setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 no') });
  await page.getByText(/broken\.zip is no ZIP that can be read/).waitFor();
  await files.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') });
  await page.getByText(/There are no photos among these files/).waitFor();
  const csv = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('person,picture\na,b\n') };
  await files.setInputFiles(csv);
  await page.getByText(/has no column "name"/).waitFor();
}

async function atPhoneWidth(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  // The frame slides to its new width.
  await untilInPage(page, 'document.documentElement.scrollWidth <= innerWidth');
  await page.setViewportSize({ width: 1280, height: 900 });
}

interface Recorded {
  readonly file: string;
  readonly name: string;
  readonly verdict: string;
  readonly findings: readonly { readonly message: string }[];
}

async function recorded(program: Panel['program'], id: string): Promise<readonly Recorded[]> {
  const { json } = await program.call('GET', `/imports/${id}/photos?limit=500`);
  return json.items as unknown as Recorded[];
}

async function namesOf(program: Panel['program']): Promise<readonly string[]> {
  const { json } = await program.call('GET', '/persons?kind=known&limit=500');
  return json.items.map(({ name }) => name);
}
