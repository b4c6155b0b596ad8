// Checks settings that people write against a TypeBox schema, and says which key is wrong and which one was meant.

import { closest, distance } from 'fastest-levenshtein';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { KithError } from './errors.ts';

/** The value with defaults filled in. KithError `invalid` that names the key; `where` says what is being read. */
export function validate<T extends TSchema>(schema: T, value: unknown, where: string): Static<T> {
  const filled: unknown = Value.Default(schema, structuredClone(value));
  if (Value.Check(schema, filled)) return filled;
  throw new KithError('invalid', `${where}: ${explain(schema, filled)}.`);
}

function explain(schema: TSchema, value: unknown): string {
  const errors = Value.Errors(schema, value);
  for (const error of errors) {
    const unknown = unknownKey(error.params);
    if (unknown === undefined) continue;
    const known = propertiesAt(schema, error.instancePath);
    return `unknown key "${join(error.instancePath, unknown)}"${suggestion(unknown, known)}`;
  }
  const first = errors.find((error) => error.keyword !== 'boolean') ?? errors[0];
  if (!first) return 'does not fit';
  const choices = errors
    .filter((error) => error.instancePath === first.instancePath && error.keyword === 'const')
    .map((error) => JSON.stringify((error.params as { allowedValue?: unknown }).allowedValue));
  if (choices.length > 0) return `"${keyOf(first.instancePath)}" must be one of ${choices.join(', ')}`;
  const missing = (first.params as { requiredProperties?: readonly string[] }).requiredProperties;
  if (missing?.[0] !== undefined) return `the key "${join(first.instancePath, missing[0])}" is missing`;
  const title = keyOf(first.instancePath);
  return title === '' ? first.message : `"${title}" ${first.message}`;
}

function unknownKey(params: object): string | undefined {
  return (params as { additionalProperties?: readonly string[] }).additionalProperties?.[0];
}

function suggestion(key: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(key.toLowerCase(), [...known]);
  const meant = known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? nearest;
  return distance(key.toLowerCase(), meant.toLowerCase()) <= Math.max(2, key.length / 3)
    ? ` (did you mean "${meant}"?)`
    : `; known are ${known.join(', ')}`;
}

function propertiesAt(schema: TSchema, path: string): readonly string[] {
  let at: unknown = schema;
  for (const step of path.split('/').slice(1)) {
    const here = objectOf(at) as { properties?: Record<string, unknown>; items?: unknown } | undefined;
    at = here?.properties?.[step] ?? here?.items;
  }
  return Object.keys((objectOf(at) as { properties?: object } | undefined)?.properties ?? {});
}

/** Of "this object or null", the object. */
function objectOf(schema: unknown): unknown {
  const { anyOf } = (schema ?? {}) as { anyOf?: readonly object[] };
  return anyOf?.find((option) => 'properties' in option) ?? schema;
}

function keyOf(path: string): string {
  return path.split('/').slice(1).join('.');
}

function join(path: string, key: string): string {
  return [...path.split('/').slice(1), key].join('.');
}
