// The live page in a browser: who could not be told, who is ignored, and who changes hands while somebody looks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openIdentityHouse } from '../src/server/identity.test-suite.ts';
import { openServer } from '../src/server/server.ts';
import { openPage } from './browser.ts';

test('the page shows "A or B?", what was not identified and whom to ignore, and follows corrections', async () => {
  const { house, store, seen, unsure, stranger, close } = await openIdentityHouse();
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  const { page, problems, close: closePage } = await openPage();
  const call = async (method: string, path: string, json?: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${house.keys.admin}`, 'content-type': 'application/json' };
    const body = json === undefined ? '{}' : JSON.stringify(json);
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, body });
    assert.ok(answer.ok, await answer.text());
  };
  /** Kind, name and badge of each row, top first. */
  const rows = (): Promise<string[]> =>
    page.$$eval('.visit', (all) =>
      all.map((row) => {
        const texts = ['.name b', '.badge'].map((part) => row.querySelector(part)?.textContent);
        return [row.getAttribute('data-kind'), ...texts].join(' | ');
      }),
    );
  const shows = async (...expected: string[]): Promise<void> => {
    const deadline = Date.now() + 20_000;
    let now = await rows();
    while (now.join('\n') !== expected.join('\n') && Date.now() < deadline) {
      await page.waitForTimeout(100);
      now = await rows();
    }
    assert.deepEqual(now, expected);
  };
  try {
    const [ada, bea] = [await store.makePerson('Ada'), await store.makePerson('Bea')];
    const poster = await stranger('s1');
    await call('PATCH', `/persons/${poster.id}`, { ignored: true });
    await seen(ada, 'a1', 'a2');
    await unsure('q1', [ada, bea]);
    await unsure('q2');
    await page.goto(server.url + server.links.create());
    await shows(
      'unidentified | Not identified | ',
      'ambiguous | Ada or Bea? | who is it?',
      'known | Ada | ',
      `ignored | ${poster.name} | ignored`,
    );
    assert.match((await page.textContent('.visit[data-kind="known"] .where')) ?? '', /2 shots$/);

    // A human answers; the question goes where it belongs.
    await call('POST', '/detections/q1/move', { person: bea.id });
    await shows(
      'unidentified | Not identified | ',
      'known | Bea | ',
      'known | Ada | ',
      `ignored | ${poster.name} | ignored`,
    );
    await call('POST', '/detections/a2/move', { person: bea.id });
    await shows(
      'unidentified | Not identified | ',
      'known | Bea | ',
      'known | Ada | ',
      `ignored | ${poster.name} | ignored`,
    );
    assert.match((await page.textContent('.visit[data-kind="known"] .where')) ?? '', /2 shots$/);
    await call('PATCH', `/persons/${poster.id}`, { ignored: false });
    await call('POST', `/persons/${bea.id}/merge`, { into: ada.id, confirmed: true });
    await shows('unidentified | Not identified | ', 'known | Ada | ', `new | ${poster.name} | new`);
    assert.deepEqual(problems, []);
  } finally {
    await closePage();
    await server.close();
    await close();
  }
});
