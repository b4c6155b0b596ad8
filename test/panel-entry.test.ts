// Coming in, in a real browser: the one-time link, the first administrator, a wrong password, roles, a key, the second factor.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOTP } from 'otpauth';
import { checkAccessibility, openPanel } from './panel-kit.ts';

const PASSWORD = 'four words in a row';

test('who comes in, and what she may', async (t) => {
  const panel = await openPanel({ signedIn: false });
  const { page, program } = panel;
  const text = (words: string | RegExp) => page.getByText(words);
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  async function signIn(name: string, password: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByLabel('Password').first().fill(password);
    await button('Sign in').click();
  }

  async function signOut(name: string): Promise<void> {
    await button(name).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  }

  try {
    await t.test('without a link nobody makes an administrator', async () => {
      await page.goto(`${program.url}/people`);
      await page.getByRole('heading', { name: 'Welcome to Kith' }).waitFor();
      await text('npx kith link').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Create and begin' }).count(), 0);
    });

    await t.test('the link makes the first one, once', async () => {
      const { json } = await program.call('POST', '/links');
      const { path } = json as unknown as { path: string };
      await page.goto(`${program.url}${path}`);
      await page.getByRole('heading', { name: 'Welcome to Kith' }).waitFor();
      await checkAccessibility(page);
      await page.getByRole('textbox', { name: 'Name' }).fill('Ada <b>& Co</b>');
      await page.getByLabel('Password').first().fill('short');
      await page.getByLabel('The same again').fill('other');
      await button('Create and begin').click();
      await text('The two are not the same').waitFor();
      await page.getByLabel('Password').first().fill(PASSWORD);
      await page.getByLabel('The same again').fill(PASSWORD);
      await button('Create and begin').click();
      await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
      await page.goto(`${program.url}${path}`);
      await text('This link was used already').waitFor();
    });

    await t.test('a wrong password is refused, the right one leads where she wanted to go', async () => {
      await panel.go('/live');
      await signOut('Ada <b>& Co</b>');
      await page.goto(`${program.url}/log?kind=known`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await checkAccessibility(page);
      await signIn('Ada <b>& Co</b>', 'not the password');
      await page.getByRole('alert').waitFor();
      await signIn('ada <B>& co</B>', PASSWORD);
      await page.getByRole('heading', { level: 1, name: 'Log' }).waitFor();
      assert.match(page.url(), /\/log\?kind=known/);
    });

    await t.test('a viewer of one camera sees live, log and alerts, and is told why not more', async () => {
      await program.call('PUT', '/cameras/door', { name: 'Front door' });
      await panel.go('/users');
      await checkAccessibility(page);
      await button('Add a user').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Vera');
      await dialog.getByRole('switch', { name: 'Sees all cameras' }).click();
      await dialog.getByLabel('Only these cameras').first().click();
      await page.getByRole('option', { name: 'Front door' }).click();
      await page.keyboard.press('Escape');
      await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('cell', { name: 'door', exact: true }).waitFor();
      await signOut('Ada <b>& Co</b>');
      await signIn('Vera', PASSWORD);
      await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
      const screens = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
      assert.deepEqual(await screens.allTextContents(), ['Live', 'Log', 'Alerts']);
      await page.goto(`${program.url}/users`);
      await text('Your role does not include this page').waitFor();
      await signOut('Vera');
    });

    await t.test('a key is shown once, and ends when it is revoked', async () => {
      await signIn('Ada <b>& Co</b>', PASSWORD);
      await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
      await panel.go('/users?tab=keys');
      await button('Make a key').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('A script');
      await dialog.getByRole('checkbox', { name: 'post as a camera' }).click();
      await dialog.getByRole('checkbox', { name: 'look at live and log' }).click();
      await dialog.getByRole('button', { name: 'Make the key' }).click();
      const key = (await dialog.getByLabel('The key').first().textContent()) ?? '';
      await dialog.getByRole('button', { name: 'I have it' }).click();
      const asks = () => fetch(`${program.url}/api/v1/visits`, { headers: { authorization: `Bearer ${key}` } });
      assert.equal((await asks()).status, 200);
      await page
        .getByRole('row', { name: /A script/ })
        .getByRole('button', { name: 'Revoke' })
        .click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('row', { name: /A script/ }).waitFor({ state: 'detached' });
      assert.equal((await asks()).status, 401);
    });

    await t.test('the second factor is asked for, and a code works once', async () => {
      await panel.go('/account');
      await page.getByRole('tab', { name: 'Second factor' }).click();
      await button('Switch on').click();
      await page.getByRole('img', { name: /authenticator app/ }).waitFor();
      const secret = (await page.locator('code').first().textContent()) ?? '';
      const totp = new TOTP({ secret });
      await page.getByRole('textbox').first().pressSequentially(totp.generate());
      await page.getByText('On', { exact: true }).waitFor();
      await signOut('Ada <b>& Co</b>');
      await signIn('Ada <b>& Co</b>', PASSWORD);
      await page.getByText(/code/i).first().waitFor();
    });

    await t.test('all of it stands in the audit log', async () => {
      const { json } = await program.call('GET', '/audit?limit=200');
      const { items } = json as unknown as { items: { action: string; actor: { name: string }; status: number }[] };
      const did = (action: RegExp, name: string) =>
        items.some((entry) => action.test(entry.action) && entry.actor.name === name);
      for (const [action, name] of [
        [/user/, 'Ada <b>& Co</b>'],
        [/key/, 'Ada <b>& Co</b>'],
        [/totp/, 'Ada <b>& Co</b>'],
      ] as const) {
        assert.ok(did(action, name), `${String(action)} by ${name}: ${items.map((one) => one.action).join()}`);
      }
      assert.ok(
        items.some(({ status }) => status === 401),
        'the wrong password',
      );
    });
    const unexpected = panel.problems.filter((problem) => !/40[13]|410|NotAllowedError/.test(problem));
    assert.deepEqual(unexpected, []);
  } finally {
    await panel.close();
  }
});
