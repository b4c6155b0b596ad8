// Cameras in the panel, as somebody who has never seen it: added by address, from the network and as a browser, tried, zones drawn,
// examined, changed, removed.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startOnvifServer } from '../src/camera/onvif.test-kit.ts';
import { startRtspServer } from '../src/camera/rtsp-server.test-kit.ts';
import { writePiece } from '../src/camera/scene.test-kit.ts';
import { temporaryFolder } from '../src/camera/test-kit.ts';
import { checkAccessibility, openPanel, until, type Panel } from './panel-kit.ts';

const CLIP = join(import.meta.dirname, '..', '..', 'shared', 'data', 'video', 'two-actors-10s.mp4');
const PASSWORD = 'p@ss:w%rd';
const PATIENCE_MS = 60_000;

interface CameraAnswer {
  readonly state: string;
  readonly settings: {
    readonly source: string;
    readonly exclude: number[][][];
    readonly zones: { readonly name: string; readonly polygon: number[][] }[];
    readonly rate?: number;
  };
}

async function cameraOf({ program }: Panel, id: string): Promise<CameraAnswer> {
  return (await program.call('GET', `/cameras/${id}`)).json as unknown as CameraAnswer;
}

async function fitsTheWidth(page: Page): Promise<void> {
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, page.url());
}

