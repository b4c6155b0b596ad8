// The strangers' queue worked off by keyboard, "A or B?", and the report, in a real browser on what the real pipeline has seen.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { checkAccessibility, HAS_FACES, openPanel, somePeople, until, untilInPage, type Panel } from './panel-kit.ts';
import { shotForm, type Program } from './program.ts';

const MINUTE_MS = 60_000;
const REFERENCES = 3;

interface Queued {
  readonly items: readonly {
    readonly person: { readonly id: string; readonly name: string };
    readonly sightings: number;
    readonly mayBe: { readonly unknown: { readonly person: { readonly name: string } } | null };
  }[];
  readonly totals: { readonly strangers: number; readonly undecided: number; readonly ignored: number };
}

async function queueOf(program: Program): Promise<Queued> {
  return (await program.call('GET', '/strangers')).json as unknown as Queued;
}

async function addPerson(program: Program, name: string): Promise<string> {
  const { json } = await program.call('POST', '/persons', { name });
  return (json as unknown as { id: string }).id;
}

/** Ada, and Bea who looks just like her: who comes by is a question. And six strangers, the first three with several sightings. */
async function seed(program: Program): Promise<void> {
  const [ada, ...strangers] = await somePeople(7);
  assert.ok(ada);
  const adaIs = await addPerson(program, 'Ada');
  const beaIs = await addPerson(program, 'Bea');
  for (const photo of ada.photos.slice(0, REFERENCES)) {
    const form = new FormData();
    form.append('image', new Blob([Buffer.from(photo)]), 'photo.jpg');
    await program.call('POST', `/persons/${adaIs}/references`, form);
  }
  await program.call('PUT', '/cameras/door', { name: 'Front door' });
  const now = Date.now();
  let shots = 0;
  const see = async (photo: Uint8Array | undefined, minutesAgo: number): Promise<string> => {
    assert.ok(photo);
    const id = `shot-${shots++}`;
    const form = shotForm(id, 'door', photo, now - minutesAgo * MINUTE_MS);
    assert.equal((await program.call('POST', '/detections', form)).status, 201);
    await until('a shot is classified', async () => {
      return (await program.call('GET', `/detections/${id}`)).json.state !== 'pending';
    });
    return id;
  };
  // The same shots for both: nobody could tell them apart.
  for (const photo of ada.photos.slice(0, REFERENCES)) {
    const detections = [await see(photo, 300)];
    await program.call('POST', '/detections/move', { detections, person: beaIs });
  }
  for (const [i, { photos }] of strangers.entries()) {
    for (let k = 0; k < Math.max(1, 4 - i); k++) await see(photos[k], 60 * (k + 1) + 3 * i);
  }
  for (const photo of ada.photos.slice(REFERENCES)) await see(photo, 1);
}

const card = (page: Page) => page.getByRole('heading', { level: 2 });
const notices = (page: Page) => page.locator('.mantine-Notifications-root');

async function shows(page: Page, name: string): Promise<void> {
  const head = page.getByRole('heading', { level: 2, name, exact: true });
  await head.waitFor().catch(async (error: unknown) => {
    const shown = await page.getByRole('main').innerText();
    throw new Error(`${name} is not shown, but: ${shown.slice(0, 1500)}`, { cause: error });
  });
}

test('strangers and reports in the panel', { skip: !HAS_FACES && 'the folder of faces is absent' }, async (t) => {
  const panel = await openPanel({ seed });
  t.after(() => panel.close());
  const { program } = panel;
  const names = (await queueOf(program)).items.map(({ person }) => person.name);
  assert.ok(names.length >= 6, `strangers: ${names.join()}`);
  await walk(t, panel, names);
});

