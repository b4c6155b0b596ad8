// `kith user` and `kith link` from the command line to the API and back, in this process.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { openKit } from './cli-kit.ts';
import { addUserCommands } from './cli-users.ts';
import { openClient } from './client.ts';
import { askPassword } from './commands/ask-password.ts';
import { openOutput, reportError } from './commands/output.ts';
import { furnish, openInject } from './server/house.test-suite.ts';
import { login, PASSWORD } from './server/users.test-suite.ts';

const ORIGIN = 'http://127.0.0.1:8080';

/** `running`: whether a program runs on the data folder. */
async function open(t: TestContext, running = true) {
  const house = await furnish();
  const { inject, app, close } = await openInject(house);
  t.after(close);
  const asked: string[] = [];
  const answers: string[] = [];

  /** What stands on stdout, what commander said of wrong usage, the exit status, or the API's refusal. */
  async function kith(...args: string[]) {
    let [text, said] = ['', ''];
    const { program, command, does, outcome } = openKit(
      (json) => openOutput(json, (more) => (text += more)),
      (more) => (said += more),
    );
    const client = openClient(
      async ({ method, url, headers, body }) => {
        const payload = body ? { payload: Buffer.from(body) } : {};
        const answer = await app.inject({ method: method as 'GET', url, headers: { ...headers }, ...payload });
        return { status: answer.statusCode, body: answer.body };
      },
      house.keys.admin,
      running ? ORIGIN : null,
      async () => undefined,
    );
    addUserCommands({ program, command, does, withClient: (work) => work(client) }, async (name) => {
      asked.push(name);
      return answers.shift() ?? PASSWORD;
    });
    try {
      await program.parseAsync(args, { from: 'user' });
      return { text, said, status: outcome.status };
    } catch (error) {
      const isUsage = (error as { code?: string }).code?.startsWith('commander.') === true;
      if (!isUsage) throw error;
      return { text, said, status: reportError(error, false) };
    }
  }
  return { kith, asked, answers, inject, house };
}

test('users are made, listed, given another password and removed', async (t) => {
  const { kith, asked, answers, inject } = await open(t);
  assert.match((await kith('user', 'list')).text, /^Nobody may sign in yet: "npx kith user add NAME/);
  const ada = await kith('user', 'add', 'Ada', '--role', 'administrator');
  assert.deepEqual([ada.status, ada.text], [0, 'Ada may sign in now, as administrator.\n']);
  const vera = await kith('user', 'add', 'Vera', '--role', 'viewer', '--camera', 'door', '--json');
  const { name, role, cameras } = JSON.parse(vera.text) as Record<string, unknown>;
  assert.deepEqual([name, role, cameras], ['Vera', 'viewer', ['door']]);
  assert.equal((await login(inject, 'Vera', PASSWORD)).status, 200);
  const { text } = await kith('user', 'list');
  assert.match(text, /^Ada {2}administrator {2}never signed in\nVera {2}viewer {2}cameras door, last signed in 20/);
  const listed = JSON.parse((await kith('--json', 'user', 'list')).text) as readonly { id: string; name: string }[];
  assert.deepEqual(
    listed.map((user) => user.name),
    ['Ada', 'Vera'],
  );

  answers.push('another battery');
  const changed = await kith('user', 'password', 'vera');
  assert.equal(changed.text, 'Vera has another password, and is signed out everywhere.\n');
  assert.deepEqual(asked, ['Ada', 'Vera', 'Vera']);
  assert.equal((await login(inject, 'Vera', PASSWORD)).status, 401);
  assert.equal((await login(inject, 'Vera', 'another battery')).status, 200);

  const { id } = listed.find((user) => user.name === 'Vera') ?? {};
  await inject({ method: 'PATCH', url: `/api/v1/users/${id}`, json: { disabled: true, role: 'operator' } });
  assert.match((await kith('user', 'list')).text, /Vera {2}operator {2}cameras door, disabled, last/);
  assert.equal((await kith('user', 'remove', 'VERA')).text, 'Vera may not sign in any more.\n');
  assert.equal((await login(inject, 'Vera', 'another battery')).status, 401);
});

test('what cannot be is refused in words, and changes nothing', async (t) => {
  const { kith, answers, house } = await open(t);
  await kith('user', 'add', 'Ada', '--role', 'administrator');
  answers.push('short');
  await assert.rejects(kith('user', 'add', 'Bea', '--role', 'viewer'), { code: 'invalid', message: /at least 10/ });
  const again = kith('user', 'add', 'ADA', '--role', 'viewer');
  await assert.rejects(again, { code: 'conflict', message: /choose another name/ });
  const nowhere = kith('user', 'add', 'Bea', '--role', 'viewer', '--camera', 'cellar');
  await assert.rejects(nowhere, { code: 'not_found', message: /"cellar"/ });
  for (const command of ['password', 'remove']) {
    await assert.rejects(kith('user', command, 'Eve'), { code: 'not_found', message: /kith user list/ });
  }
  await assert.rejects(kith('user', 'remove', 'Ada'), { code: 'conflict', message: /only administrator/ });
  assert.deepEqual(
    (await house.ports.store.users.list()).map(({ name }) => name),
    ['Ada'],
  );
});

test('wrong usage is said, nobody is asked for a password, and the status is 2', async (t) => {
  const { kith, asked } = await open(t);
  for (const [args, words] of [
    [['user', 'add', '--role', 'viewer'], /missing required argument 'name'/],
    [['user', 'add', 'Ada'], /required option '--role <role>' not specified/],
    [['user', 'add', 'Ada', '--role', 'king'], /Allowed choices are administrator, operator, viewer/],
    [['user', 'remove'], /missing required argument/],
    [['user', 'list', 'Ada'], /too many arguments/],
    [['user', 'rename'], /unknown command 'rename'/],
    [['link', '--forever'], /unknown option '--forever'/],
  ] as const) {
    const { status, said, text } = await kith(...args);
    assert.deepEqual([status, text], [2, ''], args.join(' '));
    assert.match(said, words);
    assert.match(said, /^kith: /);
  }
  assert.deepEqual(asked, []);
});

test('a link opens once, and there is none where nothing runs that could be opened', async (t) => {
  const { kith, inject } = await open(t);
  const said = await kith('link');
  const path = /^Open once, within a day: http:\/\/127\.0\.0\.1:8080(\/open\/[\w-]+)\n/.exec(said.text)?.[1] ?? '';
  assert.equal((await inject({ url: path, key: null })).status, 303);
  assert.equal((await inject({ url: path, key: null })).status, 410);
  const { url } = JSON.parse((await kith('link', '--json')).text) as { url: string };
  assert.equal((await inject({ url: url.slice(ORIGIN.length), key: null })).status, 303);
  const alone = await open(t, false);
  await assert.rejects(alone.kith('link'), { code: 'unavailable', message: /does not run on this data folder/ });
});

function type(text: string, isTTY: boolean): Promise<string> {
  const input = Object.assign(new PassThrough(), { isTTY });
  input.end(text);
  return askPassword('Ada', input);
}

test('a password comes as a line of stdin, or twice and unseen from a terminal', async () => {
  assert.equal(await type('correct horse battery\nand more\n', false), 'correct horse battery');
  assert.equal(await type('correct horse battery\ncorrect horse battery\n', true), 'correct horse battery');
  await assert.rejects(type('correct horse\ncorrect house\n', true), { code: 'invalid', message: /differ/ });
  await assert.rejects(type('', false), { code: 'invalid', message: /No password came on stdin/ });
});
