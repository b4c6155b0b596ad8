// Alerts as a first user sets them up in the panel: a channel that is tested, a rule that is tried and switched on, a stranger who is told
// of, the answer, and a message that failed and is sent again.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { checkAccessibility, openPanel, seedLog, signIn, somePeople, until } from './panel-kit.ts';
import { shotForm } from './program.ts';

/** A loopback receiver; `status` is what it answers. */
async function receiver(t: TestContext) {
  const bodies: { readonly type: string; readonly title?: string }[] = [];
  const it = { bodies, status: 200, url: '' };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(parts).toString()) as (typeof bodies)[number]);
      response.writeHead(it.status).end(it.status === 200 ? '' : 'no such hook');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => new Promise((closed) => server.close(closed)));
  it.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return it;
}

/** Where nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/`;
}

test('alerts in the panel', { timeout: 400_000 }, async (t) => {
  const hook = await receiver(t);
  const dead = await deadUrl();
  const panel = await openPanel({ seed: async (program) => void (await seedLog(program, { people: 4, days: 2 })) });
  const { page, program } = panel;
  const [ada, , , stranger] = await somePeople(4);
  let shots = 0;
  const see = async (photo: Uint8Array | undefined): Promise<void> => {
    assert.ok(photo);
    const { status } = await program.call(
      'POST',
      '/detections',
      shotForm(`walk-${shots++}`, 'office', photo, Date.now()),
    );
    assert.equal(status, 201);
  };
  try {
    await t.test('a first user is led to a channel, whose test shows the real error, then that it went', async () => {
      await panel.go('/rules');
      await page.getByText('Nobody is told of anything yet').waitFor();
      await checkAccessibility(page);
      await page.getByRole('button', { name: 'Add a channel' }).click();
      await page.getByRole('button', { name: /^Webhook/ }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ops');
      await page.getByRole('textbox', { name: 'Address' }).fill(dead);
      await page.getByRole('button', { name: 'Make one' }).click();
      await page.getByRole('switch', { name: 'Private addresses' }).check();
      await checkAccessibility(page);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Send a test' }).click();
      await page.getByText('The test did not get through').waitFor();
      await page.getByText(/refuses the connection/).waitFor();
      // The secret stays as it is only where the place stays.
      await page.getByRole('textbox', { name: 'Address' }).fill(hook.url);
      await page.getByText('It would go to another place now').waitFor();
      await page.getByRole('textbox', { name: 'Secret' }).fill('not to be guessed by anybody');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Send a test' }).click();
      await page.getByText('The test was sent').waitFor();
      assert.equal(hook.bodies.length, 1);
      assert.doesNotMatch(await page.content(), /guessed by anybody/);
    });

    await t.test('a rule is made, tried on the log, and switched on', async () => {
      await page.getByRole('tab', { name: 'Rules' }).click();
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Strangers in the office');
      await page.getByRole('combobox', { name: 'Cameras' }).click();
      await page.getByRole('option', { name: 'Office' }).click();
      await page.keyboard.press('Escape');
      await page.getByText('When a stranger is seen at Office, tell Ops').waitFor();
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByText(/It would have sent \d+ messages? in the last 7 days/).waitFor();
      assert.ok((await page.getByRole('list', { name: 'For example' }).getByRole('img').count()) > 0);
      await checkAccessibility(page);
      await page.getByRole('link', { name: 'People', exact: true }).click();
      await page.getByRole('dialog', { name: 'Leave without saving?' }).getByText('Stay here').click();
      await page.getByRole('button', { name: 'Save and switch on' }).click();
      const question = page.getByRole('dialog', { name: /^Switch on/ });
      await question.getByText(/It would have sent \d+ messages?/).waitFor();
      await question.getByRole('button', { name: 'Switch on', exact: true }).click();
      await page.getByRole('switch', { name: 'Rule Strangers in the office' }).and(page.locator(':checked')).waitFor();
    });

    await t.test('a stranger appears in the alerts without reloading, and is named', async () => {
      await panel.go('/alerts');
      await page.getByText('No alert yet').waitFor();
      await checkAccessibility(page);
      await see(stranger?.photos[1] ?? stranger?.photos[0]);
      const row = page.getByRole('listitem').getByRole('link', { name: /at Office/ });
      await row.waitFor();
      await row.getByText('sent', { exact: true }).waitFor();
      assert.equal(hook.bodies.at(-1)?.type, 'alert');
      await checkAccessibility(page);
      await row.click();
      await page.getByRole('heading', { level: 1, name: /at Office/ }).waitFor();
      await page.getByText('Nobody has answered yet.').waitFor();
      await page.getByRole('button', { name: /^It is …/ }).click();
      await page.getByRole('dialog').getByRole('textbox').fill('Ada');
      await page.getByRole('option', { name: 'Ada', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Ada at Office' }).waitFor();
      await page
        .getByRole('region', { name: 'What became of it' })
        .getByText(/administrator: .*Ada/)
        .waitFor();
      await checkAccessibility(page);
      await until('the message is changed', async () => hook.bodies.at(-1)?.type === 'alert.changed');
    });

    await t.test('what is snoozed is listed, and woken again', async () => {
      await page.getByRole('button', { name: 'Be quiet about this' }).click();
      await page.getByRole('menuitem', { name: 'For 1 hour' }).click();
      await page.getByRole('link', { name: 'All alerts' }).click();
      const snoozed = page.getByRole('region', { name: 'Not told for now' });
      await snoozed.getByText(/Strangers in the office · Ada/).waitFor();
      await snoozed.getByRole('button', { name: 'Tell again' }).click();
      await snoozed.waitFor({ state: 'detached' });
    });

    await t.test('a message that failed stands there with the reason, and is sent again', async () => {
      hook.status = 410;
      const { json } = await program.call('GET', '/rules');
      const [rule] = json.items as unknown as { id: string; version: number; createdAt: string }[];
      assert.ok(rule);
      const { id, version: _version, createdAt: _at, ...given } = rule;
      await program.call('PUT', `/rules/${id}`, { ...given, on: ['known', 'unknown'], cooldownS: 0 });
      // The rule is followed by the worker within a moment, as it may be another process.
      await page.waitForTimeout(500);
      await see(ada?.photos[0]);
      await panel.go('/rules?tab=deliveries&state=failed');
      const row = page.getByRole('listitem').filter({ hasText: 'Ops' });
      await row.getByText(/410/).waitFor();
      await checkAccessibility(page);
      await page.getByRole('tab', { name: 'Channels' }).click();
      await page.getByText(/The last message failed: .*410/).waitFor();
      hook.status = 200;
      await panel.go('/rules?tab=deliveries&state=failed');
      await row.getByRole('button', { name: 'Try again' }).click();
      await row.waitFor({ state: 'detached' });
      await page.getByRole('tab', { name: 'Channels' }).click();
      await page.getByText(/Last sent (now|\d+ seconds? ago)/).waitFor();
      await checkAccessibility(page);
    });

    await t.test('the calendar is kept', async () => {
      await page.getByRole('tab', { name: 'Calendar' }).click();
      await page.getByRole('button', { name: 'Add a holiday' }).click();
      await page.getByLabel('Day', { exact: true }).fill('2026-12-25');
      await page.getByRole('textbox', { name: 'Name of the holiday' }).fill('Christmas');
      await checkAccessibility(page);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The calendar is saved.').waitFor();
      const { json } = await program.call('GET', '/calendar');
      const { holidays } = json as unknown as { holidays: unknown };
      assert.deepEqual(holidays, [{ day: '2026-12-25', name: 'Christmas' }]);
    });

    await t.test('all of it fits a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      const paths = ['/alerts', '/rules', '/rules?edit=new', '/rules?tab=channels', '/rules?tab=channels&edit=new'];
      for (const path of [...paths, '/rules?tab=deliveries', '/rules?tab=calendar']) {
        await panel.go(path);
        await page.waitForTimeout(300);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(wide <= 390, `${path} is ${wide} wide`);
      }
    });
    await t.test('a viewer who was sent a link sees what was told, and answers nothing', async () => {
      const { json } = await program.call('GET', '/alerts');
      const [first] = json.items as unknown as { id: string }[];
      await signIn(program, page, { role: 'viewer' });
      await panel.go(`/alerts/${first?.id}`);
      await page.getByRole('region', { name: 'What became of it' }).waitFor();
      await page.waitForTimeout(500);
      assert.equal(await page.getByRole('button', { name: /It is …|Be quiet/ }).count(), 0);
      await panel.go('/alerts');
      await page.getByRole('listitem').first().waitFor();
    });
    assert.deepEqual(panel.problems, []);
  } finally {
    await panel.close();
  }
});
