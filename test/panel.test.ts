// The panel as a whole: it opens, under its strict policy, and says when Kith is away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAccessibility, openPanel } from './panel-kit.ts';

test('the panel opens', async () => {
  const panel = await openPanel();
  try {
    await panel.go('/live');
    await checkAccessibility(panel.page);
    assert.deepEqual(panel.problems, []);
  } finally {
    await panel.close();
  }
});
