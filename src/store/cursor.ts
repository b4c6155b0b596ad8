// Cursors: the sort key of the last row of a page, opaque to the outside. Keyset pagination stays fast however deep.

import type { Page, PageRequest } from '../queries.ts';
import { KithError } from '../errors.ts';
import type { Scanned } from './scan.ts';

type Key = readonly (string | number)[];

const MOST = 500;

export function encodeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** KithError `invalid` unless the cursor holds values of exactly the types of `shape`. */
export function decodeCursor<const Shape extends readonly ('string' | 'number')[]>(
  cursor: string,
  shape: Shape,
): { [I in keyof Shape]: Shape[I] extends 'string' ? string : number } {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    throw malformed(error);
  }
  if (!Array.isArray(key) || key.length !== shape.length || shape.some((type, i) => !fits(key[i], type)))
    throw malformed();
  return key as never;
}

function fits(value: unknown, type: 'string' | 'number'): boolean {
  if (type === 'number') return Number.isSafeInteger(value);
  return typeof value === 'string' && !value.includes('\0');
}

function malformed(cause?: unknown): KithError {
  return new KithError('invalid', 'The cursor is malformed: pass back exactly what "next" said.', { cause });
}

/** One more than asked for tells whether there is a next page. KithError `invalid` for a limit outside 1..500. */
export function rowsToFetch(page: PageRequest): number {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > MOST) {
    throw new KithError('invalid', `The limit must be a whole number from 1 to ${MOST}, not ${page.limit}.`);
  }
  return page.limit + 1;
}

export function toPage<Row, Item>(
  rows: readonly Row[],
  page: PageRequest,
  keyOf: (row: Row) => Key,
  toItem: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  return {
    items: kept.map(toItem),
    next: last !== undefined && rows.length > page.limit ? encodeCursor(keyOf(last)) : null,
  };
}

/** The same of rows that were looked through: the next page begins where the look has come to. */
export function scannedPage<Row, Item, Tie extends string | number>(
  { rows, reached }: Scanned<Row, Tie>,
  page: PageRequest,
  keyOf: (row: Row) => readonly [number, Tie],
  toItem: (row: Row) => Item,
): Page<Item> {
  const full = toPage(rows, page, keyOf, toItem);
  return full.next === null && reached !== null && rows.length <= page.limit
    ? { items: full.items, next: encodeCursor(reached) }
    : full;
}
