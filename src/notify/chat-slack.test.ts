// A chat in Slack, from the message to the answer, against its documented interface.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KithError } from '../errors.ts';
import { ANSWERED, CHANNEL, furnishChat, JPEG, messageOf, SOON, WILD, type ChatHouse } from './chat-house.test-kit.ts';
import { openInternet, type Internet } from './internet.test-kit.ts';
import {
  blockAction,
  event,
  no,
  openSlackSite,
  SIGNING_SECRET,
  slackForm,
  slackRequest,
  SLACK_CHANNEL,
  SLACK_TOKEN,
  viewSubmission,
  type Slack,
  type SlackCall,
} from './slack.test-kit.ts';
import { openSocketServer, type SocketServer } from './socket.test-kit.ts';

const HOOK = `https://kith.example/hooks/${CHANNEL}`;

let sockets: SocketServer;
let slack: Slack;
let internet: Internet;

before(async () => {
  sockets = await openSocketServer();
  slack = openSlackSite(sockets.url);
  internet = await openInternet(slack.sites);
});
after(async () => {
  await internet.close();
  await sockets.close();
});

const settings = { botToken: SLACK_TOKEN, channelId: SLACK_CHANNEL };
const furnish = (): ChatHouse => furnishChat('slack', { ...settings, signingSecret: SIGNING_SECRET });
const last = (method: string): SlackCall | undefined => slack.called.findLast((call) => call.method === method);
const answered = async (house: ChatHouse, request: Request): Promise<number | undefined> =>
  (await house.chats.receive(CHANNEL, request))?.status;

test('a message has its picture before it; buttons, forms and words in its thread are answers of the user', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  try {
    const receipt = await channel.send(messageOf(), SOON());
    const upload = internet.to(/upload\/v1/).at(-1);
    assert.ok(upload);
    assert.ok(upload.body.includes(Buffer.from(JPEG)));
    assert.equal(last('files.completeUploadExternal')?.fields['channel_id'], SLACK_CHANNEL);
    const sent = last('chat.postMessage');
    const [header, lines, ...rows] = sent?.blocks ?? [];
    assert.equal(header?.text?.text.replaceAll('\u200B', ''), `Unknown 4 at ${WILD}`.replaceAll('\u200B', ''));
    assert.equal(header?.text?.type, 'plain_text');
    const shown = unescaped(lines?.text?.text ?? '');
    assert.equal(shown, `Monday, 12:00\nNearest: Ada (0.51), ${WILD}`);
    // No mark that touches a letter, and nothing that calls people.
    assert.doesNotMatch(lines?.text?.text ?? '', /<[!@#]|[\w)][*_~`]|[*_~`][\w[]/);
    const buttons = rows.flatMap(({ elements = [] }) => elements);
    assert.equal(buttons.length, 9);
    const { messageId } = receipt as { messageId: string };
    let presses = 0;
    const press = (label: RegExp) => {
      const button = buttons.find(({ text }) => label.test(text.text));
      const action = blockAction(button?.value ?? '', button?.action_id ?? '', messageId, `trigger-${(presses += 1)}`);
      return answered(house, slackForm(HOOK, { payload: JSON.stringify(action) }));
    };

    assert.equal(await press(/Ada/), 200);
    const told = await house.until(() => last('chat.postEphemeral'));
    assert.equal(told.fields['user'], 'U77');
    assert.match(told.blocks[0]?.text?.text ?? '', /I do not know you yet.*link CODE/);
    house.link('U77');
    assert.equal(await press(/Ada/), 200);
    await house.until(() => house.asked.length === 1);
    assert.deepEqual(house.asked[0]?.request.json, { answer: 'is', personId: 'p-ada' });

    // A form asks for the name; what is wrong with it stands in the form.
    assert.equal(await press(/New person/), 200);
    const opened = await house.until(() => last('views.open'));
    const view = JSON.parse(String(opened.fields['view'])) as { callback_id: string; private_metadata: string };
    const fill = async (name: string): Promise<string> => {
      const request = slackForm(HOOK, { payload: JSON.stringify(viewSubmission(view, name)) });
      return (await house.chats.receive(CHANNEL, request))?.text() ?? '';
    };
    house.refuse = new KithError('conflict', 'There is an Ada already.');
    assert.deepEqual(JSON.parse(await fill('Ada')), {
      response_action: 'errors',
      errors: { name: 'There is an Ada already.' },
    });
    assert.equal(await fill('Ada L'), '');
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'new', name: 'Ada L' });

    // In the thread.
    const reply = event('Ev1', { text: 'this is &lt;Grace&gt;', ts: '1700000099.1', thread_ts: messageId });
    assert.equal(await answered(house, slackRequest(HOOK, JSON.stringify(reply))), 200);
    const nobody = await house.until(
      () => last('chat.postMessage')?.blocks[0]?.text?.text.includes('Nobody') && last('chat.postMessage'),
    );
    assert.equal(nobody.fields['thread_ts'], messageId);
    assert.match(unescaped(nobody.blocks[0]?.text?.text ?? ''), /Nobody is called "<Grace>"/);
    const talk = event('Ev2', { text: 'looks like her', ts: '1700000099.2', thread_ts: messageId });
    const mention = event('Ev3', { type: 'app_mention', text: '<@U0BOT> who is here', ts: '1700000099.3' });
    for (const one of [talk, mention])
      assert.equal(await answered(house, slackRequest(HOOK, JSON.stringify(one))), 200);
    assert.deepEqual(await house.until(() => house.commands[0]), { text: 'who is here' });
    const command = { command: '/kith', text: 'help', user_id: 'U77', channel_id: SLACK_CHANNEL, trigger_id: 'c1' };
    assert.equal(await answered(house, slackForm(HOOK, command)), 200);
    await house.until(() => last('chat.postEphemeral')?.blocks[0]?.text?.text === 'You said: help');
    assert.equal(house.commands.length, 2);

    await channel.edit?.(receipt, messageOf(ANSWERED), SOON());
    const changed = last('chat.update');
    assert.equal(changed?.fields['ts'], messageId);
    assert.ok(unescaped(changed?.blocks[1]?.text?.text ?? '').endsWith(`→ Bob: this is ${WILD}`));
    assert.deepEqual(
      changed?.blocks[2]?.elements?.map(({ text }) => text.text),
      ['Open in Kith'],
    );
  } finally {
    await channel.close();
    await house.chats.close();
  }
});

