// A chat in Discord, from the message to the answer, against its documented interface.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANSWERED, CHANNEL, furnishChat, JPEG, messageOf, SOON, WILD, type ChatHouse } from './chat-house.test-kit.ts';
import {
  APPLICATION,
  component,
  discordRequest,
  DISCORD_CHANNEL,
  DISCORD_TOKEN,
  greetDiscord,
  openDiscordSite,
  PUBLIC_KEY,
  readyDiscord,
  said,
  SERVER,
  slashCommand,
  BOB,
  type Discord,
} from './discord.test-kit.ts';
import { openInternet, type Internet } from './internet.test-kit.ts';
import { openSocketServer, type SocketServer } from './socket.test-kit.ts';

const HOOK = `https://kith.example/hooks/${CHANNEL}`;

let sockets: SocketServer;
let discord: Discord;
let internet: Internet;

before(async () => {
  sockets = await openSocketServer(greetDiscord);
  discord = openDiscordSite(sockets.url);
  internet = await openInternet({ 'discord.com': (call) => discord.site(call) });
});
after(async () => {
  await internet.close();
  await sockets.close();
});

const settings = { botToken: DISCORD_TOKEN, applicationId: APPLICATION, serverId: SERVER, channelId: DISCORD_CHANNEL };
const furnish = (): ChatHouse => furnishChat('discord', { ...settings, gateway: false, publicKey: PUBLIC_KEY });

