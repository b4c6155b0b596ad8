// A chat in Microsoft Teams, from the message to the answer, against its documented interface.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KithError } from '../errors.ts';
import { ANSWERED, CHANNEL, furnishChat, JPEG, messageOf, SOON, WILD, type ChatHouse } from './chat-house.test-kit.ts';
import { openInternet, type Internet } from './internet.test-kit.ts';
import {
  activity,
  APP_ID,
  APP_PASSWORD,
  CONVERSATION,
  openTeamsSite,
  problem,
  said,
  SERVICE_URL,
  type Teams,
  type TeamsActivity,
} from './teams.test-kit.ts';

const HOOK = `https://kith.example/hooks/${CHANNEL}`;

let teams: Teams;
let internet: Internet;

before(async () => {
  teams = openTeamsSite();
  internet = await openInternet(teams.sites);
});
after(() => internet.close());

const settings = { appId: APP_ID, appPassword: APP_PASSWORD, conversation: CONVERSATION };
const furnish = (): ChatHouse => furnishChat('teams', settings);
const answered = async (house: ChatHouse, request: Request): Promise<Response | null> =>
  house.chats.receive(CHANNEL, request);
const textOf = ({ body }: TeamsActivity): string => body.map(({ text = '' }) => text).join('\n');

test('a message is a card with its picture; buttons, forms and words under it are answers of the user', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  try {
    const message = messageOf();
    const receipt = await channel.send(message, SOON());
    const sent = teams.sent.at(-1);
    assert.ok(sent);
    assert.equal(sent.path, `/teams/v3/conversations/${CONVERSATION}/activities`);
    const image = sent.body.find(({ type }) => type === 'Image');
    assert.equal(image?.url, `data:image/jpeg;base64,${Buffer.from(JPEG).toString('base64')}`);
    assert.equal(sent.actions.length, 9);
    assert.equal(sent.actions.at(-1)?.url, 'https://kith.example/log/v1');
    const { messageId } = receipt as { messageId: string };
    let presses = 0;
    const press = (label: RegExp) => {
      const data = sent.actions.find(({ title }) => label.test(title))?.data;
      const id = `press-${(presses += 1)}`;
      const isForm = (data?.['msteams'] as { type?: string } | undefined)?.type === 'task/fetch';
      const what = isForm
        ? { type: 'invoke', name: 'task/fetch', value: { data, context: { theme: 'default' } } }
        : { type: 'message', value: data };
      return answered(house, teams.request(HOOK, activity(id, { ...what, replyToId: messageId }, messageId)));
    };

    assert.equal((await press(/Ada/))?.status, 200);
    const told = await house.until(() => teams.sent.find((one) => /I do not know you yet/.test(textOf(one))));
    assert.match(textOf(told), /link CODE/);
    house.link('29:bob');
    assert.equal((await press(/Ada/))?.status, 200);
    await house.until(() => house.asked.length === 1);
    assert.deepEqual(house.asked[0]?.request.json, { answer: 'is', personId: 'p-ada' });

    // A form asks for the name.
    const opened = await press(/New person/);
    assert.equal(opened?.status, 200);
    const dialog = (await opened?.json()) as { task: { type: string; value: { card: { content: FormCard } } } };
    assert.equal(dialog.task.type, 'continue');
    const { body, actions } = dialog.task.value.card.content;
    assert.ok(body.some(({ type }) => type === 'Input.Text'));
    const submit = (id: string, name: string) => {
      const value = { data: { ...actions[0]?.data, name }, context: {} };
      const filled = activity(id, { type: 'invoke', name: 'task/submit', value }, messageId);
      return answered(house, teams.request(HOOK, filled));
    };
    house.refuse = new KithError('conflict', 'There is an Ada already.');
    assert.match((await (await submit('fill-1', 'Ada'))?.text()) ?? '', /There is an Ada already/);
    assert.equal((await submit('fill-2', 'Ada L'))?.status, 200);
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'new', name: 'Ada L' });

    // In words, under the message.
    assert.equal(
      (await answered(house, teams.request(HOOK, said('w1', 'this is &lt;Grace&gt;', messageId))))?.status,
      200,
    );
    await house.until(() => teams.sent.some((one) => /Nobody is called "\\?<Grace/.test(unescaped(textOf(one)))));
    assert.equal((await answered(house, teams.request(HOOK, said('w2', 'who is here'))))?.status, 200);
    assert.deepEqual(await house.until(() => house.commands[0]), { text: 'who is here' });
    assert.equal((await answered(house, teams.request(HOOK, said('w3', 'here'))))?.status, 200);
    const here = await house.until(() => teams.sent.find((one) => /This channel is/.test(textOf(one))));
    assert.ok(unescaped(textOf(here)).includes(CONVERSATION));
    assert.ok(unescaped(textOf(here)).includes(SERVICE_URL));

    await channel.edit?.(receipt, messageOf(ANSWERED), SOON());
    const changed = teams.sent.at(-1);
    assert.deepEqual([changed?.method, changed?.path.endsWith(`/activities/${messageId}`)], ['PUT', true]);
    assert.ok(changed?.body.some(({ type }) => type === 'Image'));
    assert.deepEqual(
      changed?.actions.map(({ title }) => title),
      ['Open in Kith'],
    );
  } finally {
    await channel.close();
    await house.chats.close();
  }
});

