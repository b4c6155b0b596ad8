// Form data with pictures: reads all of it, holds on to what was asked for, and says what is missing or too much.

import type { FastifyRequest } from 'fastify';
import { isKithError, KithError, messageOf } from '../errors.ts';

export interface FormWish {
  /** Names of the picture fields; how many of each there must be. */
  readonly pictures: Readonly<Record<string, { readonly least: number; readonly most: number }>>;
  /** Names of text fields, all of which must be there once. */
  readonly texts?: readonly string[];
  /** Names of text fields that may be there. */
  readonly optional?: readonly string[];
  /** A picture of no bytes is none of our business here. */
  readonly emptyPictures?: boolean;
}

export interface Form {
  readonly pictures: Readonly<Record<string, readonly Uint8Array[]>>;
  readonly texts: Readonly<Record<string, string>>;
}

const TEXT_BYTES = 64 * 1024;
/** A refused upload is read to its end, so that the sender sees the answer; a longer one is cut off. */
const MOST_PICTURES_READ = 25;

/** Bytes of one picture are at most `pictureBytes`, else KithError `invalid` (413). */
export async function readForm(request: FastifyRequest, wish: FormWish, pictureBytes: number): Promise<Form> {
  if (!request.isMultipart()) {
    const message = `Form data (multipart/form-data) is needed here, with ${fieldsOf(wish)}.`;
    throw new KithError('invalid', message, { status: 415 });
  }
  if (Number(request.headers['content-length'] ?? 0) > MOST_PICTURES_READ * pictureBytes) throw tooLarge(pictureBytes);
  const pictures: Record<string, Uint8Array[]> = {};
  const texts: Record<string, string> = {};
  let refusal: KithError | undefined;
  let total = 0;

  function takeText(name: string, text: string, truncated: boolean): void {
    if (texts[name] !== undefined) refusal ??= new KithError('invalid', `\`${name}\` came twice: send it once.`);
    if (truncated) refusal ??= new KithError('invalid', `\`${name}\` is longer than ${TEXT_BYTES / 1024} KB.`);
    texts[name] ??= text;
  }

  try {
    const limits = { fileSize: pictureBytes, files: MOST_PICTURES_READ, fields: 20, parts: 40, fieldSize: TEXT_BYTES };
    for await (const part of request.parts({ limits, throwFileSizeLimit: false } as object)) {
      const name = part.fieldname;
      const isText = [...(wish.texts ?? []), ...(wish.optional ?? [])].includes(name);
      const places = wish.pictures[name];
      if (part.type === 'field') {
        const value: unknown = part.value;
        if (isText) takeText(name, typeof value === 'string' ? value : JSON.stringify(value), part.valueTruncated);
        else if (places) refusal ??= new KithError('invalid', `\`${name}\` must be a file: send it with a file name.`);
        else refusal ??= unknownField(name, wish);
        continue;
      }
      if (!places && !isText) refusal ??= unknownField(name, wish);
      if (refusal) {
        part.file.resume();
        continue;
      }
      const bytes = await part.toBuffer();
      total += bytes.length;
      if (part.file.truncated || total > 5 * pictureBytes) {
        refusal ??= tooLarge(pictureBytes);
      } else if (isText) {
        // A script's Blob of JSON arrives as a file.
        takeText(name, bytes.toString('utf8'), bytes.length > TEXT_BYTES);
      } else {
        const held = (pictures[name] ??= []);
        held.push(bytes);
        if (places && held.length > places.most) refusal ??= tooMany(name, places.most);
      }
    }
  } catch (error) {
    throw isKithError(error) || isFastifys(error) ? error : broken(error);
  }
  refusal ??= missing(pictures, texts, wish);
  if (refusal) throw refusal;
  return { pictures, texts };
}

/** JSON of a text field. KithError `invalid` names the field. */
export function parseField(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new KithError('invalid', `\`${name}\` is no valid JSON: send one JSON object.`, { cause: error });
  }
}

/** `true` or `false` of a text field; false where it is not there. */
export function flagOf(name: string, text: string | undefined): boolean {
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw new KithError('invalid', `\`${name}\` is ${JSON.stringify(text.slice(0, 50))}: send true or false.`);
}

function missing(
  pictures: Readonly<Record<string, readonly Uint8Array[]>>,
  texts: Readonly<Record<string, string>>,
  wish: FormWish,
): KithError | undefined {
  for (const [name, { least }] of Object.entries(wish.pictures)) {
    const held = pictures[name] ?? [];
    if (held.length < least) return new KithError('invalid', `The picture field \`${name}\` is missing.`);
    if (!wish.emptyPictures && held.some((bytes) => bytes.length === 0)) {
      return new KithError('invalid', `The picture \`${name}\` is empty (0 bytes).`);
    }
  }
  const text = wish.texts?.find((name) => texts[name] === undefined);
  return text === undefined ? undefined : new KithError('invalid', `The field \`${text}\` is missing.`);
}

function fieldsOf(wish: FormWish): string {
  return [...Object.keys(wish.pictures), ...(wish.texts ?? []), ...(wish.optional ?? [])]
    .map((name) => `\`${name}\``)
    .join(', ');
}

function tooMany(name: string, most: number): KithError {
  return new KithError(
    'invalid',
    most === 1
      ? `The picture field \`${name}\` came twice: send one picture.`
      : `More than ${most} pictures \`${name}\` came: send at most ${most}.`,
  );
}

function tooLarge(pictureBytes: number): KithError {
  const megabytes = Math.round((pictureBytes / 1024 / 1024) * 100) / 100;
  const message = `A picture is larger than ${megabytes} MB, or all together are: make them smaller, then send again.`;
  return new KithError('invalid', message, { status: 413 });
}

function unknownField(name: string, wish: FormWish): KithError {
  const shown = JSON.stringify(name.slice(0, 50));
  return new KithError('invalid', `The form data has an unknown field ${shown}; known are ${fieldsOf(wish)}.`);
}

function broken(error: unknown): KithError {
  return new KithError('invalid', `The form data is broken: ${messageOf(error)}.`, { cause: error });
}

function isFastifys(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('FST_');
}
