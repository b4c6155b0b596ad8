// A chat in Telegram, from the message to the answer, against its documented interface.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KithError } from '../errors.ts';
import { ANSWERED, CHANNEL, furnishChat, JPEG, messageOf, SOON, WILD, type ChatHouse } from './chat-house.test-kit.ts';
import { openInternet, type Internet } from './internet.test-kit.ts';
import {
  bad,
  BOT,
  BOT_TOKEN,
  BOB,
  CHAT,
  openTelegramSite,
  pressed,
  wrote,
  type Telegram,
} from './telegram.test-kit.ts';

let telegram: Telegram;
let internet: Internet;

before(async () => {
  telegram = openTelegramSite();
  internet = await openInternet({ 'api.telegram.org': (call) => telegram.site(call) });
});
after(() => internet.close());

const furnish = (): ChatHouse => furnishChat('telegram', { botToken: BOT_TOKEN, chatId: String(CHAT.id) });

test('a message is a photo with its text and buttons; what was pressed and quoted is answered as the user, once', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  try {
    const message = messageOf();
    const receipt = await channel.send(message, SOON());
    const sent = telegram.shown.at(-1);
    assert.ok(sent);
    assert.equal(sent.method, 'sendPhoto');
    assert.deepEqual(message.limits, [[1_000_000, 1280]]);
    const photo = sent.fields['photo'] as File;
    assert.deepEqual([photo.type, new Uint8Array(await photo.arrayBuffer())], ['image/jpeg', JPEG]);
    assert.equal(
      sent.text.replaceAll('\u200B', ''),
      `Unknown 4 at ${WILD}\nMonday, 12:00\nNearest: Ada (0.51), ${WILD}`,
    );
    assert.equal(sent.bold.replaceAll('\u200B', ''), `Unknown 4 at ${WILD}`);
    assert.deepEqual(
      sent.buttons.map(({ text }) => text),
      [
        'It is Ada',
        `It is ${WILD}`.slice(0, 39).concat('…'),
        'New person',
        'Merge with …',
        'Not Unknown 4',
        'Ignore',
        'Snooze 1 h',
        'Open Front door',
        'Open in Kith',
      ],
    );
    const messageId = Number((receipt as { messageId: string }).messageId.split(':')[1]);
    const press = (label: RegExp, id: string, from?: object) =>
      telegram.happens(
        pressed(sent.buttons.find(({ text }) => label.test(text))?.callback_data ?? '', messageId, id, from),
      );

    // Nobody knows Bob yet.
    press(/Ada/, 'p1');
    const told = await house.until(() => telegram.shown.find(({ text }) => text.includes('link CODE')));
    assert.match(told.text, /^I do not know you yet, Bob Bee/);
    assert.deepEqual(JSON.parse(JSON.stringify(told.fields['reply_parameters'])).message_id, messageId);
    assert.equal(house.asked.length, 0);
    await house.code('u-bob', 'K7QF-29XM');
    telegram.happens(wrote('/start K7QF-29XM', { entities: [{ type: 'bot_command', offset: 0, length: 6 }] }));
    await house.until(() => telegram.shown.find(({ text }) => text.startsWith('I know you now')));
    assert.deepEqual(
      house.users.map(({ chatId, chatName, userId }) => [chatId, chatName, userId]),
      [['77', 'Bob Bee', 'u-bob']],
    );

    // The same press told again is one press.
    press(/Ada/, 'p2');
    press(/Ada/, 'p2');
    const is = await house.until(() => house.asked.at(-1));
    assert.deepEqual(is, {
      userId: 'u-bob',
      via: 'Family',
      request: { method: 'POST', path: '/alerts/alert-1/answer', json: { answer: 'is', personId: 'p-ada' } },
    });
    press(/Snooze/, 'p3');
    await house.until(() => house.asked.length === 2);
    assert.deepEqual(house.asked[1]?.request.json, { answer: 'snooze', minutes: 60 });

    // Telegram has no forms, so the name is asked for, and the next word of Bob's to the bot is one.
    press(/New person/, 'p4');
    const question = await house.until(() => telegram.shown.find(({ text }) => text.startsWith('Who is it?')));
    assert.ok(question);
    telegram.happens(wrote('Ada Lovelace', { reply_to_message: { message_id: 1, date: 1, chat: CHAT, from: BOT } }));
    await house.until(() => house.asked.length === 3);
    assert.deepEqual(house.asked[2]?.request.json, { answer: 'new', name: 'Ada Lovelace' });
    const done = await house.until(() => telegram.shown.find(({ text }) => text === 'Unknown 4 was named Ada'));
    assert.ok(done);

    // Quoting the message, in words; what the API has against it is said as it says it.
    const quoting = { reply_to_message: { message_id: messageId, date: 1, chat: CHAT, from: BOT } };
    house.refuse = new KithError('forbidden', 'Your role does not include this.');
    telegram.happens(wrote('open the front door', quoting));
    await house.until(() => telegram.shown.find(({ text }) => text === 'Your role does not include this.'));
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'open', actionId: 'a-front' });
    telegram.happens(wrote('this is Grace', quoting));
    await house.until(() => telegram.shown.filter(({ text }) => text === 'Unknown 4 was named Ada').length === 2);
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'is', personId: 'p-grace' });
    // Nobody is called so yet: a stranger gets her name, and talk gives nobody one.
    telegram.happens(wrote('this is Noa Levi', quoting));
    await house.until(() => telegram.shown.filter(({ text }) => text === 'Unknown 4 was named Ada').length === 3);
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'new', name: 'Noa Levi' });
    telegram.happens(wrote('this is very weird', quoting));
    await house.until(() =>
      telegram.shown.find(({ text }) => /Nobody is called "very weird".* write: new very weird/.test(text)),
    );

    // People who talk to each other are not answered.
    const before = telegram.shown.length;
    telegram.happens(
      wrote('not sure who that is', { reply_to_message: { message_id: 3, date: 1, chat: CHAT, from: BOB } }),
    );
    telegram.happens(wrote('what a day'));
    telegram.happens(wrote('@kith_bot who is here', { entities: [{ type: 'mention', offset: 0, length: 9 }] }));
    await house.until(() => telegram.shown.find(({ text }) => text === 'You said: who is here'));
    assert.equal(telegram.shown.length, before + 1);

    // The photo's text says what became of it, and there is nothing to press any more.
    await channel.edit?.(receipt, messageOf(ANSWERED), SOON());
    const changed = telegram.shown.at(-1);
    assert.equal(changed?.method, 'editMessageCaption');
    assert.equal(changed.fields['message_id'], messageId);
    assert.ok(changed.text.endsWith(`\n→ Bob: this is ${WILD}`));
    assert.equal(changed.bold, `Unknown 4 at ${WILD}`);
    assert.deepEqual(
      changed.buttons.map(({ text }) => text),
      ['Open in Kith'],
    );
  } finally {
    await channel.close();
  }
  assert.ok(telegram.methods.includes('answerCallbackQuery'));
  assert.doesNotMatch(house.logged.join(''), /AAHdqTcvCH1|Lovelace|what a day/);
});