async function walk(t: TestContext, { page, program, go, problems }: Panel, names: readonly string[]): Promise<void> {
  const [one = '', two = '', , four = '', five = ''] = names;

  await t.test('the queue stands in order, and keys go through it', async () => {
    await go('/strangers');
    await shows(page, one);
    const listed = page.getByRole('navigation', { name: 'Who waits' }).getByRole('button').locator('p:first-of-type');
    assert.deepEqual(await listed.allTextContents(), names);
    await page.keyboard.press('k');
    await shows(page, two);
    await page.keyboard.press('ArrowLeft');
    await shows(page, one);
    await page.keyboard.press('Space');
    await shows(page, two);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys on this screen' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await shows(page, one);
    await checkAccessibility(page);
  });

  await t.test('a name is typed, the log is explained, and undone', async () => {
    await page.keyboard.press('n');
    await page.keyboard.type('Zoe <b>');
    await page.keyboard.press('Enter');
    await shows(page, two);
    await notices(page)
      .getByText(/Zoe <b>: .* named, \d+.* of the strangers/)
      .waitFor();
    await page.getByText(/You have explained [1-9]\d? ?%/).waitFor();
    await until('she is named', async () => !(await queueOf(program)).items.some(({ person }) => person.name === one));
    await page.keyboard.press('u');
    await shows(page, one);
    await page.getByText(/You have explained 0 ?%/).waitFor();
    assert.ok((await queueOf(program)).items.some(({ person }) => person.name === one));
  });

  await t.test('ignored, and taken back from the list of the ignored', async () => {
    await page.keyboard.press('i');
    await shows(page, two);
    await page.getByRole('tab', { name: 'Ignored (1)' }).click();
    await page.getByText(one, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Nobody is ignored').waitFor();
    await page.getByRole('tab', { name: /^Waiting/ }).click();
    await page.getByRole('navigation', { name: 'Who waits' }).getByRole('button', { name: one }).first().click();
    await shows(page, one);
  });

  await t.test('split: the chosen shots are somebody new', async () => {
    const before = (await queueOf(program)).totals.strangers;
    await page.keyboard.press('s');
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('button', { name: new RegExp(`^Face of ${one}`) })
      .first()
      .click();
    await dialog.getByRole('button', { name: 'They are a new stranger' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await until('there is one more', async () => (await queueOf(program)).totals.strangers === before + 1);
    await shows(page, one);
    await page.keyboard.press('u');
    await until('and one less again', async () => (await queueOf(program)).totals.strangers === before);
  });

  await t.test('several are one; one is merged into who is picked', async () => {
    const before = (await queueOf(program)).totals.strangers;
    await page.getByText('All at once').click();
    await page.getByRole('checkbox', { name: `Choose ${four}`, exact: true }).check();
    await page.getByRole('checkbox', { name: `Choose ${five}`, exact: true }).check();
    await checkAccessibility(page);
    await page.getByRole('button', { name: 'They are one' }).click();
    await until('they are one', async () => (await queueOf(program)).totals.strangers === before - 1);
    await page.getByText('One by one', { exact: true }).first().click();
    const [first = '', second = ''] = (await queueOf(program)).items.map(({ person }) => person.name);
    await shows(page, first);
    await page.keyboard.press('n');
    await page.keyboard.type('Bea');
    await page.getByRole('option', { name: 'Bea', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await shows(page, second);
    await notices(page)
      .getByText(new RegExp(`${first} is Bea`))
      .waitFor();
    await until('she is Bea', async () => (await queueOf(program)).totals.strangers === before - 2);
  });

  await t.test('somebody else was faster: it is said, and the next one is shown', async () => {
    const [looked, next] = (await queueOf(program)).items.map(({ person }) => person);
    assert.ok(looked && next);
    await shows(page, looked.name);
    await program.call('PATCH', `/persons/${looked.id}`, { name: 'Named elsewhere' });
    await notices(page).getByText(`${looked.name} has been dealt with meanwhile`).waitFor();
    await shows(page, next.name);
  });

  await t.test('"A or B?" is answered', async () => {
    const { undecided } = (await queueOf(program)).totals;
    assert.ok(undecided > 0, 'two who look alike are a question');
    await page.getByRole('tab', { name: `A or B? (${undecided})` }).click();
    await page.getByRole('heading', { level: 2, name: /(Ada or Bea|Bea or Ada)\?/ }).waitFor();
    await checkAccessibility(page);
    await page.keyboard.press('a');
    await notices(page)
      .getByText(/given to (Ada|Bea)/)
      .waitFor();
    await until('it is answered', async () => (await queueOf(program)).totals.undecided === undecided - 1);
  });

  await t.test('when all is done it says so; a phone shows the same', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await go('/strangers');
    await card(page).first().waitFor();
    await checkAccessibility(page);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    assert.ok(Number(wide) <= 390, `no scrolling sideways: ${String(wide)}`);
    for (let left = (await queueOf(program)).totals.strangers; left > 0; left--) {
      const name = await card(page).first().textContent();
      await page.getByRole('button', { name: 'No use' }).click();
      await until('the next one', async () => (await card(page).first().textContent()) !== name);
    }
    await page.getByText('No strangers wait').waitFor();
    // Each answer can be taken back, and the notices of all of them would hide the page: only the latest stands.
    await untilInPage(page, `document.querySelectorAll('.mantine-Notification-root').length === 1`, 5_000);
    const undo = notices(page).getByRole('button', { name: 'Undo' });
    assert.ok(await undo.evaluate((one) => one.scrollWidth <= one.clientWidth), 'the word is not cut off');
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  await t.test('the report shows its verdict and its plots, and leads to the people', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await go('/reports');
    await page.getByText(/^(Yes, it works|Partly|No, not well enough)$/).waitFor();
    const plot = page.getByRole('img', { name: 'Plot: How far apart people are' });
    await plot.locator('path.recharts-curve').first().waitFor();
    const curves = () =>
      page.evaluate<number[]>(
        `[...document.querySelectorAll('figure')].map((one) => one.querySelectorAll('path.recharts-curve').length)`,
      );
    const drawn = await curves();
    assert.ok(drawn.length === 3 && drawn.every((count) => count > 0), String(drawn));
    // A browser that photographs the whole page makes its window tiny for a moment.
    await page.setViewportSize({ width: 1, height: 1 });
    await page.waitForTimeout(500);
    assert.deepEqual(await curves(), drawn);
    await page.setViewportSize({ width: 1280, height: 900 });
    await checkAccessibility(page);
    await page.getByRole('link', { name: 'Ada' }).first().click();
    await page.waitForURL(/\/people\/./);
    await page.setViewportSize({ width: 390, height: 844 });
    await go('/reports');
    await plot.waitFor();
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    assert.ok(Number(wide) <= 390, `no scrolling sideways: ${String(wide)}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: 'Download' })
        .click()
        .then(() => page.getByRole('menuitem', { name: 'As data (JSON)' }).click()),
    ]);
    assert.equal(download.suggestedFilename(), 'kith-report.json');
  });
  // Of a stranger who was named (409) or discarded (404) meanwhile it is asked once more.
  assert.deepEqual(
    problems.filter((problem) => !/40[49]/.test(problem)),
    [],
  );
}
