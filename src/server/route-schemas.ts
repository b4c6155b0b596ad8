// How routes describe their answers and their form data in the OpenAPI document.

import type { FastifyRequest } from 'fastify';
import { Type, type TSchema } from 'typebox';
import { Problem } from './schemas.ts';

/** The success answer; every route may answer a problem too. */
export function answers<S extends number, T extends TSchema>(status: S, schema: T) {
  return { [status]: schema, '4xx': Problem, '5xx': Problem } as Record<S, T> & {
    '4xx': typeof Problem;
    '5xx': typeof Problem;
  };
}

/** A picture as bytes. */
export const PICTURE_ANSWER = {
  200: { description: 'The picture', content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } },
  '4xx': Problem,
};

export const EVENT_STREAM = {
  200: { description: 'Server-Sent Events', content: { 'text/event-stream': { schema: Type.String() } } },
  '4xx': Problem,
};

/** One picture as the whole body; documents only: a parser takes it. */
export const JPEG_BODY = Type.Unsafe<Buffer | undefined>({ type: 'string', format: 'binary', 'x-form': true });

export const NOTHING = Type.Null({ description: 'Done' });

/** Form data; documents only: readForm checks it. */
export function FormData(
  pictures: readonly string[],
  others: Readonly<Record<string, TSchema>> = {},
  optional: readonly string[] = [],
) {
  const properties: Record<string, unknown> = { ...others };
  for (const name of pictures) properties[name] = { type: 'string', format: 'binary' };
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return Type.Unsafe<undefined>({ type: 'object', 'x-form': true, required, properties });
}

/** A request without a body is one that asks for nothing special; before the check. */
export async function emptyIsObject(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

export const FORM = ['multipart/form-data'];
