// The panel as a whole: it opens under its strict policy, its first view is small, and no language lacks a text.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkAccessibility, openPanel } from './panel-kit.ts';

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
    await page.waitForFunction("document.title.startsWith('Log')");
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

/** Every text by its path, with what stands in it for values; plural forms count as one text. */
function textsIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') {
    const values = [...value.matchAll(/\{\{(\w+)\}\}/g)].map(([found]) => found);
    return [
      `${path.replace(/_(?:zero|one|two|few|many|other)$/, '')} ${values.toSorted((a, b) => (a < b ? -1 : 1)).join(',')}`,
    ];
  }
  return Object.entries(value as object).flatMap(([key, child]) => textsIn(child, `${path}.${key}`));
}

async function read(language: string): Promise<string[]> {
  const file = await readFile(join(ROOT, 'web', 'src', 'texts', `${language}.json`), 'utf8');
  return [...new Set(textsIn(JSON.parse(file)))].toSorted();
}

test('no language lacks a text or a value in it', async () => {
  assert.deepEqual(await read('de'), await read('en'));
});
