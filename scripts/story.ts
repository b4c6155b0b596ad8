// The whole loop on the demonstration camera, photographed step by step into the ignored folder screenshots/story/: a stranger is seen, mail,
// webhook and MQTT tell of her with her picture, the answer in the panel names her, and her next visit opens a door. Real programs at every
// end, all on this machine. `npm run story`.

import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestBroker } from '../test/broker.ts';
import { openPage } from '../test/browser.ts';
import { signIn, until } from '../test/panel-kit.ts';
import { ADMIN_KEY, startProgram, temporaryFolder, type Program } from '../test/program.ts';
import { openMailbox, openReceiver } from '../test/receivers.ts';

const OUT = join(import.meta.dirname, '..', 'screenshots', 'story');
const SETTLE_MS = 1_500;
/** The demonstration comes back to the same photo after twenty seconds: each time is a visit of its own. */
const VISIT_GAP_S = '10';
const NAME = 'Rosalind';
const GROUP = 'Staff';

/** What is done at the end, in reverse. */
const ends: (() => unknown)[] = [];
const scope = { after: (fn: () => void | Promise<void>): void => void ends.push(fn) };
let step = 0;

function tell(what: string): void {
  process.stdout.write(`${String(++step).padStart(2)}. ${what}\n`);
}

/** The mail as a reader of mail shows it: its HTML with the picture in its place. */
function shownMail(mail: string): string {
  const subject = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(mail)?.[1] ?? '';
  const partOf = (type: string): string =>
    new RegExp(`Content-Type: ${type}[^]*?\\r?\\n\\r?\\n([^]*?)\\r?\\n--`, 'i').exec(mail)?.[1] ?? '';
  const html = partOf('text/html')
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());
  const picture = partOf('image/jpeg').replaceAll(/\s/g, '');
  return `<p>Subject: <b>${escaped(subject)}</b></p><hr>${html.replace(/src="cid:[^"]*"/, `src="data:image/jpeg;base64,${picture}"`)}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** JSON for people: a picture as one, and not as its letters. */
function shownJson(value: unknown): string {
  const pictures: string[] = [];
  const text = JSON.stringify(
    value,
    (key, part: unknown) => {
      if (key !== 'picture' || typeof part !== 'string') return part;
      pictures.push(part);
      return `<${part.length} letters of Base64, shown above>`;
    },
    2,
  );
  const images = pictures.map((one) => `<img height="160" src="data:image/jpeg;base64,${one}">`);
  return `${images.join(' ')}<pre style="white-space:pre-wrap">${escaped(text)}</pre>`;
}

async function make(program: Program, path: string, body: object): Promise<string> {
  const { status, json } = await program.call('POST', path, body);
  assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(json)}`);
  return (json as unknown as { id: string }).id;
}

