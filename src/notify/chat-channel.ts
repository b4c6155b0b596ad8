// A chat as a channel: what a message looks like there, and how it is changed later.

import { ChannelError, type Channel, type Message } from '../channel-port.ts';
import { CHAT_NAMES, type ChatKind } from '../channel-chat.ts';
import type { Bot, BotButton, BotCard, BotPicture, Place } from './chat-bot.ts';
import { askedBy, asksForName, rowsOf, type Asked } from './chat-choices.ts';
import { buttonId } from './chat-desk.ts';
import { failureOf } from './chat-errors.ts';
import type { ChatMemory } from './chat-memory.ts';
import { pictureOf } from './message.ts';

/** What a messenger takes, and what still looks good on a telephone: bytes, pixels of the longer side. */
const PICTURES: Readonly<Record<ChatKind, { maxBytes: number; maxSide: number; again: boolean } | null>> = {
  telegram: { maxBytes: 1_000_000, maxSide: 1280, again: false },
  slack: { maxBytes: 1_000_000, maxSide: 1280, again: false },
  discord: { maxBytes: 1_000_000, maxSide: 1280, again: true },
  // The card with all that is in it may have 100 KB, and base64 makes four bytes of three.
  teams: { maxBytes: 40_000, maxSide: 480, again: true },
  // Fetches it.
  gchat: null,
};

export interface ChatChannelParts {
  readonly kind: ChatKind;
  readonly bot: Bot;
  readonly memory: ChatMemory;
  /** Values that no message may show. */
  readonly secrets: readonly string[];
}

export function createChatChannel({ kind, bot, memory, secrets }: ChatChannelParts): Channel {
  async function shownPicture({ sightings, title }: Message, isChange: boolean): Promise<BotPicture> {
    const [first] = sightings;
    const limits = PICTURES[kind];
    const none = { bytes: null, url: null, alt: title };
    if (!first) return none;
    if (!limits) return { ...none, url: first.pictureUrl };
    if (isChange && !limits.again) return none;
    return { ...none, bytes: await pictureOf(first, limits.maxBytes, limits.maxSide) };
  }

  /** The library's calls cannot be broken off: whoever waits no longer goes on. */
  async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw tooLate();
    const { promise: late, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(tooLate());
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw failureOf(error, CHAT_NAMES[kind], secrets);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  function tooLate(): ChannelError {
    return new ChannelError(`${CHAT_NAMES[kind]} did not answer in time.`, { retry: true });
  }

  return {
    kind,
    send: (message, signal) =>
      within(signal, async () => {
        const asked = askedBy(message);
        const card = cardOf(message, asked, await memory.keepChoices(asked));
        const place = await bot.post(card, await shownPicture(message, false));
        await memory.keepPlace(place.keys, asked);
        return place;
      }),
    edit: (receipt, message, signal) =>
      within(signal, async () => {
        const place = receipt as Place;
        const asked = askedBy(message);
        const card = cardOf(message, asked, await memory.keepChoices(asked));
        await bot.change(place, card, await shownPicture(message, true));
        await memory.keepPlace(place.keys, asked);
        return place;
      }),
    close: () => bot.close(),
  };
}

function cardOf({ title, lines, sightings, outcomes, link }: Message, asked: Asked, token: string): BotCard {
  const candidates = sightings[0]?.candidates ?? [];
  const near = candidates.map(({ name, distance }) => (distance === null ? name : `${name} (${distance.toFixed(2)})`));
  const rows: (readonly BotButton[])[] = rowsOf(asked.choices).map((row) =>
    row.flatMap((n) => buttonOf(asked, n, token)),
  );
  if (link !== null) rows.push([{ label: 'Open in Kith', press: null, url: link }]);
  return {
    title,
    lines: [
      ...lines,
      ...(near.length > 0 ? [`Nearest: ${near.join(', ')}`] : []),
      ...outcomes.map((said) => `→ ${said}`),
    ],
    rows,
  };
}

function buttonOf({ choices }: Asked, n: number, value: string): BotButton[] {
  const choice = choices[n];
  if (!choice) return [];
  const { answer, label } = choice;
  const style = answer === 'is' ? 'primary' : answer === 'open' ? 'danger' : undefined;
  const press = { id: buttonId(n), value, asksForName: asksForName(choice) };
  return [{ label, press, ...(style && { style }) }];
}
