// The kiosk in a real browser with a camera that is a file: from the page over the back end and the camera program to the greeting.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { openPage } from './browser.ts';
import { ADMIN_KEY, portraits, run, startProgram, temporaryFolder, type Program } from './program.ts';

/** What the browser takes for its camera: a portrait that sways before a wall, as JPEGs one after the other. */
async function writeCamera(path: string, portrait: Uint8Array): Promise<void> {
  const face = await sharp(portrait).resize(280, 280, { fit: 'cover' }).toBuffer();
  const wall = { width: 640, height: 480, channels: 3, background: { r: 150, g: 160, b: 165 } } as const;
  const frames: Buffer[] = [];
  for (let i = 0; i < 40; i++) {
    const left = 180 + Math.round(60 * Math.sin((i / 40) * 2 * Math.PI));
    frames.push(
      await sharp({ create: wall })
        .composite([{ input: face, left, top: 100 }])
        .jpeg({ quality: 88 })
        .toBuffer(),
    );
  }
  await writeFile(path, Buffer.concat(frames));
}

const FLAGS = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

async function waitFor(page: Page, what: string, expected: RegExp, seconds = 60): Promise<void> {
  let seen = '';
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await page.waitForTimeout(200)) {
    seen = (await page.textContent(what)) ?? '';
    if (expected.test(seen)) return;
  }
  assert.match(seen, expected, `${what} says something else`);
}

async function makeKey(program: Program, camera: string): Promise<string> {
  const body = { name: camera, scopes: ['camera'], camera };
  const { status, json } = await program.call('POST', '/keys', body);
  assert.equal(status, 201, JSON.stringify(json));
  return (json as unknown as { key: string }).key;
}

test('who stands before the kiosk is greeted by name, and stays one visit in the log', async () => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const [anna] = await portraits();
  assert.ok(anna);
  const camera = join(folder.path, 'camera.mjpeg');
  await writeCamera(camera, anna);
  await writeFile(join(folder.path, 'anna.jpg'), anna);
  const config = join(folder.path, 'kith.json');
  await writeFile(config, JSON.stringify({ data, cameras: [{ id: 'hall', name: 'Hall', source: 'browser:' }] }));
  const program = await startProgram(data, ['--config', config], { KITH_ADMIN_KEY: ADMIN_KEY });
  const { page, problems, close } = await openPage({
    args: [...FLAGS, `--use-file-for-fake-video-capture=${camera}`],
    width: 640,
    height: 480,
  });
  try {
    const added = await run(data, ['person', 'add', 'Anna', join(folder.path, 'anna.jpg')]);
    assert.equal(added.status, 0, added.stderr);
    const key = await makeKey(program, 'hall');
    const other = await program.call('PUT', '/cameras/yard', { name: 'Yard' });
    assert.ok(other.status < 300);

    // Without a key nothing happens, and a wrong one is said to be wrong.
    await page.goto(`${program.url}/kiosk/hall`);
    await page.fill('#key', 'wrong');
    await page.click('#form button');
    await waitFor(page, '#form-problem', /does not know this key/);
    await page.fill('#key', await makeKey(program, 'yard'));
    await page.click('#form button');
    await waitFor(page, '#form-problem', /not for the camera/);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);

    await page.goto(`${program.url}/kiosk/hall#key=${key}`);
    await waitFor(page, '#greeting', /^Hello Anna$/, 240);
    await waitFor(page, '#state-text', /^Camera works$/);
    assert.equal(page.url(), `${program.url}/kiosk/hall`, 'the key stays in the address');

    const { json } = await program.call('GET', '/visits?camera=hall');
    assert.deepEqual(
      (json.items as unknown as { person: { name: string } }[]).map(({ person }) => person.name),
      ['Anna'],
    );
    // Frames are on their way only: they are kept nowhere, and the key stands in no log.
    assert.doesNotMatch(program.text(), new RegExp(key.slice(5)));

    // The back end goes away and comes back: the page says so and goes on by itself.
    const { port } = new URL(program.url);
    await program.stop();
    await waitFor(page, '#state-text', /away, trying on/);
    const again = await startProgram(data, ['--config', config], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_PORT: port });
    try {
      await waitFor(page, '#state-text', /^Camera works$/, 180);
      await waitFor(page, '#greeting', /^Hello Anna$/, 240);
      // The key is taken back: the page asks for another, and lets go of the camera.
      const { json: keys } = await again.call('GET', '/keys');
      const own = (keys.items as unknown as { id: string; name: string }[]).find(({ name }) => name === 'hall');
      await again.call('DELETE', `/keys/${own?.id ?? ''}`);
      await waitFor(page, '#form-problem', /does not know this key/);
      assert.equal(await page.evaluate('document.querySelector("video").srcObject'), null);
      // Requests to a back end that was away are the only errors.
      assert.deepEqual(
        problems.filter((problem) => !/Failed to load resource|net::ERR/.test(problem)),
        [],
      );
    } finally {
      await again.stop();
    }
  } finally {
    await close();
    await program.stop();
    await folder.remove();
  }
});
