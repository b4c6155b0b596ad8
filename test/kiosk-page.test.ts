// The kiosk page by itself, on a back end without networks: what it says to whom, and what it says when the camera does not work.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openIdentityHouse } from '../src/server/identity.test-suite.ts';
import { openServer } from '../src/server/server.ts';
import { openPage } from './browser.ts';

const FAKE = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

async function says(page: Page, where: string, expected: string | RegExp): Promise<void> {
  const pattern = typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await page.waitForTimeout(100)) {
    if (pattern.test((await page.textContent(where)) ?? '')) return;
  }
  assert.match((await page.textContent(where)) ?? '', pattern);
}

test('strangers are welcomed, known people greeted by name, and others at other cameras not at all', async () => {
  // Nobody is greeted for what waited in a spool.
  const { house, store, seen, unsure, close } = await openIdentityHouse(undefined, Date.now());
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  const key = await house.makeKey(['camera'], 'door');
  const {
    page,
    problems,
    close: closePage,
  } = await openPage({ args: FAKE, width: 390, height: 844, colorScheme: 'dark' });
  try {
    await page.goto(`${server.url}/kiosk/door#key=${key}`);
    // No program reads the frames, which the page finds out by itself.
    await says(page, '#state-text', 'Camera works, recognition is off');
    await says(page, '#hint', 'Please look into the camera');
    assert.equal(await page.textContent('#greeting'), '');
    assert.equal(page.url(), `${server.url}/kiosk/door`);
    await seen(null, 's1');
    await says(page, '#greeting', 'Welcome');
    await unsure('q1');
    await seen(await store.makePerson('Anna <b>'), 'a1');
    await says(page, '#greeting', 'Hello Anna <b>');
    await seen(await store.makePerson('Bea'), 'b1');
    await says(page, '#greeting', /Hello (Anna <b> and )?Bea/);
    // In time it is for the next one.
    await says(page, '#greeting', '');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);

    // A program comes: the frames are JPEGs in the camera's own proportions.
    const answer = await fetch(`${server.url}/api/v1/cameras/door/frames`, {
      headers: { authorization: `Bearer ${key}` },
    });
    await says(page, '#state-text', 'Camera works');
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString('latin1');
      if (/image\/jpeg\r\nContent-Length: \d+\r\n\r\n\xff\xd8\xff/.test(text)) break;
      assert.ok(text.length < 5_000_000, 'no JPEG comes');
    }
    // The same tab keeps the key.
    await page.reload();
    await says(page, '#state-text', /^Camera works/);
    assert.deepEqual(problems, []);
  } finally {
    await closePage();
    await server.close();
    await close();
  }
});

test('a camera that is not allowed, busy, or gone is said in words, and tried again', async () => {
  const { house, close } = await openIdentityHouse();
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  const { page, close: closePage } = await openPage({ args: FAKE });
  try {
    await page.addInitScript(`
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      window.trouble = 'NotAllowedError';
      navigator.mediaDevices.getUserMedia = (wish) =>
        window.trouble ? Promise.reject(new DOMException('', window.trouble)) : real(wish);`);
    await page.goto(`${server.url}/kiosk/door#key=${house.keys.camera}`);
    await says(page, '#problem-title', 'The camera is not allowed');
    await page.evaluate("window.trouble = 'NotReadableError'");
    await page.click('#again');
    await says(page, '#problem-title', 'The camera is busy');
    // By itself, or sooner by the button.
    await page.evaluate('window.trouble = null');
    await says(page, '#state-text', /^Camera works/);
    await page.evaluate(
      "window.trouble = 'NotFoundError'; document.querySelector('video').srcObject.getTracks()[0].stop()",
    );
    await says(page, '#problem-title', /^(The camera has gone|There is no camera)$/);
  } finally {
    await closePage();
    await server.close();
    await close();
  }
});

test('without a camera the page says so, and on a page that is not secure what to do', async () => {
  const { house, close } = await openIdentityHouse();
  const server = await openServer(house.ports, { host: '127.0.0.1', port: 0 });
  const { page, close: closePage } = await openPage({ args: ['--host-resolver-rules=MAP kith.example 127.0.0.1'] });
  try {
    await page.goto(`${server.url}/kiosk/door#key=${house.keys.camera}`);
    await says(page, '#problem-title', 'There is no camera');
    assert.equal(await page.isVisible('#again'), true);
    await page.goto(`${server.url.replace('127.0.0.1', 'kith.example')}/kiosk/door#key=${house.keys.camera}`);
    await says(page, '#problem-title', 'The camera needs a secure page');
    await says(page, '#problem-text', /https/);
    await page.goto(`${server.url}/kiosk/cellar#key=${house.keys.camera}`);
    await says(page, '#form-problem', 'Kith has no camera “cellar”: check the address of this page.');
  } finally {
    await closePage();
    await server.close();
    await close();
  }
});
