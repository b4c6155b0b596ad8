// The log in a real browser: filter, open, correct, undo, by keyboard, several at once, erase, on a phone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAccessibility, openPanel, seedLog, until } from './panel-kit.ts';

test('the log', async (t) => {
  const panel = await openPanel({ seed: async (program) => void (await seedLog(program, { people: 4, days: 2 })) });
  const { page, program, problems } = panel;
  const rows = page.locator('[id^="entry-"]');
  const opened = page.getByRole('complementary', { name: 'Opened visit' });
  const total = async () => (await program.call('GET', '/log?limit=500')).json.items.length;
  try {
    const all = await total();

    await t.test('shows all days, and is readable for everybody', async () => {
      await panel.go('/log');
      await page.getByRole('heading', { name: 'Today' }).waitFor();
      await page.getByRole('heading', { name: 'Yesterday' }).waitFor();
      await until('all rows stand', async () => (await rows.count()) === all);
      await checkAccessibility(page);
    });

    await t.test('is filtered by the address, and says when nothing fits', async () => {
      await panel.go('/log?kind=known');
      await until('only known people', async () => {
        const texts = await rows.allInnerTexts();
        return texts.length > 0 && texts.length < all && texts.every((text) => !text.includes('Unknown'));
      });
      await panel.go('/log?camera=nowhere');
      await page.getByText('Nothing matches this filter').waitFor();
      await page.getByRole('button', { name: 'Clear the filter' }).first().click();
      await until('all rows are back', async () => (await rows.count()) === all);
      assert.ok(!page.url().includes('camera='));
    });

    await t.test('opens a visit; "it is …" gives it to a new person, and undo takes it back', async () => {
      await panel.go('/log?kind=known');
      const name = ((await rows.first().innerText()).split('\n')[0] ?? '').trim();
      await rows.first().click();
      await opened.getByRole('list', { name: 'Nearest people' }).waitFor();
      assert.match(page.url(), /visit=/);
      await checkAccessibility(page);
      await page.keyboard.press('i');
      await page.getByRole('dialog').getByRole('textbox').fill('Zoë <b>😀</b>');
      await page.getByRole('option', { name: /New person/ }).click();
      await opened.getByText('Zoë <b>😀</b>').first().waitFor();
      await page.getByText('1 sighting is Zoë <b>😀</b> now.').waitFor();
      await page.keyboard.press('u');
      await until('it is the one before again', async () => {
        const { items } = (await program.call('GET', '/persons?query=zo')).json;
        return items.length === 0;
      });
      await page.keyboard.press('Escape');
      await until('the row has its name again', async () => (await rows.first().innerText()).startsWith(name));
    });

    await t.test('is worked through by keyboard: choose several, confirm', async () => {
      await panel.go('/log?kind=known');
      await rows.first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await page.keyboard.press('j');
      await page.keyboard.press('X');
      await page.getByRole('region', { name: '2 chosen' }).waitFor();
      await page.keyboard.press('y');
      await until('both are confirmed', async () => {
        const { json } = await program.call('GET', '/log?decidedBy=human');
        return json.items.length === 2;
      });
      await page.getByText('confirmed', { exact: true }).first().waitFor();
    });

    await t.test('erases only when asked twice, and then for good', async () => {
      const before = await total();
      await panel.go('/log');
      await rows.first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('e');
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.equal(await total(), before);
      await page.keyboard.press('e');
      await page.getByRole('button', { name: 'Erase for good' }).click();
      await until('one is gone', async () => (await total()) === before - 1);
      await until('its row is gone', async () => (await rows.count()) === before - 1);
    });

    await t.test('fits on a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await panel.go('/log');
      await rows.first().waitFor();
      const overhang = () =>
        page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      assert.equal(await overhang(), 0);
      await rows.first().click();
      await page.getByRole('list', { name: 'Nearest people' }).waitFor();
      assert.equal(await overhang(), 0);
      await checkAccessibility(page);
    });
    // A picture may be asked for in the moment in which it is erased.
    assert.deepEqual(
      problems.filter((problem) => !problem.includes('404')),
      [],
    );
  } finally {
    await panel.close();
  }
});
