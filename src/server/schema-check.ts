// Checks what comes in against its TypeBox schema: compiled for speed, explained in words when it does not fit.

import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { KithError, messageOf } from '../errors.ts';
import { validate } from '../validate.ts';

const WHERE: Readonly<Record<string, string>> = {
  body: 'The JSON does not fit',
  querystring: 'The query does not fit',
  params: 'The address does not fit',
  headers: 'The headers do not fit',
};

/** Fastify's validator compiler. Form data is checked where it is read, so its schema only documents. */
export const compileSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (isFormSchema(schema)) return () => true;
  const check = checker(schema, WHERE[httpPart ?? ''] ?? 'The request does not fit');
  const isText = httpPart !== 'body';
  return (value: unknown) => {
    try {
      return { value: check(isText ? Value.Convert(schema, value) : value) };
    } catch (error) {
      return { error: error instanceof Error ? error : new KithError('invalid', messageOf(error)) };
    }
  };
};

/** Answers the value when it fits. KithError `invalid` names the key, what was found wrong, and what was expected. */
export function checker(schema: TSchema, where: string): (value: unknown) => unknown {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return value;
    throw explain(schema, value, where);
  };
}

function explain(schema: TSchema, value: unknown, where: string): KithError {
  const expected = expectation(schema, value);
  try {
    validate(schema, value ?? null, where);
  } catch (error) {
    const message = messageOf(error);
    return new KithError('invalid', expected ? `${message.replace(/\.$/, '')}; expected: ${expected}.` : message);
  }
  return new KithError('invalid', `${where}.`);
}

/** The schema's own description of the key that is wrong, the deepest one; what is missing or unknown is named already. */
function expectation(schema: TSchema, value: unknown): string | undefined {
  const errors = Value.Errors(schema, value).filter(({ keyword }) => !NAMED.has(keyword));
  const [path] = errors
    .map(({ instancePath }) => instancePath.split('/').slice(1))
    .toSorted((a, b) => b.length - a.length);
  let found: readonly Described[] = [schema];
  for (const key of path ?? []) {
    found = found
      .flatMap((one) => [one, ...(one.anyOf ?? [])])
      .flatMap(({ properties, items }) => properties?.[key] ?? items ?? []);
  }
  if (!path || path.length === 0) return undefined;
  return found.flatMap((one) => [one, ...(one.anyOf ?? [])]).find(({ description }) => description)?.description;
}

/** Faults of which the sentence before says all. */
const NAMED = new Set(['boolean', 'required', 'additionalProperties']);

interface Described {
  readonly description?: string;
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

function isFormSchema(schema: TSchema): boolean {
  return 'x-form' in schema;
}