test('what is not signed by Slack, is old, or comes again is not let in', async () => {
  const house = furnish();
  house.link('U77');
  const body = JSON.stringify(event('Ev9', { type: 'app_mention', text: '<@U0BOT> who is here', ts: '1700000199.3' }));
  const challenge = slackRequest(HOOK, JSON.stringify({ type: 'url_verification', challenge: 'abc' }));
  assert.deepEqual(await (await house.chats.receive(CHANNEL, challenge))?.json(), { challenge: 'abc' });
  const hour = 3_600_000;
  assert.equal(await answered(house, slackRequest(HOOK, body, { secret: 'another' })), 401);
  assert.equal(await answered(house, slackRequest(HOOK, body, { at: Date.now() - hour })), 401);
  assert.equal(await answered(house, slackRequest(HOOK, body, { at: Date.now() + hour })), 401);
  assert.equal(await answered(house, new Request(HOOK, { method: 'POST', body })), 401);
  const good = slackRequest(HOOK, body);
  assert.equal(await answered(house, good.clone()), 200);
  assert.equal(await answered(house, good), 401);
  // Signed anew, as when Slack had no answer: let in, and not done again.
  assert.equal(await answered(house, slackRequest(HOOK, body, { at: Date.now() - 2000 })), 200);
  await house.until(() => house.commands.length === 1);
  await house.chats.close();
  assert.equal(house.commands.length, 1);
});

test('what Slack has against a message is told as what it is', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  const fails = (error: string) => {
    internet.next(/chat\.postMessage/, no(error));
    return channel.send(messageOf(), SOON());
  };
  try {
    internet.next(/chat\.postMessage/, { status: 429, headers: { 'retry-after': '30' } });
    await assert.rejects(channel.send(messageOf(), SOON()), { retry: true, afterMs: 30_000 });
    await assert.rejects(fails('token_revoked'), {
      retry: false,
      message: /does not accept the key \(.*token_revoked/,
    });
    await assert.rejects(fails('missing_scope'), { retry: false, message: /give it the right/ });
    await assert.rejects(fails('channel_not_found'), { retry: false, message: /add the bot to the chat/ });
    await assert.rejects(fails('msg_too_long'), { retry: false, message: /refused/ });
    await assert.rejects(fails('internal_error'), { retry: true });
    internet.next(/chat\.postMessage/, { status: 503 });
    await assert.rejects(channel.send(messageOf(), SOON()), { retry: true });
  } finally {
    await channel.close();
  }
});

test('with Socket Mode nothing is sent to Kith: it keeps a connection', async () => {
  const house = furnishChat('slack', { ...settings, appToken: 'xapp-1' });
  house.link('U77');
  const channel = await house.chats.open(house.row);
  try {
    const socket = await house.until(() => sockets.open[0]);
    socket.send({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A' } });
    const mention = { type: 'app_mention', text: '<@U0BOT> who is here', ts: '1700000299.1' };
    socket.send({ type: 'events_api', envelope_id: 'e1', payload: event('EvS1', mention) });
    await house.until(() => house.commands.at(-1)?.text === 'who is here');
    await house.until(() => socket.received.some((message) => message['envelope_id'] === 'e1'));
    assert.equal(await answered(house, slackRequest(HOOK, '{}')), undefined);
  } finally {
    await channel.close();
  }
  await house.until(() => sockets.open.length === 0);
});

function unescaped(text: string): string {
  return text.replaceAll('\u200B', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
