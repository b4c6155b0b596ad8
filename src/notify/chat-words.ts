// What people write under a message of Kith, as answers: "this is Ada", "new Ada Lovelace", "not her", "open", "snooze 2h".

import { minutesIn } from './duration-words.ts';

export type WrittenAnswer =
  | { readonly answer: 'is' | 'merge'; readonly name: string }
  /** Without a name, she has to be asked for it. */
  | { readonly answer: 'new'; readonly name: string | null }
  /** With a name it counts only if that is whom the message names: "not sure" is no answer. */
  | { readonly answer: 'not_her'; readonly name: string | null }
  | { readonly answer: 'ignore' }
  /** Null: the only one. */
  | { readonly answer: 'open'; readonly door: string | null }
  | { readonly answer: 'snooze'; readonly minutes: number };

const HOUR = 60;
/** Of a name. */
const MOST_WORDS = 5;
const PARTICLE = /^(?:al|bin|da|de|del|den|der|di|dos|du|ibn|la|le|ten|ter|van|von|zu|y|e)$/u;

/** Null: it is none. */
export function answerIn(text: string): WrittenAnswer | null {
  const said = text
    .normalize('NFC')
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(/[.!]+$/, '');
  // Before "this is …", which it looks like.
  const not = /^(?:(?:this|that|it|she|he) is |(?:this|that|it|she|he)['’]s |is )?not (.+)$/i.exec(said)?.[1];
  if (not !== undefined) {
    return { answer: 'not_her', name: /^(?:her|him|them|it|this person)$/i.test(not) ? null : not };
  }
  if (/^(?:wrong|wrong person)$/i.test(said)) return { answer: 'not_her', name: null };
  if (/^ignore(?: (?:her|him|them|it))?$/i.test(said)) return { answer: 'ignore' };
  const fresh = /^(?:this is |that is |it is )?(?:a )?new(?: person)?(?:[ :]+(.+))?$/i.exec(said);
  if (fresh) return { answer: 'new', name: fresh[1] ?? null };
  const merged = /^merge (?:with |into |to )?(.+)$/i.exec(said)?.[1];
  if (merged !== undefined) return { answer: 'merge', name: merged };
  const named = /^(?:(?:this|that|it|she|he) is|(?:this|that|it|she|he)['’]s|is) (.+)$/i.exec(said)?.[1];
  if (named !== undefined) return { answer: 'is', name: named };
  const opened = /^open(?: (?:the )?(.+))?$/i.exec(said);
  if (opened) return { answer: 'open', door: opened[1] ?? null };
  const snoozed = /^(?:snooze|mute|quiet)(?:(?: for)? (.+))?$/i.exec(said);
  if (snoozed) {
    const minutes = snoozed[1] === undefined ? HOUR : minutesIn(snoozed[1]);
    return minutes === null ? null : { answer: 'snooze', minutes };
  }
  return null;
}

/** "Ada", "Ada van der Berg", and not "weird": people say more under a message than names. Letters without case count as large ones. */
export function looksLikeName(text: string): boolean {
  const words = text.split(' ');
  return (
    words.length <= MOST_WORDS && words.some(isLarge) && words.every((word) => isLarge(word) || PARTICLE.test(word))
  );
}

function isLarge(word: string): boolean {
  return /^[\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}'’.-]*$/u.test(word);
}

/** "link ABCD-EFGH" (and "start ABCD-EFGH", which a link to a Telegram bot says): the code; null: it is no such thing. */
export function linkCodeIn(text: string): string | null {
  return /^(?:link|start) +([\w-]{4,40})$/i.exec(text.trim())?.[1] ?? null;
}
