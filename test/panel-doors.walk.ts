// Doors in a real browser: an administrator sets one up and tries whom it would have let in, somebody known is let in before one's eyes
// and a stranger is not, an operator opens by hand, and who only watches sees nothing of it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkAccessibility, openPanel, seedLog, signIn, somePeople, until } from './panel-kit.ts';
import { shotForm } from './program.ts';

const PEOPLE = 4;
/** Of pages that somebody may not see: the panel says it too. */
const REFUSED = /NotAllowedError|the server responded with a status of 403/;

/** Stands in the configuration file. */
const GATE = {
  id: 'gate',
  name: 'Yard gate',
  kind: 'command',
  settings: { run: ['/usr/local/bin/open-gate', '--slow'] },
  access: { groups: ['Staff'], cameras: ['office'] },
};

/** Stands in for a door's controller. */
async function doorServer(t: TestContext): Promise<{ readonly calls: string[]; readonly url: string }> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(request.url ?? '');
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => new Promise((closed) => server.close(closed)));
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/open` };
}

test('doors', async (t) => {
  const door = await doorServer(t);
  const folder = await mkdtemp(join(tmpdir(), 'kith-panel-doors-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, 'kith.json');
  await writeFile(config, JSON.stringify({ actions: [GATE] }));
  const panel = await openPanel({
    args: ['--config', config],
    async seed(program) {
      await seedLog(program, { people: PEOPLE, days: 2 });
      const { json } = await program.call('GET', '/persons?query=ada');
      const [ada] = json.items as unknown as readonly { id: string }[];
      assert.equal((await program.call('PATCH', `/persons/${ada?.id}`, { groups: ['Staff'] })).status, 200);
    },
  });
  t.after(() => panel.close());
  const { page, program } = panel;
  page.setDefaultTimeout(20_000);
  const people = await somePeople(PEOPLE);
  let shots = 0;
  async function seen(who: number, times: number): Promise<void> {
    const photo = people[who]?.photos[0];
    assert.ok(photo);
    for (let i = 0; i < times; i++) {
      const id = `door-${shots++}`;
      assert.equal((await program.call('POST', '/detections', shotForm(id, 'front-door', photo))).status, 201);
      await until('it is classified', async () => {
        return (await program.call('GET', `/detections/${id}`)).json.state === 'classified';
      });
    }
  }

  await t.test('an administrator sets one up, and tries it on what was seen', async () => {
    await panel.go('/doors');
    await page.getByRole('link', { name: 'Add a door or action' }).click();
    await page.getByRole('heading', { level: 1, name: 'Add a door or action' }).waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Front door');
    await page.getByRole('textbox', { name: 'Address' }).fill(door.url);
    await page.getByRole('switch', { name: 'Own network' }).check();
    await page.getByText('A photograph may open it').waitFor();
    // What lacks is said at its field.
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Choose at least one group.').waitFor();
    await page.getByRole('combobox', { name: 'Groups' }).click();
    await page.getByRole('option', { name: 'Staff' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Cameras at the door' }).click();
    await page.getByRole('option', { name: 'Front door' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('working hours', { exact: true }).click();
    await page
      .getByText(
        'Lets in: Staff, at Front door, when certain, with 2 agreeing shots; Mon–Fri 08:00–17:00; not on holidays.',
      )
      .waitFor();
    await page.getByText('always', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Whom would it have let in?' }).click();
    const tried = page.getByRole('region', { name: 'What it would have done' });
    await tried.getByText(/0 let in, \d refused/).waitFor();
    await tried.getByRole('button', { name: /Ada/ }).first().click();
    await tried.getByText('1 of 1 shots agree, 2 must').waitFor();
    await checkAccessibility(page);
    // One shot is all that there is of each visit.
    await page.getByRole('textbox', { name: 'Agreeing shots' }).fill('1');
    await page.getByRole('radio', { name: /^Likely is enough/ }).check();
    await page.getByText(/before you changed it/).waitFor();
    await page.getByRole('button', { name: 'Whom would it have let in?' }).click();
    await tried.getByText(/[1-9] let in, [1-9]\d* refused/).waitFor();
    await tried.getByText('Not met: Known person', { exact: false }).first().waitFor();
    await page.getByRole('textbox', { name: 'Agreeing shots' }).fill('2');
    await page.getByRole('radio', { name: /^Only when certain/ }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('article', { name: 'Front door' }).getByText('never asked for yet').waitFor();
    await checkAccessibility(page);
  });

  await t.test('what stands in kith.json is shown, and changed there only', async () => {
    const gate = page.getByRole('article', { name: 'Yard gate' });
    await gate.getByText('Stands in kith.json and is changed there').waitFor();
    await gate.getByRole('link', { name: 'View Yard gate' }).click();
    await page.getByText('/usr/local/bin/open-gate --slow').waitFor();
    await page.getByRole('button', { name: 'Whom would it have let in?' }).click();
    await page.getByText(/\d let in, \d refused/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
    await checkAccessibility(page);
    await page.getByRole('link', { name: 'Doors and actions' }).click();
  });

  await t.test('somebody known is let in after two shots, and the run comes by itself with its evidence', async () => {
    await page.getByRole('tab', { name: 'Runs' }).click();
    await seen(0, 2);
    const opened = page.getByRole('button', { name: /Ada.*Opened/ });
    await opened.waitFor();
    await until('the door is called', async () => door.calls.length === 1);
    await opened.click();
    await page.getByText('2 of 2 shots agree, 2 must').waitFor();
    await page.getByText('Agreeing shots: met').first().waitFor();
    await checkAccessibility(page);
  });

  await t.test('a stranger is refused, and it says why', async () => {
    await seen(PEOPLE - 1, 2);
    await page
      .getByRole('button', { name: /Unknown.*Refused/ })
      .first()
      .waitFor();
    await page
      .getByText(/Not met: .*Known person/)
      .first()
      .waitFor();
    assert.equal(door.calls.length, 1);
    await page.getByRole('combobox', { name: 'What became of it' }).click();
    await page.getByRole('option', { name: 'Done' }).click();
    await page
      .getByRole('button', { name: /Unknown.*Refused/ })
      .first()
      .waitFor({ state: 'detached' });
    assert.match(page.url(), /tab=runs.*state=done/);
  });

  await t.test('what stands on the screen fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const { json } = await program.call('GET', '/actions');
    const action = (json.items as unknown as readonly { id: string }[]).find(({ id }) => id !== GATE.id);
    for (const path of ['/doors', '/doors?tab=runs', '/doors/new', '/doors/gate', `/doors/${action?.id}`]) {
      await panel.go(path);
      await page.waitForTimeout(300);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(wide <= 390, `${path} is ${wide} wide`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  await t.test('an operator opens it by hand, and may not change it', async () => {
    await signIn(program, page, { role: 'operator' });
    await panel.go('/doors');
    const card = page.getByRole('article', { name: 'Front door' });
    await card.getByRole('button', { name: 'Open Front door' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open “Front door” now?' });
    await dialog.getByRole('button', { name: 'Open now' }).click();
    await dialog.getByText('The door has taken the call.').waitFor();
    assert.equal(door.calls.length, 2);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await card.getByText('By hand, by operator').waitFor();
    assert.equal(await card.getByRole('link').count(), 0);
    await page.goto(`${program.url}/doors/new`);
    await page.getByText('Your role does not include this page', { exact: false }).waitFor();
  });

  await t.test('who only watches sees nothing of it', async () => {
    await signIn(program, page, { role: 'viewer' });
    await page.goto(`${program.url}/doors`);
    await page.getByText('Your role does not include this page', { exact: false }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Doors' }).count(), 0);
  });

  assert.deepEqual(
    panel.problems.filter((problem) => !REFUSED.test(problem)),
    [],
  );
});
