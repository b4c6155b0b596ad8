// A headless Chromium out of an npm package, for tests that look at a page. One page to a browser: closing the page of this
// single-process build ends it.

import sparticuz from '@sparticuz/chromium';
import { chromium, type Page } from 'playwright-core';

export async function openPage(
  options: {
    readonly colorScheme?: 'light' | 'dark';
    readonly width?: number;
    readonly height?: number;
    /** Beside those that it always gets. */
    readonly args?: readonly string[];
  } = {},
): Promise<{ page: Page; problems: string[]; close: () => Promise<void> }> {
  const { colorScheme = 'light', width = 900, height = 1000, args = [] } = options;
  // Drawing on a graphics unit that is made up costs more than everything else in these tests.
  sparticuz.setGraphicsMode = false;
  const browser = await chromium.launch({
    args: [...sparticuz.args, ...args],
    executablePath: await sparticuz.executablePath(),
    headless: true,
  });
  const page = await browser.newPage({ colorScheme, viewport: { width, height } });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, problems, close: () => browser.close().catch(() => undefined) };
}
