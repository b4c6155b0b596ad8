// Photographs every screen of the panel into the ignored folder screenshots/, on a log that the real pipeline has made.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPanel, seedLog } from '../test/panel-kit.ts';

const OUT = join(import.meta.dirname, '..', 'screenshots');
const SCREENS = [
  'live',
  'log',
  'people',
  'people/add',
  'strangers',
  'search',
  'cameras',
  'reports',
  'settings',
  'system',
  'users',
  'audit',
  'account',
];
const VIEWS = [
  { name: 'wide', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
] as const;
const SETTLE_MS = 1500;

await mkdir(OUT, { recursive: true });
const only = process.argv[2];
const panel = await openPanel({ seed: async (program) => void (await seedLog(program)) });
try {
  for (const view of VIEWS) {
    await panel.page.setViewportSize(view);
    await panel.page.emulateMedia({ colorScheme: view.colorScheme });
    for (const screen of SCREENS) {
      if (only !== undefined && !screen.startsWith(only)) continue;
      await panel.go(`/${screen}`);
      await panel.page.waitForTimeout(SETTLE_MS);
      const file = join(OUT, `${screen.replaceAll('/', '-')}.${view.name}.png`);
      await panel.page.screenshot({ path: file });
      process.stdout.write(`${file}\n`);
    }
  }
  for (const problem of panel.problems) process.stdout.write(`page: ${problem}\n`);
} finally {
  await panel.close();
}
