// How somebody is reached, in a real browser: a code for the chats, and messages of the browser through the service worker. The browser of
// these tests has neither a push service nor notices of its own: both are stood in for, what lies between them is real.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CDPSession, Page, Worker } from 'playwright-core';
import { checkAccessibility, openPanel, signIn, until } from './panel-kit.ts';
import { portraits, shotForm } from './program.ts';

const ENDPOINT = 'https://push.example/browser-1';
const TELEGRAM = { botToken: '123456:abcdefghijklmnopqrstuvwxyzABCDEFGHI', polling: true };
/** The browser says so where the stand-in's address is asked for, and of pages that somebody may not see. */
const EXPECTED = /push\.example|NotAllowedError|status of 40[13]/;

interface Shown {
  readonly title: string;
  readonly options: {
    readonly body: string;
    readonly tag: string;
    readonly icon: string;
    readonly image?: string;
    readonly silent: boolean;
    readonly data: { readonly path: string };
  };
}

test('chats and messages of the browser', async (t) => {
  const panel = await openPanel({
    seed: async (program) => void (await program.call('PUT', '/cameras/front-door', { name: 'Front door' })),
  });
  t.after(() => panel.close());
  const { page, program } = panel;
  page.setDefaultTimeout(20_000);
  const make = async (path: string, body: object): Promise<string> => {
    const { status, json } = await program.call('POST', path, body);
    assert.equal(status, 201, JSON.stringify(json));
    return (json as unknown as { id: string }).id;
  };

  await t.test('without a bot there is no code, and an administrator learns what to do', async () => {
    await panel.go('/account?tab=chats');
    await page.getByText('Kith is in no chat yet').waitFor();
    await page.getByRole('link', { name: 'Go to the channels' }).waitFor();
    await checkAccessibility(page);
  });

  await t.test('a code is got, with what to write, where, and until when', async () => {
    await make('/channels', { name: 'Family', kind: 'telegram', settings: TELEGRAM });
    await panel.go('/account?tab=chats');
    await page.getByText('Family (Telegram)').waitFor();
    await page.getByRole('button', { name: 'Get a code' }).click();
    await page.getByText(/^link [A-Z0-9]{4}-[A-Z0-9]{4}$/).waitFor();
    await page.getByText(/^Good until \d+:\d\d/).waitFor();
    await page.getByText('In no chat yet.').waitFor();
    await checkAccessibility(page);
    await panel.go('/users?tab=chats');
    await page.getByText('Nobody is linked in a chat').waitFor();
  });

  await t.test('a browser that forbids messages is told so in words', async () => {
    await panel.go('/account?tab=notifications');
    await page.getByText('Kith does not send to browsers yet').waitFor();
    await page.getByText('The browser forbids it').waitFor();
    await checkAccessibility(page);
  });

  const channel = await make('/channels', {
    name: 'Browsers',
    kind: 'webpush',
    settings: { contact: 'mailto:ops@example.org' },
  });
  await make('/rules', { name: 'Strangers', on: ['unknown'], channels: [channel] });

  await t.test('messages are switched on, listed, and off again', async () => {
    await page.addInitScript(standInForPush, ENDPOINT);
    await panel.go('/account?tab=notifications');
    await page.getByRole('button', { name: 'Switch on on this device' }).click();
    await page.getByText('It is on here').waitFor();
    await page.getByText('This browser').waitFor();
    assert.equal(await page.getByText('Kith does not send to browsers yet').count(), 0);
    await checkAccessibility(page);
    await page.getByRole('button', { name: 'Switch off on this device' }).click();
    await page.getByText('None yet.').waitFor();
    await page.getByRole('button', { name: 'Switch on on this device' }).click();
    await page.getByText('It is on here').waitFor();
  });

  await t.test('a message that is pushed is shown with its picture, and a click opens its alert', async () => {
    const [picture] = await portraits();
    assert.ok(picture);
    assert.equal((await program.call('POST', '/detections', shotForm('stranger', 'front-door', picture))).status, 201);
    const alert = await firstAlert();
    const worker = await workerOf(page);
    const push = await openPush(page);
    await push({ id: 'm1', title: 'Unknown 1', body: 'Front door', alertId: alert, at: new Date().toISOString() });
    const [shown] = await shownBy(worker, 1);
    assert.equal(shown?.title, 'Unknown 1');
    assert.deepEqual([shown.options.body, shown.options.tag], ['Front door', 'm1']);
    assert.match(shown.options.image ?? '', /^data:image\/(?:jpeg|webp|png);base64,.{1000}/);
    assert.equal(await opensAt(worker, shown), `${program.url}/alerts/${alert}`);

    // Whose session has ended gets the words, and no picture.
    await page.context().clearCookies();
    await push({ id: 'm1', title: 'Unknown 1', body: 'Named Ada', alertId: alert, isQuiet: true });
    const [, quiet] = await shownBy(worker, 2);
    assert.deepEqual([quiet?.options.image, quiet?.options.icon], [undefined, '/page/icon.svg']);
    assert.equal(quiet?.options.silent, true);
  });

  await t.test('it fits a phone, and who only watches has it too', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await signIn(program, page, { role: 'viewer' });
    for (const tab of ['chats', 'notifications']) {
      await panel.go(`/account?tab=${tab}`);
      await page.waitForTimeout(300);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(wide <= 390, `${tab} is ${wide} wide`);
    }
    await page.getByRole('button', { name: 'Switch on on this device' }).waitFor();
  });

  await t.test('who signs out gets no more messages there', async () => {
    await page.getByRole('button', { name: 'Switch on on this device' }).click();
    await page.getByText('It is on here').waitFor();
    await page.getByRole('button', { name: 'viewer' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await signIn(program, page, { role: 'viewer' });
    await panel.go('/account?tab=notifications');
    await page.getByText('None yet.').waitFor();
  });

  assert.deepEqual(
    panel.problems.filter((problem) => !EXPECTED.test(problem)),
    [],
  );

  async function firstAlert(): Promise<string> {
    let id: string | undefined;
    await until('the alert', async () => {
      const { json } = await program.call('GET', '/alerts');
      id = (json.items as unknown as readonly { id: string }[])[0]?.id;
      return id !== undefined;
    });
    return id ?? '';
  }
});

/** Runs in the page. */
function standInForPush(endpoint: string): void {
  let isOn = localStorage.getItem('stand-in') === 'on';
  const set = (on: boolean): void => {
    isOn = on;
    localStorage.setItem('stand-in', on ? 'on' : 'off');
  };
  const subscription = {
    endpoint,
    options: { applicationServerKey: null },
    toJSON: () => ({ endpoint, keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) } }),
    unsubscribe: async () => set(false),
  };
  const { Notification, PushManager } = globalThis as unknown as {
    Notification: object;
    PushManager: { prototype: object };
  };
  Object.defineProperty(Notification, 'permission', { configurable: true, value: 'default' });
  Object.defineProperty(Notification, 'requestPermission', { configurable: true, value: async () => 'granted' });
  Object.defineProperties(PushManager.prototype, {
    getSubscription: { configurable: true, value: async () => (isOn ? subscription : null) },
    subscribe: {
      configurable: true,
      async value() {
        set(true);
        return subscription;
      },
    },
  });
}