test('a picture that was sent to the bot goes along with the command, and one comes back', async () => {
  const house = furnish();
  house.link(String(BOB.id));
  const channel = await house.chats.open(house.row);
  try {
    telegram.happens({
      message: {
        message_id: 900,
        date: 1,
        chat: { id: 77, type: 'private' },
        from: BOB,
        caption: 'who is this',
        photo: [{ file_id: 'f', file_unique_id: 'u', width: 1, height: 1 }],
      },
    });
    const command = await house.until(() => house.commands[0]);
    assert.deepEqual(command, { text: 'who is this', image: new Uint8Array([7, 8, 9]) });
    const back = await house.until(() => telegram.shown.find(({ text }) => text === 'You said: who is this'));
    assert.equal(back.method, 'sendPhoto');
    assert.equal(back.fields['chat_id'], '77');
  } finally {
    await channel.close();
  }
});

test('too many messages, a key that was taken back and a chat that is gone are told as what they are', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  const failure = (status: number, description: string, more?: object) => {
    internet.next(/sendPhoto/, bad(status, description, more));
    return channel.send(messageOf(), SOON());
  };
  try {
    await assert.rejects(failure(429, 'Too Many Requests: retry after 17', { parameters: { retry_after: 17 } }), {
      retry: true,
      afterMs: 17_000,
    });
    await assert.rejects(failure(401, 'Unauthorized'), { retry: false, message: /does not accept the key.*new one/ });
    await assert.rejects(failure(403, 'Forbidden: bot was kicked'), { retry: false, message: /member of the chat/ });
    await assert.rejects(failure(400, 'Bad Request: chat not found'), { retry: false, message: /chat not found/ });
    await assert.rejects(failure(502, 'Bad Gateway'), { retry: true });
    // One that is gone, or of no use: it goes without.
    for (const code of ['not_found', 'invalid'] as const) {
      const bad = new KithError(code, 'There is no such picture.');
      await channel.send(messageOf({}, { picture: () => Promise.reject(bad) }), SOON());
      assert.equal(telegram.shown.at(-1)?.method, 'sendMessage');
    }
    await assert.rejects(channel.send(messageOf(), AbortSignal.abort()), { retry: true, message: /in time/ });
  } finally {
    await channel.close();
  }
  const nowhere = furnishChat('telegram', { botToken: BOT_TOKEN });
  const open = await nowhere.chats.open(nowhere.row);
  await assert.rejects(open.send(messageOf(), SOON()), { retry: false, message: /write \/here to the bot/ });
  await open.close();
});

test('where Telegram sends by itself, only Telegram is believed, and each update counts once', async () => {
  const house = furnishChat('telegram', { botToken: BOT_TOKEN, chatId: String(CHAT.id), polling: false });
  house.link(String(BOB.id));
  const channel = await house.chats.open(house.row);
  const hook = await house.until(() => internet.to(/setWebhook/).at(-1));
  assert.equal(hook.fields['url'], `https://kith.example/hooks/${CHANNEL}`);
  const secret = String(hook.fields['secret_token']);
  const update = {
    update_id: 5000,
    ...wrote('@kith_bot who is here', { entities: [{ type: 'mention', offset: 0, length: 9 }] }),
  };
  const post = async (token: string): Promise<number | undefined> => {
    const headers = { 'x-telegram-bot-api-secret-token': token, 'content-type': 'application/json' };
    const request = new Request(`https://kith.example/hooks/${CHANNEL}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(update),
    });
    return (await house.chats.receive(CHANNEL, request))?.status;
  };
  assert.equal(await post('wrong'), 401);
  assert.equal(await post(secret), 200);
  await house.until(() => house.commands.length === 1);
  assert.equal(await post(secret), 200);
  await channel.close();
  await house.chats.close();
  assert.equal(house.commands.length, 1);

  // One that fetches takes nothing, and neither does one that is switched off.
  house.row = { ...house.row, enabled: false };
  assert.equal(await post(secret), undefined);
  house.row = { ...furnish().row, version: 2 };
  assert.equal(await post(secret), undefined);
});
