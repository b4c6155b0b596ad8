import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameSchemas } from './named-schemas.ts';
import * as S from './schemas.ts';

function answer(schema: unknown) {
  return { content: { 'application/json': { schema } } };
}

test('a shape stands in the document once, under its name, also inside lists and inside other shapes', () => {
  const document = nameSchemas({
    components: { securitySchemes: {} },
    paths: { '/a': answer(S.List(S.PersonJson)), '/b': answer(S.PersonJson), '/c': answer({ type: 'string' }) },
  });
  const { paths, components } = document as unknown as {
    paths: Record<string, ReturnType<typeof answer>>;
    components: { schemas: Record<string, object>; securitySchemes: object };
  };
  const schemaOf = (path: string) => paths[path]?.content['application/json'].schema;
  const person = { $ref: '#/components/schemas/Person' };
  assert.deepEqual(schemaOf('/b'), person);
  assert.deepEqual((schemaOf('/a') as { properties: { items: { items: unknown } } }).properties.items.items, person);
  assert.deepEqual(schemaOf('/c'), { type: 'string' });
  assert.ok('properties' in (components.schemas['Person'] ?? {}), 'the shape itself is written out');
  assert.deepEqual(components.securitySchemes, {});
  const pointers = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
  for (const pointer of pointers) assert.ok(components.schemas[pointer.split('/').at(-1) ?? ''], pointer);
});
