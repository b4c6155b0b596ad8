// What Kith does with what it hears in a chat: links people, gives their answers to its API as them, runs their commands.

import type { AsUser, ChatUserStore, RunCommand, UserClient } from '../chat-port.ts';
import { ChannelError } from '../channel-port.ts';
import { hashChatCode } from '../chat-code.ts';
import { isKithError } from '../errors.ts';
import type { Log } from '../log.ts';
import { bodyOfChoice, bodyOfName, bodyOfWords, fits, sendAnswer } from './chat-answers.ts';
import type { Ears, Filled, Heard, Pressed, Who } from './chat-bot.ts';
import { asksForName, type Asked } from './chat-choices.ts';
import type { ChatMemory } from './chat-memory.ts';
import { answerIn, linkCodeIn, type WrittenAnswer } from './chat-words.ts';

export interface DeskParts {
  readonly channel: { readonly id: string; readonly name: string };
  readonly users: Pick<ChatUserStore, 'find' | 'link'>;
  readonly memory: ChatMemory;
  readonly asUser: AsUser;
  readonly runCommand: RunCommand;
  /** What the settings of a channel for this chat need. */
  readonly describe: (roomId: string) => string;
  readonly log: Log;
  readonly clock: () => number;
}

const TOO_OLD = 'This message is too old to be answered here: open it in the panel of Kith.';
const WHO_IS_IT = {
  new: 'Who is it? Answer this with the name, and I make a new person of it.',
  merge: 'Whom is it the same as? Answer this with the name.',
} as const;

export function createDesk(parts: DeskParts): Ears {
  const { channel, users, memory, asUser, runCommand, describe, log, clock } = parts;

  async function clientOf({ chatId }: Who): Promise<UserClient | null> {
    const user = await users.find(channel.id, chatId);
    return user ? asUser(user.userId, channel.name) : null;
  }

  async function hear(heard: Heard, said: WrittenAnswer | null): Promise<string | null> {
    const { text, who, toMe } = heard;
    if (toMe) {
      const code = linkCodeIn(text);
      if (code !== null) return link(who, code);
      if (/^here$/i.test(text)) return describe(heard.roomId);
      const wanted = text === '' ? null : await memory.waited(heard.roomId, who.chatId);
      if (wanted && said?.answer !== wanted.answer) {
        const client = await clientOf(who);
        if (!client) return unknown(who);
        return sendAnswer(client, wanted.alertId, await bodyOfName(client, null, wanted.answer, text));
      }
    }
    const asked = said ? await memory.place(heard.about) : null;
    if (said && asked && fits(asked, said)) return answer(heard, asked, said);
    if (!toMe) return null;
    const client = await clientOf(who);
    if (!client) return unknown(who);
    // Doors and pauses may be a command by themselves; a person is always somebody whom a message shows.
    if (said && !['open', 'snooze'].includes(said.answer)) {
      return 'Whom do you mean? Reply to the message that shows the person.';
    }
    const image = await heard.image();
    const { text: told, pictures } = await runCommand({ text: text || 'help', ...(image && { image }) }, client);
    await heard.reply(told, pictures);
    return null;
  }

  async function answer({ who, roomId }: Heard, asked: Asked, said: WrittenAnswer): Promise<string> {
    const client = await clientOf(who);
    if (!client) return unknown(who);
    const body = await bodyOfWords(client, asked, said);
    if (body !== 'ask for name') return sendAnswer(client, asked.alertId, body);
    await memory.wait(roomId, who.chatId, { alertId: asked.alertId, answer: 'new' });
    return WHO_IS_IT.new;
  }

  async function press({ who, roomId, press: { id, value }, ask }: Pressed): Promise<string | null> {
    const asked = await memory.choices(value);
    const n = numberIn(id);
    const choice = asked?.choices[n];
    if (!asked || !choice) return TOO_OLD;
    const client = await clientOf(who);
    if (!client) return unknown(who);
    if (!asksForName(choice)) {
      await sendAnswer(client, asked.alertId, bodyOfChoice(choice));
      // The message itself says what became of it, a moment later.
      return null;
    }
    const kind = choice.answer === 'new' ? 'new' : 'merge';
    const form = { new: ['New person', 'Her or his name'], merge: ['Merge with', 'Name of the person'] } as const;
    const [title, label] = form[kind];
    if (await ask({ id: `${n}:${value}`, title, label })) return null;
    await memory.wait(roomId, who.chatId, { alertId: asked.alertId, answer: kind });
    return WHO_IS_IT[kind];
  }

  async function fill({ form, who, text }: Filled): Promise<string | null> {
    const [n = '', token = ''] = form.split(':');
    const asked = await memory.choices(token);
    const choice = asked?.choices[Number(n)];
    if (!asked || !choice || !asksForName(choice)) return TOO_OLD;
    if (text === '') return 'A name is needed.';
    const client = await clientOf(who);
    if (!client) return unknown(who);
    const kind = choice.answer === 'new' ? 'new' : 'merge';
    await sendAnswer(client, asked.alertId, await bodyOfName(client, asked, kind, text));
    return null;
  }

  async function link({ chatId, name }: Who, code: string): Promise<string> {
    const tried = await memory.tryCode(chatId);
    if (!tried) return 'Too many wrong codes came from you: wait ten minutes, make a new code and try again.';
    const chat = { channelId: channel.id, chatId, chatName: name };
    const linked = await users.link(hashChatCode(code), chat, clock());
    if (!linked)
      return 'This code is not good (any more): make a new one in the panel of Kith, it holds for ten minutes.';
    await tried.right();
    log.info({ channel: channel.id, user: linked.userId }, 'Somebody in a chat was linked to a user.');
    return 'I know you now: what you answer here counts as yours. Write help to see what else I can do.';
  }

  /** Whatever goes wrong is told in the API's own words; what nobody foresaw stands in the log. */
  function sayWhy(error: unknown): string {
    if (isKithError(error) || error instanceof ChannelError) return error.message;
    log.error({ err: error, channel: channel.id }, 'What somebody wrote in a chat could not be handled.');
    return 'That went wrong inside of Kith: its log says why.';
  }

  async function tell(reply: (text: string) => Promise<void>, text: string | null): Promise<void> {
    if (text === null) return;
    await reply(text).catch((error: unknown) =>
      log.warn({ err: error, channel: channel.id }, 'An answer could not be told in a chat.'),
    );
  }

  return {
    async heard(heard) {
      const said = answerIn(heard.text);
      // People talk to each other most of the time.
      if (!heard.toMe && (!said || heard.about.length === 0)) return;
      const text = await firstTime(`heard ${heard.id}`, () => hear(heard, said)).catch(sayWhy);
      await tell(heard.reply, text);
    },
    async pressed(pressed) {
      const work = () => press(pressed);
      const text = await (pressed.id === null ? work() : firstTime(`press ${pressed.id}`, work)).catch(sayWhy);
      await tell(pressed.reply, text);
    },
    filled: (filled) => fill(filled).catch(sayWhy),
  };

  /** Messengers tell the same again when they are not sure that it arrived: a door must not open twice by that. */
  async function firstTime(what: string, work: () => Promise<string | null>): Promise<string | null> {
    return (await memory.once(what)) ? work() : null;
  }
}

function unknown({ name }: Who): string {
  return `I do not know you yet, ${name}. Sign in to the panel of Kith, make a code under "My account", and write to me: link CODE`;
}

/** The place of a choice in a button's id. */
function numberIn(id: string): number {
  return Number(/^k(\d+)$/.exec(id)?.[1] ?? Number.NaN);
}

export function buttonId(n: number): string {
  return `k${n}`;
}