async function play(): Promise<void> {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const [web, mail, broker, data] = await Promise.all([
    openReceiver(scope),
    openMailbox(scope),
    openTestBroker(scope),
    temporaryFolder(),
  ]);
  ends.push(() => data.remove());
  const program = await startProgram(join(data.path, 'kith'), ['--demo'], {
    KITH_ADMIN_KEY: ADMIN_KEY,
    KITH_VISIT_GAP: VISIT_GAP_S,
  });
  ends.push(() => program.stop());
  tell(`Kith runs with its demonstration camera at ${program.url}`);
  const { page, close } = await openPage({ width: 1280, height: 900 });
  ends.push(close);

  async function photograph(name: string): Promise<void> {
    await page.waitForTimeout(SETTLE_MS);
    await page.locator('.mantine-Loader-root').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: join(OUT, `${String(step).padStart(2, '0')}-${name}.png`) });
  }
  async function show(name: string, title: string, body: string): Promise<void> {
    // Away from the panel, whose policy would forbid the pictures.
    await page.goto('about:blank');
    await page.setContent(`<body style="font:16px sans-serif;margin:24px"><h2>${escaped(title)}</h2>${body}</body>`);
    await photograph(name);
  }

  const channels = [
    await make(program, '/channels', {
      name: 'Guard house',
      kind: 'webhook',
      settings: {
        url: `${web.url}/hook`,
        secret: 'a secret of this story, long enough',
        picture: 'inline',
        pictureKilobytes: 200,
        allowPrivate: true,
      },
    }),
    await make(program, '/channels', {
      name: 'Eva',
      kind: 'email',
      settings: {
        host: '127.0.0.1',
        port: mail.port,
        security: 'none',
        from: 'kith@example.org',
        to: ['eva@example.org'],
      },
    }),
    await make(program, '/channels', {
      name: 'Home',
      kind: 'mqtt',
      settings: { broker: `mqtt://127.0.0.1:${broker.port}` },
    }),
  ];
  await until('the camera is there', async () => (await program.call('GET', '/cameras/demo')).status === 200);
  await make(program, '/actions', {
    name: 'Front door',
    kind: 'http',
    settings: { url: `${web.url}/open`, allowPrivate: true },
    access: { groups: [GROUP], cameras: ['demo'], sure: 'likely', shots: 1, quality: 0, freshS: 60 },
  });
  await make(program, '/rules', { name: 'Strangers', on: ['unknown'], channels });
  await signIn(program, page);
  await page.goto(`${program.url}/rules`);
  tell('A rule tells three channels of strangers; a door opens for staff only');
  await photograph('rule');

  await until('a stranger is told of', () => Promise.resolve(web.calls.some(({ body }) => body.type === 'alert')));
  const told = web.calls.find(({ body }) => body.type === 'alert');
  const stranger = told?.body.sightings[0]?.person;
  assert.ok(told && stranger);
  tell(`The signed call arrives: "${told.body.title}", with her picture`);
  await show('webhook', 'What the webhook got', shownJson(told.body));
  await until('the mail comes', () => Promise.resolve(mail.mails.length > 0));
  tell('The mail arrives, with her picture');
  await show('mail', 'What the mailbox got', shownMail(mail.mails[0] ?? ''));
  const { text } = await broker.until(({ topic }) => topic === 'kith/alerts');
  tell('The MQTT client hears of it too');
  await show('mqtt', 'What an MQTT client heard on kith/alerts', shownJson(JSON.parse(text)));

  await page.goto(`${program.url}/alerts/${told.body.alert.id}`);
  tell('The same in the panel, where she can be named');
  await photograph('alert');
  await page.getByRole('button', { name: /^It is …/ }).click();
  await page.getByRole('dialog').getByRole('textbox').fill(NAME);
  await page.getByRole('option', { name: new RegExp(NAME) }).click();
  await until('the webhook hears who she is', () =>
    Promise.resolve(web.calls.some(({ body }) => body.type === 'alert.changed' && body.outcomes.join().includes(NAME))),
  );
  tell(`"This is ${NAME}": the page says so, and all who were told hear of it`);
  await page.goto(`${program.url}/alerts/${told.body.alert.id}`);
  await photograph('answered');
  await until('the second mail comes', () => Promise.resolve(mail.mails.some((one) => /^Subject: Re: /m.test(one))));
  const second = mail.mails.find((one) => /^Subject: Re: /m.test(one)) ?? '';
  await show('mail-changed', 'The mailbox, in the same thread', shownMail(second));

  assert.equal((await program.call('PATCH', `/persons/${stranger.id}`, { groups: [GROUP] })).status, 200);
  tell(`${NAME} becomes one of "${GROUP}"; when she comes again, the door opens`);
  await until('the door opens', () => Promise.resolve(web.calls.some(({ url }) => url === '/open')));
  await page.goto(`${program.url}/doors?tab=runs`);
  await photograph('door');
  const state = `kith/people/${stranger.id}/state`;
  await broker.until(({ topic, text }) => topic === state && text.includes('"ON"'));
  await show(
    'home-assistant',
    `What Home Assistant reads about ${NAME}, on ${state}`,
    shownJson(JSON.parse(broker.kept.get(state) ?? '{}')),
  );
  await page.goto(`${program.url}/live`);
  await photograph('live');
  const runs = await program.call('GET', '/runs');
  const done = (runs.json.items as unknown as readonly { state: string }[]).filter(({ state }) => state === 'done');
  tell(
    `The door was opened ${done.length} time${done.length === 1 ? '' : 's'}, once for each visit. Photographs: ${OUT}`,
  );
}

try {
  await play();
} finally {
  for (const end of ends.toReversed()) await end();
}
