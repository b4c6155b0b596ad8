// The panel as a whole: it opens under its strict policy, its first view is small, and no language lacks a text.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkAccessibility, openPanel, untilInPage } from './panel-kit.ts';

const ROOT = join(import.meta.dirname, '..');
const MOST_SCRIPT = 300_000;

test('the panel opens, goes from screen to screen with the keyboard, and says where one is', async () => {
  const panel = await openPanel();
  const { page } = panel;
  try {
    await panel.go('/live');
    await page.getByText('There is no camera yet').waitFor();
    await checkAccessibility(page);
    await page.getByRole('link', { name: 'Add a camera' }).waitFor();
    await page.getByRole('link', { name: 'Log', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/log*');
    await page.locator('h1:focus').waitFor();
    await untilInPage(page, "document.title.startsWith('Log')");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Live', exact: true }).click();
    await page.waitForURL('**/live*');
    assert.deepEqual(panel.problems, []);
  } finally {
    await panel.close();
  }
});

test('the first view is small', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'build-web.mjs'), '--sizes'], {
    cwd: ROOT,
  });
  const { firstViewScriptGzip } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { firstViewScriptGzip: number };
  assert.ok(firstViewScriptGzip > 50_000, 'something is loaded');
  assert.ok(firstViewScriptGzip < MOST_SCRIPT, `${firstViewScriptGzip} bytes of compressed script`);
});
