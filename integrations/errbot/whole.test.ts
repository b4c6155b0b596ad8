// The plugin in a real Errbot with its text back end, against the real program: a stranger is told of in the chat, "kith new Ada" there
// names her in the log, and whoever forges, repeats or is nobody is refused. test.sh runs it; it needs Debian's errbot.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_KEY, portraits, shotForm, startProgram, temporaryFolder, type Program } from '../../test/program.ts';

const PATIENCE_MS = 20_000;
const SECRET = 'a secret of this test, long enough';
/** Whatever a back end might take for markup. */
const WILD = '*Ada* _L_ [x](http://e) `c` <b>&amp; {: .f} | ~~d~~';

interface Bot {
  /** Writes this into the chat, and answers what the bot prints from then on until it matches. */
  say(words: string, expected: RegExp): Promise<string>;
  /** What was printed since the last look, until it matches. */
  saw(expected: RegExp): Promise<string>;
  /** All that was printed. */
  text(): string;
}

interface BotParts {
  readonly folder: string;
  readonly kith: string;
  readonly keys: Readonly<Record<string, string>>;
}

async function startBot(t: TestContext, { folder, kith, keys }: BotParts): Promise<Bot> {
  const config = `
import logging
BACKEND = 'Text'
BOT_DATA_DIR = ${JSON.stringify(folder)}
BOT_EXTRA_PLUGIN_DIR = ${JSON.stringify(import.meta.dirname)}
BOT_LOG_FILE = ${JSON.stringify(join(folder, 'bot.log'))}
BOT_LOG_LEVEL = logging.INFO
BOT_ADMINS = ('@eva',)
TEXT_DEMO_MODE = False
BOT_IDENTITY = {'username': '@errbot'}
CORE_PLUGINS = ('ACLs', 'Help', 'Plugins', 'TextCmds', 'Utils', 'Webserver')
ACCESS_CONTROLS = {'Kith:*': {'denyusers': ('@banned',)}}
KITH = ${JSON.stringify({ URL: kith, SECRET, KEYS: keys })}
`;
  await writeFile(join(folder, 'config.py'), config);
  const child = spawn('/usr/bin/errbot', ['--config', join(folder, 'config.py')], {
    env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', no_proxy: '127.0.0.1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  let looked = 0;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  t.after(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });

  async function saw(expected: RegExp): Promise<string> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(20)) {
      const fresh = text.slice(looked).replaceAll('\u200B', '');
      if (expected.test(fresh)) {
        looked = text.length;
        return fresh;
      }
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${String(expected)} was not printed:\n${fresh}`);
    }
  }
  return {
    saw,
    say(words, expected) {
      looked = text.length;
      child.stdin.write(`${words}\n`);
      return saw(expected);
    },
    text: () => text,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

interface Forged {
  readonly id: string;
  readonly at?: number;
  readonly secret?: string;
}

/** A call as Kith makes it, or nearly. */
async function call(port: number, body: string, { id, at = Date.now() / 1000, secret = SECRET }: Forged) {
  const timestamp = String(Math.floor(at));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const answer = await fetch(`http://127.0.0.1:${port}/kith`, {
    method: 'POST',
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

/** As the text back end calls her, in person and in the room. */
function inRoom(key: string, name: string): Record<string, string> {
  return { [`@${name}`]: key, [`#testroom/${name}`]: key };
}

/** What somebody reads: the messages in what the bot has printed, which shows each as Markdown, HTML, text and so on. */
function asText(printed: string): string {
  return [...printed.matchAll(/╌\[TEXT\]╌+\n([^]*?)\n╌╌\[/g)].map(([, text = '']) => text.trim()).join('\n');
}

async function make<T = { id: string }>(program: Program, path: string, body: object): Promise<T> {
  const { status, json } = await program.call('POST', path, body);
  assert.equal(status, 201, `${path}: ${JSON.stringify(json)}`);
  return json as unknown as T;
}

test('Errbot tells of a stranger, and what is said there changes the log', { timeout: 300_000 }, async (t) => {
  const [data, folder, port] = await Promise.all([temporaryFolder(), temporaryFolder(), freePort()]);
  t.after(() => Promise.all([data.remove(), folder.remove()]));
  const program = await startProgram(data.path, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_VISIT_GAP: '2' });
  t.after(() => program.stop());
  assert.ok((await program.call('PUT', '/cameras/door', { name: 'Front door' })).status < 300);
  const eva = await make<{ key: string }>(program, '/keys', { name: 'Eva', scopes: ['people'] });
  const vic = await make<{ key: string }>(program, '/keys', { name: 'Vic', scopes: ['log'] });
  const bot = await startBot(t, {
    folder: folder.path,
    kith: program.url,
    keys: { ...inRoom(eva.key, 'eva'), ...inRoom(vic.key, 'vic') },
  });
  await bot.saw(/>>> /);
  await bot.say(`!plugin config Webserver {'HOST': '127.0.0.1', 'PORT': ${port}}`, /Plugin configuration done[^]*>>> /);
  const settings = {
    url: `http://127.0.0.1:${port}/kith`,
    secret: SECRET,
    picture: 'inline',
    pictureKilobytes: 500,
    allowPrivate: true,
    room: '#testroom',
  };
  const channel = await make(program, '/channels', { name: 'Chat', kind: 'errbot', settings });

  await t.test('a test message arrives, and what is wrong is said where the channel is set up', async () => {
    const { json } = await program.call('POST', `/channels/${channel.id}/test`);
    assert.deepEqual(json, { ok: true, error: null });
    await bot.saw(/\*\*Test message from Kith\*\*/);
    for (const [wrong, words] of [
      [{ room: 'nonsense' }, /no room or person 'nonsense' here/],
      [{ secret: 'another secret, long enough too' }, /401: The signature does not fit/],
    ] as const) {
      const other = await make(program, '/channels', {
        name: `Wrong ${JSON.stringify(wrong)}`,
        kind: 'errbot',
        settings: { ...settings, ...wrong },
      });
      const tested = await program.call('POST', `/channels/${other.id}/test`);
      assert.match(JSON.stringify(tested.json), words);
    }
  });

  const [picture] = await portraits();
  assert.ok(picture);
  await make(program, '/rules', { name: 'Strangers', on: ['unknown'], channels: [channel.id] });
  await sleep(500);

  await t.test('a stranger is told of in the room', async () => {
    assert.equal((await program.call('POST', '/detections', shotForm('first', 'door', picture))).status, 201);
    const told = await bot.saw(/Answer: `!kith 1 [^]*╌\[IM[^]*\n\n\n/);
    assert.match(told, /\*\*Alert 1: Unknown 1 at Front door\*\*/);
    assert.match(told, /With 1 picture that this chat cannot take/);
    t.diagnostic(asText(told));
  });

  await t.test('forged, old and repeated calls are refused', async () => {
    const body = JSON.stringify({
      type: 'alert',
      room: '#testroom',
      alert: { id: 'forged', number: 99 },
      title: 'Forged',
      sightings: [],
    });
    assert.equal((await call(port, body, { id: 'a', secret: 'what somebody guesses, long too' })).status, 401);
    const old = await call(port, body, { id: 'b', at: Date.now() / 1000 - 3600 });
    assert.deepEqual([old.status, /360\d seconds old/.test(old.text)], [401, true]);
    assert.equal((await call(port, body, { id: 'c', at: Date.now() / 1000 + 3600 })).status, 401);
    const unsigned = await fetch(`http://127.0.0.1:${port}/kith`, { method: 'POST', body });
    assert.equal(unsigned.status, 401);
    assert.doesNotMatch(bot.text(), /Forged/);
    const harmless = body.replace('Forged', 'Twice').replace('"alert":', '"isTest":true,"alert":');
    assert.deepEqual(await call(port, harmless, { id: 'd' }), { status: 200, text: 'Posted.\n' });
    assert.deepEqual(await call(port, harmless, { id: 'd' }), { status: 200, text: 'This came before.\n' });
    await bot.saw(/Twice/);
    await bot.say('!kith help', /kith snooze 2h/);
    assert.equal(bot.text().match(/\*\*Twice\*\*/g)?.length, 1);
  });

  await t.test('who has no key, no right or no access to the bot does nothing', async () => {
    await bot.say('!inroom', /Joined Room/);
    await bot.say('!asuser mallory', /You are now/);
    await bot.say('!kith new Mallory', /You are #testroom\/mallory here[^]*own may answer/);
    await bot.say('!kith who is here', /You are #testroom\/mallory here, and have no key/);
    await bot.say('!asuser vic', /You are now/);
    await bot.say('!kith new Mallory', /lacks the scope/);
    await bot.say('!inperson', /one-on-one/);
    await bot.say('!asuser banned', /You are now/);
    await bot.say('!kith help', /not allowed to access this command from this user/);
    const { json } = await program.call('GET', '/persons?kind=known');
    assert.deepEqual(json.items, []);
  });

  await t.test('an answer in the room names her, and the room sees what became of it', async () => {
    await bot.say('!asuser eva', /You are now/);
    await bot.say('!kith is Ada', /Which alert do you mean/);
    await bot.say('!kith 7 is Ada', /told of no alert 7/);
    await bot.say('!inroom', /Joined Room/);
    await bot.say('!kith is Ada', /Nobody is called[^]*Ada/);
    t.diagnostic(asText(await bot.say('!kith new Ada', /Alert 1 is now: Ada at Front door[^]*→ [^\n]*Eva[^]*╌\[IM/)));
    const { json } = await program.call('GET', '/detections/first');
    assert.equal(json.person.name, 'Ada');
  });

  await t.test('commands are answered as to whoever asks, and names stay as they are', async () => {
    await bot.say('!kith who is here', /Ada, Front door/);
    await bot.say('!kith when was Ada last seen', /Ada was last seen [^]*1 picture that this chat cannot take/);
    await bot.say('!kith enrol Grace', /A photo is missing/);
    const [ada] = (await program.call('GET', '/persons?kind=known')).json.items as unknown as readonly { id: string }[];
    assert.ok(ada);
    assert.equal((await program.call('PATCH', `/persons/${ada.id}`, { name: WILD })).status, 200);
    const changed = asText(await bot.saw(/Alert 1 is now: [^]*╌\[IM[^]*\n\n\n/));
    assert.ok(changed.includes(`Alert 1 is now: ${WILD} at Front door`), changed);
    const said = asText(await bot.say('!kith who is here', /╌\[IM[^]*\n\n\n/));
    assert.ok(said.includes(`${WILD}, Front door`), said);
  });

  await t.test('wrong settings are refused with what to do', async () => {
    await bot.say('!inperson', /one-on-one/);
    await bot.say("!plugin config Kith {'URL': 'kith.example.org'}", /SECRET is missing: write it as/);
    await bot.say('!plugin config Kith', /'URL': 'https:/);
  });
});
