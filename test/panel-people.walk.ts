// People in a real browser: found, opened, edited by two at once, given photos that the gate refuses, exported, erased.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { fromBuffer } from 'yauzl';
import { checkAccessibility, openPanel, seedLog, until } from './panel-kit.ts';

const NASTY = `<img src=x onerror="document.title='hurt'"> 王小明 🦊 ${'very-long-name'.repeat(12)}`.slice(0, 190);
/** Chromium says so of every answer that is no success; the panel says it better. */
const REFUSED = /Failed to load resource: the server responded with a status of 4/;

test('people', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-panel-people-'));
  const panel = await openPanel({ seed: async (program) => void (await seedLog(program, { people: 4, days: 2 })) });
  t.after(async () => {
    await panel.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { page, program } = panel;
  page.setDefaultTimeout(60_000);
  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> =>
    (await program.call(method, path, body)) as unknown as { status: number; json: Json };
  const card = (name: string): Locator =>
    page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  const ada = (await call('GET', '/persons?query=ada')).json.items?.[0]?.id ?? '';

  await t.test('are found as one types, and opened with the keyboard', async () => {
    await panel.go('/people');
    await card('Ada').waitFor();
    await checkAccessibility(page);
    await page.keyboard.press('/');
    await page.keyboard.type('be');
    await card('Ada').waitFor({ state: 'detached' });
    await card('Bea').waitFor();
    assert.match(page.url(), /q=be/);
    await page.getByRole('searchbox').fill('');
    await card('Ada').waitFor();
    await card('Ada').getByRole('link').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(' ');
    await page.getByText('1 chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 chosen').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/people/${ada}*`);
    await page.getByRole('heading', { level: 1, name: 'Ada' }).waitFor();
  });

  await t.test('show when and where they were seen, also to those who go by keys', async () => {
    await page.getByRole('table', { name: 'Visits by weekday and hour' }).waitFor();
    const seen = page.locator('td[data-visits]:not([data-visits="0"])').first();
    await seen.focus();
    await page
      .getByText(/\d\d:00–\d\d:00: \d visits?$/)
      .first()
      .waitFor();
    await page.getByText('365 days').click();
    await page.getByText('Visits per week').first().waitFor();
    await checkAccessibility(page);
  });

  await t.test('are given groups, notes and consent, and nobody leaves without saving by accident', async () => {
    const groups = page.getByRole('combobox', { name: 'Groups' });
    await groups.fill('Staff');
    await groups.press('Enter');
    await page.getByLabel('Notes').fill('Has a key.');
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    const { json } = await call('GET', `/persons/${ada}`);
    assert.deepEqual([json.groups, json.notes], [['Staff'], 'Has a key.']);
  });

  await t.test('two who edit at once see both versions, and neither is lost', async () => {
    await page.getByLabel('Notes').fill('Has a key.\nComes at nine.');
    // Meanwhile somebody else.
    const other = { notes: 'Has a key.\nIs on holiday.', attributes: { site: 'north' } };
    assert.equal((await call('PATCH', `/persons/${ada}`, other)).status, 200);
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Somebody else was faster' });
    await dialog.getByText(/changed attributes and notes \d+ seconds? ago: look at it, then save again/).waitFor();
    await dialog.getByText('Is on holiday.').waitFor();
    await dialog.getByText('Comes at nine.').waitFor();
    await checkAccessibility(page);
    await dialog.getByRole('radio', { name: 'Put together by hand' }).check();
    await dialog.getByRole('textbox', { name: 'Put together by hand' }).fill('Has a key. Holiday, then nine.');
    await dialog.getByRole('button', { name: 'Save this' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { json } = await call('GET', `/persons/${ada}`);
    assert.deepEqual([json.notes, json.attributes], ['Has a key. Holiday, then nine.', { site: 'north' }]);
    await page.getByLabel('Value of site').waitFor();
  });

  await t.test('photos that are no use are refused with the reason', async () => {
    const file = join(folder, 'no-photo.jpg');
    await writeFile(file, 'this is no picture');
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('no-photo.jpg: not added').waitFor();
    const said = await page.getByRole('alert').filter({ hasText: 'no-photo.jpg' }).innerText();
    assert.match(said, /picture|read/i);
    const { json } = await call('GET', `/persons/${ada}/references`);
    const first = await page.request.get(`${program.url}/api/v1/references/${json.items?.[0]?.id}/picture`);
    const twice = join(folder, 'again.jpg');
    await writeFile(twice, await first.body());
    await page.locator('input[type=file]').setInputFiles(twice);
    await page.getByText('again.jpg: not added').waitFor();
    const why = await page.getByRole('alert').filter({ hasText: 'again.jpg' }).innerText();
    assert.match(why, /has this (very photo|shot) already/);
  });

  await t.test('names of any kind break nothing, and what is refused is said at the field', async () => {
    await page.getByRole('button', { name: 'Rename' }).click();
    const field = page.getByRole('textbox', { name: 'Name', exact: true });
    await field.fill('x'.repeat(500));
    await page.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' }).click();
    await page.getByText(/200/).first().waitFor();
    await field.fill(NASTY);
    await page.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: NASTY.trim() }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [`/people/${ada}`, '/people']) {
      await panel.go(path);
      await page.locator('.face').first().waitFor();
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, path);
      await checkAccessibility(page);
    }
    assert.notEqual(await page.title(), 'hurt');
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  await t.test('everything kept on one is a download', async () => {
    await panel.go(`/people/${ada}`);
    await page.getByRole('button', { name: 'Actions' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export everything kept on her' }).click(),
    ]);
    const names = await namesIn(await readFile(await download.path()));
    for (const name of ['README.txt', 'person.json', 'detections.json', 'visits.json', 'history.json']) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(names.some((name) => name.startsWith('pictures/references/')));
    assert.ok(names.some((name) => name.startsWith('pictures/sightings/')));
  });

  await t.test('a group is renamed and removed, and both are taken back', async () => {
    const groups = async () => (await call('GET', '/groups')).json.items?.map(({ name }) => name);
    await panel.go('/people?group=Staff');
    await page.getByRole('button', { name: 'Groups …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Groups' });
    await dialog.getByRole('button', { name: 'Rename the group “Staff”' }).click();
    await dialog.getByRole('textbox', { name: 'Rename the group “Staff”' }).fill('Team');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/people?group=Team');
    assert.deepEqual(await groups(), ['Team']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await dialog.getByRole('button', { name: 'Remove the group “Staff”' }).click();
    await page.getByRole('dialog', { name: 'Remove the group “Staff”?' }).getByText('Remove', { exact: true }).click();
    await dialog.getByText('There is no group any more.').waitFor();
    assert.deepEqual(await groups(), []);
    await page.getByRole('button', { name: 'Undo' }).click();
    await dialog.getByRole('button', { name: 'Staff', exact: true }).waitFor();
    assert.deepEqual((await call('GET', `/persons/${ada}`)).json.groups, ['Staff']);
  });

  await t.test('a merged one leads on; an unknown one is asked about first', async () => {
    const stranger = (await call('GET', '/persons?kind=unknown')).json.items?.[0];
    assert.ok(stranger);
    await panel.go(`/people/${stranger.id}`);
    await page.getByRole('heading', { name: 'Who is this?' }).waitFor();
    const field = page.getByRole('textbox', { name: 'Choose somebody or type a new name' });
    await field.fill('Somebody New');
    await page.getByRole('option', { name: 'New person “Somebody New”' }).click();
    await page.getByRole('heading', { level: 1, name: 'Somebody New' }).waitFor();
    await call('POST', `/persons/${stranger.id}/merge`, { into: ada, confirmed: true });
    await panel.go(`/people/${stranger.id}`);
    await page.waitForURL(`**/people/${ada}*`);
    await page.getByText('“Somebody New” was merged into').waitFor();
  });

  await t.test('one who is erased is gone with all that was seen of her', async () => {
    const { json } = await call('GET', `/visits?person=${ada}`);
    const shot = json.items?.[0]?.bestDetection ?? '';
    await panel.go(`/people/${ada}`);
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('radio', { name: 'Erase everything' }).check();
    const erase = page.getByRole('button', { name: 'Erase', exact: true });
    assert.ok(await erase.isDisabled());
    await page.getByLabel(/^Type “/).fill(NASTY.slice(0, 29));
    assert.ok(await erase.isDisabled());
    await page.getByLabel(/^Type “/).fill(Array.from(NASTY).slice(0, 30).join(''));
    await erase.click();
    await page.waitForURL('**/people');
    await until('she is gone', async () => (await call('GET', `/persons/${ada}`)).status === 404);
    assert.equal((await call('GET', `/detections/${shot}`)).status, 404);
    await panel.go(`/people/${ada}`);
    await page.getByText('This person is not here any more.').waitFor();
  });

  assert.deepEqual(
    panel.problems.filter((problem) => !REFUSED.test(problem)),
    [],
  );
});

interface Json {
  readonly items?: readonly { readonly id: string; readonly name?: string; readonly bestDetection?: string }[];
  readonly groups?: readonly string[];
  readonly notes?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

async function namesIn(bytes: Buffer): Promise<string[]> {
  const names: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  fromBuffer(bytes, (error, zip) => {
    if (error) return reject(error);
    zip.on('entry', ({ fileName }: { fileName: string }) => names.push(fileName));
    zip.on('end', resolve).on('error', reject);
  });
  await promise;
  return names;
}
