// A chat in Google Chat, from the message to the answer, against its documented interface.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANSWERED, CHANNEL, furnishChat, messageOf, SOON, WILD, type ChatHouse } from './chat-house.test-kit.ts';
import {
  openGoogleChatSite,
  pressed,
  pressedPlain,
  PROJECT,
  refused,
  said,
  saidPlain,
  SPACE,
  type GoogleChat,
  type SentMessage,
} from './gchat.test-kit.ts';
import { openInternet, type Internet } from './internet.test-kit.ts';

const HOOK = `https://kith.example/hooks/${CHANNEL}`;

let google: GoogleChat;
let internet: Internet;

before(async () => {
  google = openGoogleChatSite();
  internet = await openInternet(google.sites);
});
after(() => internet.close());

const settingsOf = () => ({ credentials: google.credentials, space: SPACE, projectNumber: PROJECT });
const furnish = (): ChatHouse => furnishChat('gchat', settingsOf());
const status = async (house: ChatHouse, request: Request): Promise<number | undefined> =>
  (await house.chats.receive(CHANNEL, request))?.status;
const textOf = ({ widgets, fields }: SentMessage): string =>
  [
    ...widgets.map(({ textParagraph }) => textParagraph?.text ?? ''),
    typeof fields['text'] === 'string' ? fields['text'] : '',
  ].join('\n');

test('a message is a card whose picture Google fetches; buttons and words in its thread are answers of the user', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  try {
    const receipt = (await channel.send(messageOf(), SOON())) as { messageId: string; keys: string[] };
    const sent = google.sent.at(-1);
    assert.ok(sent);
    assert.match(sent.path, new RegExp(`^/v1/${SPACE}/messages`));
    assert.equal(sent.title.replaceAll('\u200B', ''), `Unknown 4 at ${WILD}`);
    const image = sent.widgets.find((widget) => widget.image)?.image;
    assert.equal(image?.imageUrl, 'https://kith.example/pictures/token');
    assert.equal(sent.buttons.at(-1)?.onClick.openLink?.url, 'https://kith.example/log/v1');
    // Names show as they are: HTML is none, and nothing is stressed.
    assert.doesNotMatch(textOf(sent), /<b>|\*\*/);
    assert.ok(unescaped(textOf(sent)).includes(`Nearest: Ada (0.51), ${WILD}`));
    const { messageId, keys } = receipt;
    const thread = keys.find((key) => key.includes('/threads/')) ?? '';
    let presses = 0;
    const press = (label: RegExp, make = pressed) => {
      const button = sent.buttons.find(({ text }) => label.test(text));
      assert.ok(button);
      // Google sends the press to where the button says.
      assert.equal(button.onClick.action?.function, HOOK);
      return status(
        house,
        google.request(HOOK, make(`2026-01-31T13:00:0${(presses += 1)}Z`, button, messageId, thread)),
      );
    };

    assert.equal(await press(/Ada/), 200);
    const told = await house.until(() => google.sent.find((one) => /I do not know you yet/.test(textOf(one))));
    assert.deepEqual(told.fields['privateMessageViewer'], { name: 'users/77' });
    house.link('users/77');
    assert.equal(await press(/Ada/), 200);
    await house.until(() => house.asked.length === 1);
    assert.deepEqual(house.asked[0]?.request.json, { answer: 'is', personId: 'p-ada' });

    // There are no forms: the name is asked for in words.
    assert.equal(await press(/New person/), 200);
    await house.until(() => google.sent.find((one) => /Who is it\?/.test(textOf(one))));
    assert.equal(await status(house, google.request(HOOK, said('1', 'Ada L'))), 200);
    await house.until(() => house.asked.length === 2);
    assert.deepEqual(house.asked[1]?.request.json, { answer: 'new', name: 'Ada L' });

    assert.equal(await status(house, google.request(HOOK, said('2', 'this is Grace', thread))), 200);
    await house.until(() => house.asked.some(({ request }) => /persons\?.*query=Grace/.test(request.path)));
    await house.until(
      () => (house.asked.at(-1)?.request.json as { personId?: string } | undefined)?.personId === 'p-grace',
    );
    assert.equal(await status(house, google.request(HOOK, said('3', 'who is here'))), 200);
    assert.deepEqual(await house.until(() => house.commands[0]), { text: 'who is here' });
    assert.equal(await status(house, google.request(HOOK, said('4', 'here'))), 200);
    await house.until(() => google.sent.find((one) => textOf(one).includes(`This space is ${SPACE}`)));

    // A Chat app that is no add-on says the same in other words.
    assert.equal(await status(house, google.projectRequest(HOOK, saidPlain('5', 'today'))), 200);
    await house.until(() => house.commands.at(-1)?.text === 'today');
    const before = house.asked.length;
    assert.equal(await press(/Ignore/, pressedPlain), 200);
    await house.until(() => house.asked.length > before);
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'ignore' });

    await channel.edit?.(receipt, messageOf(ANSWERED), SOON());
    const changed = google.sent.at(-1);
    assert.ok(changed && ['PUT', 'PATCH'].includes(changed.method));
    assert.ok(changed.path.startsWith(`/v1/${messageId}?updateMask=cardsV2`), changed.path);
    assert.ok(unescaped(textOf(changed)).includes(`→ Bob: this is ${WILD}`));
    assert.deepEqual(
      changed.buttons.map(({ text }) => text),
      ['Open in Kith'],
    );
    assert.ok(changed.widgets.some((widget) => widget.image));
  } finally {
    await channel.close();
    await house.chats.close();
  }
});