test('a message has its picture inside; buttons and commands are answers of the user', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  const answered = async (request: Request): Promise<unknown> => (await house.chats.receive(CHANNEL, request))?.json();
  try {
    await house.until(() => discord.sent.some(({ path }) => path === `/applications/${APPLICATION}/commands`));
    const receipt = await channel.send(messageOf(), SOON());
    const { messageId } = receipt as { messageId: string };
    const sent = discord.sent.at(-1);
    assert.equal(sent?.path, `/channels/${DISCORD_CHANNEL}/messages`);
    assert.deepEqual(new Uint8Array((await sent.file?.arrayBuffer()) ?? []), JPEG);
    const [embed] = sent.payload.embeds ?? [];
    assert.equal(embed?.image?.url, `attachment://${sent.file?.name ?? ''}`);
    assert.equal(shown(embed.title), `Unknown 4 at ${WILD}`);
    assert.equal(shown(embed.description), `Monday, 12:00\nNearest: Ada (0.51), ${WILD}`);
    assert.doesNotMatch(embed.description ?? '', /(?<!\\)[*_~`|<@]/);
    const buttons = (sent.payload.components ?? []).flatMap((row) => row.components);
    assert.equal(buttons.length, 9);
    const press = (label: RegExp, id: string) => {
      const button = buttons.find((one) => label.test(one.label));
      return answered(discordRequest(HOOK, component(button?.custom_id ?? '', messageId, id)));
    };

    assert.deepEqual(await press(/Ada/, 'i1'), { type: 6 });
    const refused = await house.until(() =>
      discord.sent.find(({ payload }) => descriptionOf(payload).includes('link CODE')),
    );
    assert.match(descriptionOf(refused.payload), /I do not know you yet, Bob Bee/);
    house.link(BOB.id);
    await press(/Ada/, 'i2');
    await house.until(() => house.asked.length === 1);
    assert.deepEqual(house.asked[0]?.request.json, { answer: 'is', personId: 'p-ada' });

    // No forms: the name comes with the command.
    await press(/Merge/, 'i3');
    await house.until(() => discord.sent.find(({ payload }) => descriptionOf(payload).startsWith('Whom is it')));
    assert.deepEqual(await answered(discordRequest(HOOK, slashCommand('Grace', 'i4'))), {
      type: 5,
      data: { flags: 64 },
    });
    await house.until(() => house.asked.length === 3);
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'merge', personId: 'p-grace' });
    await answered(discordRequest(HOOK, slashCommand('who is here', 'i5')));
    const whole = await house.until(() =>
      discord.sent.find(({ payload }) => descriptionOf(payload) === 'You said: who is here'),
    );
    assert.deepEqual(
      [whole.method, whole.path],
      ['PATCH', `/webhooks/${APPLICATION}/interaction-token/messages/@original`],
    );

    // What cannot be taken away is made dull.
    await channel.edit?.(receipt, messageOf({ ...ANSWERED, link: null }), SOON());
    const changed = discord.sent.at(-1);
    assert.deepEqual([changed?.method, changed?.path], ['PATCH', `/channels/${DISCORD_CHANNEL}/messages/${messageId}`]);
    assert.ok(descriptionOf(changed?.payload ?? {}).endsWith(`→ Bob: this is ${WILD}`));
    assert.deepEqual(
      changed?.payload.components?.flatMap((row) => row.components).map(({ label, disabled }) => [label, disabled]),
      [['Answered', true]],
    );
    assert.equal(changed.payload.embeds?.[0]?.image?.url, 'attachment://kith.jpg');
  } finally {
    await channel.close();
    await house.chats.close();
  }
});

test('what is not signed by Discord, is old, or comes again is not let in', async () => {
  const house = furnish();
  house.link(BOB.id);
  const status = async (request: Request): Promise<number | undefined> =>
    (await house.chats.receive(CHANNEL, request))?.status;
  const command = slashCommand('who is here', 'i9');
  assert.equal(await status(discordRequest(HOOK, { type: 1, id: 'ping' })), 200);
  assert.equal(await status(discordRequest(HOOK, { type: 1, id: 'ping' }, { forged: true })), 401);
  assert.equal(await status(discordRequest(HOOK, command, { at: Date.now() - 3_600_000 })), 401);
  assert.equal(await status(discordRequest(HOOK, command, { at: Date.now() + 3_600_000 })), 401);
  const good = discordRequest(HOOK, command);
  assert.equal(await status(good.clone()), 200);
  assert.equal(await status(good), 401);
  await house.until(() => house.commands.length === 1);
  await house.chats.close();
});

test('what Discord has against a message is told as what it is', async () => {
  const house = furnish();
  const channel = await house.chats.open(house.row);
  const fails = (status: number, json: object) => {
    internet.next(/\/messages$/, { status, json });
    return channel.send(messageOf(), SOON());
  };
  try {
    await assert.rejects(fails(429, { message: 'You are being rate limited.', retry_after: 1.5, global: false }), {
      retry: true,
      afterMs: 1500,
    });
    await assert.rejects(fails(401, { message: '401: Unauthorized', code: 0 }), { retry: false, message: /new one/ });
    await assert.rejects(fails(403, { message: 'Missing Access', code: 50_001 }), { retry: false, message: /right/ });
    await assert.rejects(fails(404, { message: 'Unknown Channel', code: 10_003 }), { retry: false });
    await assert.rejects(fails(500, {}), { retry: true });
  } finally {
    await channel.close();
  }
});

test('with the gateway nothing is sent to Kith: it keeps a connection, and a reply is an answer', async () => {
  const house = furnishChat('discord', settings);
  house.link(BOB.id);
  const channel = await house.chats.open(house.row);
  try {
    const receipt = await channel.send(messageOf(), SOON());
    const { messageId } = receipt as { messageId: string };
    const socket = await house.until(() => sockets.open[0]);
    const identify = await house.until(() => socket.received.find(({ op }) => op === 2));
    assert.equal((identify['d'] as { token: string }).token, DISCORD_TOKEN);
    readyDiscord(socket, sockets.url);
    discord.quotes.set('7001', messageId);
    socket.send(said('this is Grace', '7001'));
    await house.until(() => house.asked.at(-1)?.request.json);
    assert.deepEqual(house.asked.at(-1)?.request.json, { answer: 'is', personId: 'p-grace' });
    await house.until(() => discord.sent.find(({ payload }) => descriptionOf(payload) === 'Unknown 4 was named Ada'));
  } finally {
    await channel.close();
  }
  await house.until(() => sockets.open.length === 0);
});

function descriptionOf({ embeds = [] }: { embeds?: readonly { description?: string }[] }): string {
  return shown(embeds[0]?.description);
}

/** As Discord shows it. */
function shown(text = ''): string {
  return text.replaceAll('\u200B', '').replaceAll(/\\([^a-zA-Z0-9\s])/g, '$1');
}
