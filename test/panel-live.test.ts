// The live page in a real browser: who comes is there by herself, is named where she is seen, cameras show moving pictures; a session
// that ends and a Kith that goes away lose nothing.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { readSample } from '../src/demo.ts';
import { checkAccessibility, openPanel, PASSWORD, seedLog, somePeople, until } from './panel-kit.ts';
import { ADMIN_KEY, shotForm, startProgram, temporaryFolder } from './program.ts';

const PEOPLE = 4;
const HTML_NAME = 'Zoë <b>名前</b> 🙂';
const WAIT = { timeout: 100_000 };

/** A photo as an MJPEG camera that shakes, so that something moves. */
async function mjpegCamera(t: TestContext): Promise<string> {
  const photo = await readSample();
  const frames = await Promise.all(
    [0, 8].map((left) =>
      sharp(photo).resize(648, 360).extract({ left, top: 0, width: 640, height: 360 }).jpeg().toBuffer(),
    ),
  );
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    let i = 0;
    const timer = setInterval(() => {
      const frame = frames[Math.floor(i++ / 3) % 2] ?? Buffer.alloc(0);
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${frame.length}\r\n\r\n`);
      response.write(frame);
      response.write('\r\n');
    }, 400);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/video.mjpg`;
}

test('the live page', async (t) => {
  const data = await temporaryFolder();
  t.after(() => data.remove());
  const panel = await openPanel({
    environment: { KITH_DATA: data.path },
    seed: async (program) => void (await seedLog(program, { people: PEOPLE, days: 1 })),
  });
  let { program } = panel;
  t.after(async () => {
    await program.stop();
    await panel.close();
  });
  const { page } = panel;
  const people = await somePeople(PEOPLE);
  const row = (...texts: readonly string[]) =>
    texts.reduce((found, text) => found.filter({ hasText: text }), page.locator('li[data-row]'));
  let shots = 0;
  const post = async (who: number, camera: string, secondsAgo = 0, photo = 0) => {
    const picture = people[who]?.photos[photo] ?? people[who]?.photos[0];
    assert.ok(picture);
    const form = shotForm(`live-${shots++}`, camera, picture, Date.now() - secondsAgo * 1000);
    assert.equal((await program.call('POST', '/detections', form)).status, 201);
  };
  await panel.go('/live');
  await page.evaluate(() => Object.assign(globalThis, { stays: true }));

  await t.test('a visit appears by itself with the right name, and goes on in place', async () => {
    await row('Ada', 'Front door').waitFor(WAIT);
    const before = await page.locator('li[data-row]').count();
    await post(0, 'office', 20);
    await row('Ada', 'Office').waitFor(WAIT);
    assert.equal(await page.locator('li[data-row]').count(), before + 1);
    await post(0, 'office', 10);
    await row('Ada', 'Office', '2 shots').waitFor(WAIT);
    assert.equal(await page.locator('li[data-row]').count(), before + 1, 'no second row');
    await page
      .locator('[role=status]')
      .filter({ hasText: 'Ada at Office' })
      .waitFor({ state: 'attached', ...WAIT });
    const link = row('Ada', 'Office').getByRole('link', { name: /Open in the log/ });
    assert.match((await link.getAttribute('href')) ?? '', /^\/log\?visit=/);
    assert.match(
      (await row('Ada', 'Office').getByRole('link', { name: 'Ada', exact: true }).getAttribute('href')) ?? '',
      /^\/people\//,
    );
  });

  await t.test('a stranger is named where she is seen, and is known when she comes again', async () => {
    await row('Unknown')
      .first()
      .getByRole('button', { name: /Who is this/ })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(HTML_NAME);
    await page.getByRole('option', { name: HTML_NAME }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Undo' }).waitFor(WAIT);
    await row(HTML_NAME).first().waitFor(WAIT);
    // Whichever of the strangers it was: both come again, and one of them is she.
    const seen = await row(HTML_NAME).count();
    await page.mouse.move(5, 5);
    for (let who = Math.ceil(people.length / 2); who < people.length; who++) await post(who, 'office');
    await until('she is shown by her name', async () => (await row(HTML_NAME).count()) > seen);
    assert.equal(await page.locator('li[data-row] b').count(), 0, 'a name is text');
    assert.equal(await page.evaluate(() => 'stays' in globalThis), true, 'nothing was loaded anew');
  });

  await t.test('nothing moves under the pointer', async () => {
    await page.locator('li[data-row]').first().hover();
    const first = await page.locator('li[data-row]').first().getAttribute('data-row');
    await post(1, 'front-door');
    await page.getByRole('button', { name: '1 new' }).waitFor(WAIT);
    assert.equal(await page.locator('li[data-row]').first().getAttribute('data-row'), first);
    await page.mouse.move(5, 5);
    await until(
      'it is shown',
      async () => (await page.locator('li[data-row]').first().getAttribute('data-row')) !== first,
    );
  });

  await t.test('a camera shows a moving picture while it is watched', async () => {
    const settings = { source: await mjpegCamera(t), profile: 'small' };
    assert.equal((await program.call('PUT', '/cameras/yard', { name: 'Yard', settings })).status, 200);
    const tile = page.locator('[data-camera=yard]');
    await tile.getByText('running').waitFor(WAIT);
    const canvas = tile.locator('canvas');
    const frames = async () => Number((await canvas.getAttribute('data-frames')) ?? 0);
    await until('the picture changes', async () => (await frames()) > 2);
    await tile.getByRole('button', { name: 'Pause Yard' }).click();
    await until('nobody watches', async () => (await canvas.count()) === 0);
    await tile.getByRole('button', { name: 'Watch Yard' }).click();
    await tile.getByRole('button', { name: 'Make Yard large' }).click();
    const large = page.getByRole('dialog').locator('canvas');
    await until('it is large', async () => Number((await large.getAttribute('data-frames')) ?? 0) > 1);
    await until('it fills the window', async () => ((await large.boundingBox())?.width ?? 0) > 900);
    await page.keyboard.press('Escape');
    await until('it is a tile again', async () => (await frames()) > 0);
    await page.getByRole('button', { name: 'Pause all' }).click();
  });

  await t.test('nobody is kept out, in light and dark, and nothing is cut off on a telephone', async () => {
    await checkAccessibility(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await checkAccessibility(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await checkAccessibility(page);
    assert.equal(
      await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
      true,
      'no sideways scrolling',
    );
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await program.call('DELETE', '/cameras/yard');
  });

  await t.test('a session that ends while somebody works: she signs in and goes on', async () => {
    await row('Unknown')
      .first()
      .getByRole('button', { name: /Who is this/ })
      .click();
    const typed = page.getByRole('dialog').getByRole('textbox');
    await typed.fill('Half a na');
    await page.context().request.delete(`${program.url}/api/v1/session`, { headers: { 'x-kith': 'panel' } });
    await post(0, 'front-door');
    const asked = page.getByRole('dialog', { name: 'Your session has ended' });
    await asked.waitFor(WAIT);
    await asked.getByLabel(/^Password/).fill('wrong');
    await asked.getByRole('button', { name: 'Sign in' }).click();
    await asked.getByRole('alert').waitFor(WAIT);
    await asked.getByLabel(/^Password/).fill(PASSWORD);
    await asked.getByRole('button', { name: 'Sign in' }).click();
    await asked.waitFor({ state: 'hidden', ...WAIT });
    assert.equal(await typed.inputValue(), 'Half a na');
    await page.keyboard.press('Escape');
    await page.mouse.move(5, 5);
    await row('Ada', 'Front door').first().waitFor(WAIT);
  });

  await t.test('Kith goes away and comes back: it is said, and what happened meanwhile is shown', async () => {
    const banner = page.getByText('Kith does not answer.');
    const { port } = new URL(program.url);
    await program.stop('SIGKILL');
    // It goes by itself after a moment.
    const told = page.getByText('Kith answers again.').waitFor({ timeout: 120_000 });
    await banner.waitFor(WAIT);
    program = await startProgram(data.path, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_PORT: port });
    await program.call('PUT', '/cameras/gate', { name: 'Gate' });
    await post(1, 'gate');
    await banner.waitFor({ state: 'hidden', ...WAIT });
    await told;
    await row('Gate').first().waitFor(WAIT);
    const asked = page.getByRole('dialog', { name: 'Your session has ended' });
    assert.equal(await asked.count(), 0, 'a session outlives a restart');
    assert.equal(await page.evaluate(() => 'stays' in globalThis), true, 'nothing was loaded anew');
  });
});