test('names show as they are, whatever Teams takes for markup', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  await channel.send(messageOf({ answers: [], link: null }), SOON());
  await channel.close();
  const sent = teams.sent.at(-1);
  assert.ok(sent);
  assert.equal(unescaped(sent.body[0]?.text ?? ''), `Unknown 4 at ${WILD}`);
  // Neither stress, nor code, nor a link; HTML is none in a card, and nobody is called without an entity of the card.
  assert.doesNotMatch(textOf(sent), /(?<!\\)[*_~`[\]]/);
  assert.doesNotMatch(JSON.stringify(sent.fields), /"entities"/);
});

test('what Microsoft has not signed, what is for another bot, is old, or comes again is not let in', async () => {
  const house = furnish();
  house.link('29:bob');
  const status = async (request: Request) => (await answered(house, request))?.status;
  const asked = said('f1', 'who is here');
  const hour = 3600;
  const now = Math.floor(Date.now() / 1000);
  assert.equal(await status(teams.forged(HOOK, asked)), 401);
  assert.equal(await status(teams.request(HOOK, asked, { aud: 'another-bot' })), 401);
  assert.equal(await status(teams.request(HOOK, asked, { iss: 'https://evil.example' })), 401);
  assert.equal(await status(teams.request(HOOK, asked, { exp: now - hour, iat: now - 2 * hour })), 401);
  // A token of one service is good for no other: answers would be sent there.
  assert.equal(await status(teams.request(HOOK, asked, { serviceurl: 'https://evil.example/' })), 401);
  assert.equal(await status(new Request(HOOK, { method: 'POST', body: JSON.stringify(asked) })), 401);
  const good = teams.request(HOOK, asked);
  assert.equal(await status(good.clone()), 200);
  assert.equal(await status(good), 401);
  // Told again with another token, as when Kith was slow to answer: let in, and not done again.
  assert.equal(await status(teams.request(HOOK, asked, { jti: 'again' })), 200);
  await house.until(() => house.commands.length === 1);
  await house.chats.close();
  assert.equal(house.commands.length, 1);
});

test('what Teams has against a message is told as what it is', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  const path = /\/v3\/conversations/;
  const fails = (answer: Parameters<Internet['next']>[1]) => {
    internet.next(path, answer);
    return channel.send(messageOf(), SOON());
  };
  try {
    await assert.rejects(fails({ ...problem(429, 'TooManyRequests', 'slow down'), headers: { 'retry-after': '30' } }), {
      retry: true,
      afterMs: 30_000,
    });
    await assert.rejects(fails(problem(401, 'Unauthorized', 'no')), {
      retry: false,
      message: /does not accept the key/,
    });
    await assert.rejects(fails(problem(403, 'BotNotInConversationRoster', 'not in it')), {
      retry: false,
      message: /member of the chat/,
    });
    await assert.rejects(fails(problem(404, 'ConversationNotFound', 'gone')), {
      retry: false,
      message: /does not know/,
    });
    await assert.rejects(fails(problem(413, 'MessageSizeTooBig', 'large')), { retry: false, message: /refused/ });
    await assert.rejects(fails(problem(502, 'ServiceError', 'later')), { retry: true });
  } finally {
    await channel.close();
  }
  const wrong = furnishChat('teams', { ...settings, appPassword: 'another-secret-value' });
  const locked = await wrong.chats.open(wrong.row);
  await assert.rejects(locked.send(messageOf(), SOON()), (error: Error) => {
    assert.match(error.message, /does not accept the key/);
    assert.doesNotMatch(error.message + wrong.logged.join(''), /another-secret-value/);
    return true;
  });
  await locked.close();
  const nowhere = furnishChat('teams', { appId: APP_ID, appPassword: APP_PASSWORD });
  const lost = await nowhere.chats.open(nowhere.row);
  await assert.rejects(lost.send(messageOf(), SOON()), { retry: false, message: /write "here" to the bot/ });
  await lost.close();
});

interface FormCard {
  readonly body: readonly { readonly type: string }[];
  readonly actions: readonly { readonly data?: object }[];
}

function unescaped(text: string): string {
  return text.replaceAll('\u200B', '').replaceAll(/\\(.)/g, '$1');
}
