// The code by which somebody in a chat shows that she is a user: made in the panel, written in the chat.

import { createHash, randomInt } from 'node:crypto';

/** Nothing that is mistaken for something else. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 8;
export const CHAT_CODE_MS = 10 * 60_000;

/** "K7QF-29XM": 39 bits, for ten minutes, with few tries. */
export function makeChatCode(): string {
  const code = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** SHA-256 in hex, however it was typed. */
export function hashChatCode(code: string): string {
  const typed = code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return createHash('sha256').update(`chat code ${typed}`).digest('hex');
}
