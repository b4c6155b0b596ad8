// Every setting of every kind has a field that fits it, and what the server refuses is shown at the field that it names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionSettings } from '../../../src/action-settings.ts';
import { channelKind, channelSettings } from '../../../src/channel-settings.ts';
import { firstValues, inputKindOf, keyOfProblem, stepOf, type ObjectShape, type Shape } from './schema.ts';

/** As it comes over the API. */
function schemaOf(kind: string): ObjectShape {
  return JSON.parse(JSON.stringify(channelKind(kind).settings)) as ObjectShape;
}

function fieldsOf(kind: string): Record<string, string> {
  const { properties = {} } = schemaOf(kind);
  return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, inputKindOf(one)]));
}

test('a field follows from the schema of its setting', () => {
  const { security, password, to, pictures, host, trustAnyCertificate } = fieldsOf('email');
  assert.deepEqual(
    [security, password, to, pictures, host, trustAnyCertificate],
    ['choice', 'secret', 'list', 'number', 'text', 'switch'],
  );
  assert.equal(fieldsOf('gchat')['credentials'], 'lines');
  const record: Shape = { type: 'object', secret: true };
  assert.equal(inputKindOf(record), 'pairs');
});

test('what has a default is filled in', () => {
  assert.deepEqual(firstValues(schemaOf('webhook')), {
    picture: 'inline',
    pictureKilobytes: 500,
    allowPrivate: false,
  });
});

function words(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

test('the words of the server name their field', () => {
  const keys = ['url', 'secret', 'headers', 'picture'];
  const hook = { url: 'https://example.org/', secret: 'not to be guessed by anybody' };
  const stored = channelSettings('webhook', hook, null);
  const at = (given: object) =>
    keyOfProblem(
      words(() => channelSettings('webhook', { ...stored, ...given }, stored)),
      keys,
    );
  assert.equal(at({ secret: 'short' }), 'secret');
  assert.equal(at({ url: 'ftp://x' }), 'url');
  assert.equal(at({ url: 'https://user:word@example.org/' }), 'url');
  assert.equal(at({ picture: 'drawn' }), 'picture');
  // A secret that would go to another place.
  assert.equal(at({ url: 'https://example.com/', secret: '***' }), 'secret');
  const headers = { 'no name': 'x' };
  const call = words(() => actionSettings('http', { url: 'https://example.org/', headers }, null));
  assert.equal(keyOfProblem(call, keys), 'headers');
  assert.equal(keyOfProblem('There is no rule "x".', keys), null);
});

test('a share goes by tenths, what is larger by ones', () => {
  assert.equal(stepOf({ type: 'number', minimum: 0, maximum: 1 }), 0.1);
  assert.equal(stepOf({ type: 'number', maximum: 86_400 }), 1);
  assert.equal(stepOf({ type: 'number' }), 1);
  assert.equal(stepOf({ type: 'integer', maximum: 1 }), 1);
});
