// What people may call things, and how names are compared: without case, and alike when they look alike.

import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';

const LONGEST = 200;

/** Trimmed; KithError `invalid` when empty, longer than 200 characters or with control characters. */
export function checkName(name: string, what: string): string {
  const trimmed = name.normalize('NFC').trim();
  if (trimmed === '') throw new KithError('invalid', `The ${what} is empty: give at least one character.`);
  if (Array.from(trimmed).length > LONGEST) {
    throw new KithError('invalid', `The ${what} is longer than ${LONGEST} characters: shorten it.`);
  }
  checkText(trimmed, what);
  return trimmed;
}

/** Control characters would garble terminals and messages, and PostgreSQL refuses some; broken surrogates change on the way to
 * the disk. */
export function isText(text: string): boolean {
  return !/[\p{Cc}\u2028\u2029]/u.test(text) && text.isWellFormed();
}

export function checkText(text: string, what: string): string {
  if (!isText(text)) {
    throw new KithError('invalid', `The ${what} contains control or broken characters: leave them out.`);
  }
  return text;
}

/** Order of lists: as the folded name without accents, so that Émile stands beside Emil and not behind Zoe. */
export function nameSortKey(name: string): string {
  return foldName(name)
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '');
}

/** Pattern for `like … escape '\'` that finds the folded text anywhere. */
export function containsPattern(text: string): string {
  return `%${foldName(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

/** "Unknown 9" stands before "Unknown 10". */
export function unknownSortKey(number: number): string {
  return `unknown ${String(number).padStart(12, '0')}`;
}

const LONGEST_NOTES = 10_000;

/** Several lines. KithError `invalid` when too long, or with control or broken characters. */
export function checkNotes(notes: string, what = 'notes', longest = LONGEST_NOTES): string {
  const text = notes.normalize('NFC').replaceAll('\r\n', '\n');
  const length = Array.from(text).length;
  if (length > longest) {
    throw new KithError('invalid', `The ${what} have ${length} characters, ${longest} are allowed: shorten them.`);
  }
  checkText(text.replaceAll(/[\n\t]/g, ' '), what);
  return text;
}

const MOST_ATTRIBUTES = 50;

/** KithError `invalid` where the operator's words about a person are too many, too long or garbled. */
export function checkAttributes(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    throw new KithError(
      'invalid',
      `A person may have ${MOST_ATTRIBUTES} attributes, not ${entries.length}: leave some out.`,
    );
  }
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const checked = checkName(key, 'name of an attribute');
      return [checked, value.trim() === '' ? '' : checkName(value, `attribute "${checked}"`)];
    }),
  );
}