test('what Google has not signed, what is for somebody else, is old, or comes again is not let in', async () => {
  const house = furnish();
  house.link('users/77');
  const event = said('9', 'who is here');
  const hour = 3600;
  const now = Math.floor(Date.now() / 1000);
  const claims = (more: Readonly<Record<string, unknown>>) => status(house, google.request(HOOK, event, more));
  assert.equal(await status(house, google.forged(HOOK, event)), 401);
  assert.equal(await claims({ aud: 'https://evil.example/hooks' }), 401);
  assert.equal(await claims({ iss: 'https://evil.example' }), 401);
  assert.equal(await claims({ exp: now - hour, iat: now - 2 * hour }), 401);
  // Signed by Google, for this address, and asked for by somebody else's project.
  assert.equal(await claims({ email: 'service-666@gcp-sa-gsuiteaddons.iam.gserviceaccount.com' }), 401);
  assert.equal(await claims({ email: 'somebody@gmail.com' }), 401);
  assert.equal(await status(house, google.projectRequest(HOOK, event, '666')), 401);
  assert.equal(await status(house, new Request(HOOK, { method: 'POST', body: JSON.stringify(event) })), 401);
  const good = google.request(HOOK, event);
  assert.equal(await status(house, good.clone()), 200);
  assert.equal(await status(house, good), 401);
  // Told again with another token: let in, and not done again.
  assert.equal(await claims({ jti: 'again' }), 200);
  await house.until(() => house.commands.length === 1);
  await house.chats.close();
  assert.equal(house.commands.length, 1);
});

test('what Google has against a message is told as what it is', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  const fails = (answer: Parameters<Internet['next']>[1]) => {
    internet.next(/\/v1\/spaces/, answer);
    return channel.send(messageOf(), SOON());
  };
  try {
    const tooMany = { ...refused(429, 'RESOURCE_EXHAUSTED', 'slow down'), headers: { 'retry-after': '30' } };
    await assert.rejects(fails(tooMany), { retry: true, afterMs: 30_000 });
    await assert.rejects(fails(refused(401, 'UNAUTHENTICATED', 'revoked')), {
      retry: false,
      message: /does not accept the key/,
    });
    await assert.rejects(fails(refused(403, 'PERMISSION_DENIED', 'no member')), {
      retry: false,
      message: /member of the chat/,
    });
    await assert.rejects(fails(refused(404, 'NOT_FOUND', 'gone')), { retry: false, message: /does not know/ });
    await assert.rejects(fails(refused(400, 'INVALID_ARGUMENT', 'card')), { retry: false, message: /refused/ });
    await assert.rejects(fails(refused(503, 'UNAVAILABLE', 'later')), { retry: true });
  } finally {
    await channel.close();
  }
  const other = openGoogleChatSite();
  const wrong = furnishChat('gchat', { ...settingsOf(), credentials: other.credentials });
  const locked = await wrong.chats.open(wrong.row);
  await assert.rejects(locked.send(messageOf(), SOON()), (error: Error & { retry?: boolean }) => {
    assert.match(error.message, /invalid_grant|Invalid JWT/);
    assert.doesNotMatch(error.message + wrong.logged.join(''), /PRIVATE KEY/);
    return error.retry === false;
  });
  await locked.close();
});

function unescaped(text: string): string {
  return text.replaceAll('\u200B', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