test('cameras in the panel', async (t) => {
  let clip = CLIP;
  if (!existsSync(CLIP)) {
    clip = join(temporaryFolder(t), 'clip.mp4');
    await writePiece(clip, {
      width: 640,
      height: 352,
      fps: 10,
      frames: 60,
      keyEvery: 10,
      squares: (i) => [[i * 5, 50, 60, 60]],
    });
  }
  const rtsp = await startRtspServer(t, { clip, user: 'admin', password: PASSWORD, loop: true });
  const panel = await openPanel();
  const { page } = panel;
  page.setDefaultTimeout(PATIENCE_MS);
  let broken = false;
  /** What follows on a step that failed would only wait in vain. */
  const step = (name: string, work: (t: TestContext) => Promise<void>): Promise<void> =>
    t.test(name, { skip: broken && 'an earlier step failed' }, async (t) => {
      broken = true;
      await work(t);
      broken = false;
    });
  try {
    await step('without any camera the way to the first one is shown', async () => {
      await panel.go('/cameras');
      await page.getByRole('button', { name: /Find it in the network/ }).waitFor();
      await checkAccessibility(page);
      await page.getByText('Try it with a video file').click();
      await page.getByText('npm start -- --camera').waitFor();
      await page.getByText('Another way').click();
    });

    await step('by its address: a wrong password is said, the right one gives a picture, and it runs', async () => {
      await page.getByRole('button', { name: /Enter its address/ }).click();
      // Pasted with a login in it: the password does not stay on the screen.
      const address = page.getByLabel('Address', { exact: false });
      await address.fill('/home/me/clip.mp4');
      await page.getByText('A file is not opened from here').waitFor();
      await page.getByText('npm start -- --camera').waitFor();
      await address.fill(rtsp.url.replace('://', '://admin:wrong-one@'));
      await page.getByLabel('User').focus();
      assert.equal(await address.inputValue(), rtsp.url);
      await page.getByRole('button', { name: 'Try it' }).click();
      await page
        .getByRole('alert')
        .filter({ hasText: /user or password/ })
        .waitFor();
      assert.doesNotMatch((await page.textContent('body')) ?? '', /wrong-one/);
      await page.getByText('The camera refuses this login').waitFor();
      await checkAccessibility(page);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByText('The camera gives a picture').waitFor();
      const picture = page.getByAltText('What the camera shows now');
      await until('the picture is shown', () =>
        picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
      );
      await page.getByLabel('Name').fill('Front dóor <b>');
      await page.getByText('Id: front-door-b').waitFor();
      await page.getByRole('button', { name: 'Add this camera' }).click();
      await page.getByText('Front dóor <b> runs').waitFor();
      await checkAccessibility(page);
      const { settings } = await cameraOf(panel, 'front-door-b');
      assert.match(settings.source, /^rtsp:\/\/\*\*\*:\*\*\*@/);
    });

    await step('a zone is drawn, moved with the keyboard, saved, and there again', async () => {
      await page.getByRole('link', { name: 'Open the camera' }).click();
      await page.getByRole('tab', { name: 'Zones' }).click();
      await page.getByAltText('Picture of Front dóor <b>').waitFor();
      await page.getByRole('button', { name: 'Draw' }).nth(1).click();
      const stage = page.getByRole('group', { name: 'Zones over the picture' });
      await stage.scrollIntoViewIfNeeded();
      const box = await stage.boundingBox();
      assert.ok(box);
      const click = (x: number, y: number) => page.mouse.click(box.x + x * box.width, box.y + y * box.height);
      // A bow tie first.
      for (const [x, y] of [
        [0.1, 0.1],
        [0.4, 0.4],
        [0.4, 0.1],
        [0.1, 0.4],
      ] as const)
        await click(x, y);
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByText(/crosses or touches itself/).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Save the zones' }).isDisabled(), true);
      await page.getByRole('button', { name: 'Discard changes' }).click();
      await page.getByRole('button', { name: 'Draw' }).nth(1).click();
      for (const [x, y] of [
        [0.1, 0.1],
        [0.4, 0.1],
        [0.4, 0.4],
        [0.1, 0.4],
        [0.1, 0.1],
      ] as const)
        await click(x, y);
      await page.getByRole('button', { name: /^Corner 2: 40 %/ }).press('ArrowRight');
      await page.getByRole('button', { name: /^Corner 2: 41 %/ }).press('Insert');
      await page.getByRole('button', { name: /^Corner 5/ }).press('Delete');
      await checkAccessibility(page);
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
      await page.getByRole('button', { name: 'Stay here' }).click();
      await page.getByRole('button', { name: 'Save the zones' }).click();
      await until(
        'the zone is saved',
        async () => (await cameraOf(panel, 'front-door-b')).settings.exclude.length === 1,
      );
      const [zone = []] = (await cameraOf(panel, 'front-door-b')).settings.exclude;
      assert.equal(zone.length, 4);
      assert.ok(Math.abs((zone[1]?.[0] ?? 0) - 0.41) < 0.01, JSON.stringify(zone));
      await page.reload();
      await page.getByRole('button', { name: /^Corner 2: 41 %/ }).waitFor();
    });

    await step('a zone gets a name, and is moved as a whole by mouse and keyboard', async () => {
      await page.getByRole('button', { name: 'Rectangle' }).last().click();
      await page.getByText('Give each named zone a name').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Save the zones' }).isDisabled(), true);
      await page.getByLabel('Name of zone 1').fill('Till & <b>');
      const area = page.getByRole('button', { name: 'Move the zone' });
      const box = await page.getByRole('group', { name: 'Zones over the picture' }).boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.6, { steps: 4 });
      await page.mouse.up();
      await area.press('ArrowRight');
      await checkAccessibility(page);
      await page.getByRole('button', { name: 'Save the zones' }).click();
      await until('the zone is saved', async () => (await cameraOf(panel, 'front-door-b')).settings.zones.length === 1);
      const [zone] = (await cameraOf(panel, 'front-door-b')).settings.zones;
      const [[x = 0, y = 0] = []] = zone?.polygon ?? [];
      assert.deepEqual([zone?.name, Math.round(x * 100), Math.round(y * 100)], ['Till & <b>', 36, 40]);
      await page.reload();
      await page.getByLabel('Name of zone 1').waitFor();
    });

    await step('settings are changed; what is wrong is said; the password stays', async () => {
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('button', { name: /more settings/ }).click();
      await page.getByLabel('Rate (1/s)').fill('5');
      const address = page.getByLabel('Address', { exact: false });
      await address.fill('rtsp://192.0.2.7/x');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText(/write the real user and password/).waitFor();
      await checkAccessibility(page);
      await address.fill(rtsp.url);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await until('the rate is saved', async () => (await cameraOf(panel, 'front-door-b')).settings.rate === 5);
      await until('it runs on', async () => (await cameraOf(panel, 'front-door-b')).state === 'running');
    });

    await step('the live picture comes when it is wanted', async () => {
      await page.getByRole('tab', { name: 'Overview' }).click();
      await page.getByRole('button', { name: 'Show the live picture' }).click();
      const picture = page.getByAltText('Picture of Front dóor <b>');
      await until('a picture is there', () =>
        picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
      );
      await page.getByRole('button', { name: 'Stop' }).click();
    });

    await step('the doctor examines it, and her result is shown again', async () => {
      await page.getByRole('tab', { name: 'Doctor' }).click();
      await page.getByRole('button', { name: 'Examine' }).click();
      await until('she watches', async () => {
        const text = (await page.textContent('main')) ?? '';
        assert.doesNotMatch(text, /The doctor could not look/);
        return /(?:[3-9]|\d\d) of 60 seconds watched/.test(text);
      });
      await page.getByRole('button', { name: /Stop, and hear/ }).click();
      await page.getByText('What was found').waitFor();
      await page.getByRole('cell', { name: /frames a second/ }).waitFor();
      await page.reload();
      await page.getByText('What was found').waitFor();
      await checkAccessibility(page);
    });

    await step('its days, and a key for a program elsewhere', async () => {
      await page.getByRole('tab', { name: 'Health' }).click();
      await page.getByText('The same as a table').click();
      await page.getByRole('columnheader', { name: 'Usable' }).waitFor();
      await checkAccessibility(page);
      await page.getByRole('tab', { name: 'Program' }).click();
      await page.getByRole('button', { name: 'Make a key' }).click();
      await page.getByText(/KITH_SERVER=http/).waitFor();
    });

    await step('one that is found in the network is tried with its login', async (t) => {
      const onvif = await startOnvifServer(t, {
        user: 'admin',
        password: PASSWORD,
        profiles: [
          { token: 'main', width: 640, height: 480, stream: rtsp.url },
          { token: 'other', width: 640, height: 480, stream: rtsp.url },
        ],
      });
      // There is no network of cameras here; the answer is as the server gives it.
      await page.route('**/api/v1/cameras/discover', async (route) => {
        const { network = true } = (route.request().postDataJSON() ?? {}) as { network?: boolean };
        const found = {
          kind: 'onvif',
          name: 'Yard',
          hardware: 'X1',
          address: `onvif://127.0.0.1:${onvif.port}`,
          camera: null,
        };
        await route.fulfill({ json: { items: network ? [found] : [], next: null, problem: null } });
      });
      await panel.go('/cameras');
      await page.getByRole('article').filter({ hasText: 'Front dóor <b>' }).waitFor();
      await checkAccessibility(page);
      await page.getByRole('button', { name: 'Add camera' }).click();
      await page.getByRole('button', { name: /Find it in the network/ }).click();
      await page.getByText('1 camera found').waitFor();
      await page.getByRole('button', { name: /Yard/ }).click();
      await page.getByLabel('User').fill('admin');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByText('The camera gives a picture').waitFor();
      await page.getByRole('combobox', { name: 'Set of pictures' }).waitFor();
      assert.equal(await page.getByLabel('Name').inputValue(), 'Yard');
    });

    await step('a browser becomes a camera by a link that holds its key', async () => {
      await panel.go('/cameras?add=browser');
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByLabel('Name').fill('Tablet');
      await page.getByRole('button', { name: 'Make the link' }).click();
      await page.getByRole('img', { name: 'The link as a QR code' }).waitFor();
      const link = await page.getByRole('link', { name: 'Open it here' }).getAttribute('href');
      assert.match(link ?? '', /\/kiosk\/tablet#key=kith_\S{20,}$/);
      assert.equal((await cameraOf(panel, 'tablet')).settings.source, 'browser:');
      await checkAccessibility(page);
      await fitsTheWidth(page);
    });

    await step('on a phone nothing is wider than the screen', async () => {
      for (const path of ['', '?add=', '?add=address', '?add=network']) {
        await panel.go(`/cameras${path}`);
        await page.waitForTimeout(300);
        await fitsTheWidth(page);
      }
      for (const tab of ['overview', 'zones', 'settings', 'doctor', 'health', 'program']) {
        await panel.go(`/cameras/front-door-b?tab=${tab}`);
        await page.getByRole('tabpanel').waitFor();
        await page.waitForTimeout(300);
        await fitsTheWidth(page);
      }
    });

    await step('it is removed after a question', async () => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await panel.go('/cameras/front-door-b?tab=settings');
      await page.getByRole('button', { name: 'Remove …' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByRole('heading', { name: 'Cameras', exact: true }).waitFor();
      await page.getByRole('article').filter({ hasText: 'Tablet' }).waitFor();
      assert.equal(await page.getByRole('article').count(), 1);
      assert.equal((await panel.program.call('GET', '/cameras/front-door-b')).status, 404);
    });

    assert.doesNotMatch(panel.program.text(), /wrong-one|p@ss|p%40ss/);
    // A browser says of every answer that is no 2xx that a resource failed.
    assert.deepEqual(
      panel.problems.filter((problem) => !problem.startsWith('Failed to load resource')),
      [],
    );
  } finally {
    await panel.close();
  }
});