/** The service worker, with a list in place of the notices that this browser does not have. */
async function workerOf(page: Page): Promise<Worker> {
  await until('the service worker runs', async () => page.context().serviceWorkers().length > 0);
  const [worker] = page.context().serviceWorkers();
  assert.ok(worker);
  await worker.evaluate(`
    self.shown = [];
    self.registration.showNotification = async (title, options) => void self.shown.push({ title, options });
  `);
  return worker;
}

async function shownBy(worker: Worker, count: number): Promise<readonly Shown[]> {
  let shown: readonly Shown[] = [];
  await until('it is shown', async () => {
    shown = await worker.evaluate<readonly Shown[]>('self.shown');
    return shown.length >= count;
  });
  return shown;
}

/** Which address a click on it opens. */
async function opensAt(worker: Worker, { options }: Shown): Promise<string> {
  await worker.evaluate(`
    self.clients.openWindow = async (url) => void (self.opened = url);
    const notification = { close() {}, data: ${JSON.stringify(options.data)} };
    self.dispatchEvent(Object.assign(new ExtendableEvent('notificationclick'), { notification }));
  `);
  let url: string | undefined;
  await until('a page is opened', async () => {
    url = await worker.evaluate<string | undefined>('self.opened');
    return url !== undefined;
  });
  return url ?? '';
}

/** A push service has told the browser something. */
async function openPush(page: Page): Promise<(message: object) => Promise<void>> {
  // Chromium's own words, which playwright's types do not have all of.
  const session = (await page.context().newCDPSession(page)) as CDPSession & {
    on(event: string, listener: (what: { registrations: readonly { registrationId: string }[] }) => void): void;
  };
  let registrationId: string | undefined;
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registrationId = registrations.at(-1)?.registrationId ?? registrationId;
  });
  await session.send('ServiceWorker.enable');
  await until('the registration is known', async () => registrationId !== undefined);
  const { origin } = new URL(page.url());
  return async (message) => {
    const data = JSON.stringify(message);
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: registrationId ?? '', data });
  };
}
