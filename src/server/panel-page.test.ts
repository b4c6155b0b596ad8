// The panel's page: what was built last is served, also while Kith runs, without reading it for everybody who comes.

import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPanelPage } from './panel-page.ts';

test('the page is read once, and again when it was built anew; each answer has its own nonce', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-panel-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'index.html');
  const page = createPanelPage(file);
  assert.equal(await page.withNonce('a'), null, 'not built yet');
  const at = new Date(1_700_000_000_000);
  const write = async (text: string, time: Date) => {
    await writeFile(file, text);
    await utimes(file, time, time);
  };
  await write('<meta nonce="" /><style nonce="">one</style>', at);
  assert.equal(await page.withNonce('a'), '<meta nonce="a" /><style nonce="a">one</style>');
  assert.equal(await page.withNonce('b'), '<meta nonce="b" /><style nonce="b">one</style>');
  await write('<meta nonce="" /><style nonce="">two</style>', at);
  assert.match(String(await page.withNonce('c')), /one/, 'the same file to all appearances is not read again');
  await write('<meta nonce="" /><style nonce="">two</style>', new Date(at.getTime() + 1000));
  assert.match(String(await page.withNonce('d')), /two/);
  await rm(file);
  assert.equal(await page.withNonce('e'), null, 'while it is built');
  await write('three', at);
  assert.equal(await page.withNonce('f'), 'three');
});
