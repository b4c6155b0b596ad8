// Settings and System as an administrator uses them: a setting is changed and stands in the file, a backup is made, the log is read.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkAccessibility, openPanel, until } from './panel-kit.ts';
import { portraits } from './program.ts';

test('settings and system', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-panel-'));
  const file = join(folder, 'kith.json');
  await writeFile(file, '{ "visitGap": 30 }\n');
  const panel = await openPanel({ args: ['--config', file], environment: { KITH_FALSE_NAMES_IN: '2000' } });
  const { page } = panel;
  const inFile = async () => JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  try {
    await t.test('a setting is changed, saved in the file, and waits for the restart', async () => {
      await panel.go('/settings');
      const gap = page.getByRole('textbox', { name: 'Visit gap (seconds)' });
      await gap.fill('45');
      await page.getByRole('combobox', { name: 'Profile' }).click();
      await page.getByRole('option', { name: /^Small/ }).click();
      await page.getByText('2 changes').waitFor();
      await page.getByRole('link', { name: 'Log', exact: true }).click();
      await page.getByRole('dialog', { name: 'Leave without saving?' }).getByText('Stay here').click();
      // What the environment sets cannot be changed here.
      assert.equal(await page.getByRole('textbox', { name: 'False names' }).isDisabled(), true);
      await page.getByText('Set by KITH_FALSE_NAMES_IN').waitFor();
      await page.keyboard.press('Control+s');
      await page.getByText('Restart Kith for: Profile').waitFor();
      assert.deepEqual(await inFile(), { visitGap: 45, profile: 'small' });
      await page.getByText('Until the restart: Balanced').waitFor();
      assert.doesNotMatch(await page.content(), /kith_test_administrator/);
      await checkAccessibility(page);
    });

    await t.test('the file changed by hand meanwhile is not overwritten unseen', async () => {
      await page.getByRole('textbox', { name: 'Visit gap (seconds)' }).fill('50');
      await writeFile(file, '{ "visitGap": 31 }\n');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/was changed meanwhile/).waitFor();
      assert.deepEqual(await inFile(), { visitGap: 31 });
      // What was typed stays, and is saved once it has been looked at again.
      await page.getByRole('textbox', { name: 'Visit gap (seconds)' }).waitFor();
      await until('the new file is shown', async () => {
        await page.getByRole('button', { name: 'Save' }).click();
        return (await inFile())['visitGap'] === 50;
      });
      await page.getByRole('button', { name: 'Visit gap (seconds): back to the default, 60' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await until('the key is taken out', async () => !('visitGap' in (await inFile())));
    });

    await t.test('the overview says what is well', async () => {
      await panel.go('/system');
      await page.getByText('There is no camera yet.').waitFor();
      await page.getByRole('region', { name: 'Storage' }).getByText('SQLite').waitFor();
      await checkAccessibility(page);
    });

    await t.test('a backup is made and listed', async () => {
      await page.getByRole('tab', { name: 'Backups' }).click();
      await page.getByRole('button', { name: 'Make a backup now' }).click();
      await page.getByText(/0 people, 0 detections/).waitFor();
      await page.getByText('npx kith restore').waitFor();
      const loading = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download' }).click();
      assert.match((await loading).suggestedFilename(), /^kith-backup-\d{8}-\d{6}\.tar$/);
      await checkAccessibility(page);
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('There is no backup yet').waitFor();
    });

    await t.test('the log is read, filtered and searched', async () => {
      await page.getByRole('tab', { name: 'Log' }).click();
      await page.getByRole('log').getByText('A backup was made.').waitFor();
      await page.getByRole('textbox', { name: 'Search' }).fill('schema updated');
      await page.getByText('A backup was made.').waitFor({ state: 'detached' });
      await page.getByText('database schema updated').waitFor();
      await checkAccessibility(page);
    });

    await t.test('the model is changed, with people in it, and changed back', async () => {
      const [portrait] = await portraits();
      assert.ok(portrait);
      const { json: ada } = await panel.program.call('POST', '/persons', { name: 'Ada' });
      const form = new FormData();
      form.append('image', new Blob([Buffer.from(portrait)]), 'ada.jpg');
      const path = `/persons/${(ada as unknown as { id: string }).id}/references`;
      assert.equal((await panel.program.call('POST', path, form)).status, 201);
      await page.getByRole('tab', { name: 'Models' }).click();
      const inForce = page.getByRole('article').filter({ hasText: 'in force' });
      const before = await inForce.getAttribute('aria-label');
      const other = page.getByRole('article').filter({ has: page.getByRole('button', { name: 'Switch' }) });
      const name = (await other.first().getAttribute('aria-label')) ?? '';
      assert.notEqual(name, before);
      await checkAccessibility(page);
      for (const wanted of [name, before ?? '']) {
        await page.getByRole('article', { name: wanted, exact: true }).getByRole('button', { name: 'Switch' }).click();
        await page
          .getByRole('dialog', { name: `Switch to ${wanted}?` })
          .getByRole('button', { name: 'Switch' })
          .click();
        await page.getByRole('article', { name: wanted, exact: true }).filter({ hasText: 'in force' }).waitFor();
      }
    });

    await t.test('all of it fits a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      for (const path of ['/settings', '/system', '/system?tab=backups', '/system?tab=log', '/system?tab=models']) {
        await panel.go(path);
        await page.waitForTimeout(300);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(wide <= 390, `${path} is ${wide} wide`);
      }
    });
    assert.deepEqual(
      panel.problems.filter((problem) => !problem.includes('409')),
      [],
    );
  } finally {
    await panel.close();
    await rm(folder, { recursive: true, force: true });
  }
});
