// A language is one file: each has every text, with the same places for values; every text is used; no screen has words of its own.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const TEXTS = import.meta.dirname;
const SOURCES = join(TEXTS, '..');
const PLURAL = /_(?:zero|one|two|few|many|other)$/;

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, path = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') all.set(here, value);
    else for (const [inner, text] of flat(value, here)) all.set(inner, text);
  }
  return all;
}

async function language(name: string): Promise<Map<string, string>> {
  return flat(JSON.parse(await readFile(join(TEXTS, `${name}.json`), 'utf8')) as Tree);
}

/** Languages differ in how many plural forms they have. */
function withoutPlural(keys: Iterable<string>): string[] {
  return [...new Set([...keys].map((key) => key.replace(PLURAL, '')))].toSorted();
}

function places(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).toSorted();
}

test('every language has every text, with the same values in it', async () => {
  const english = await language('en');
  const others = (await readdir(TEXTS)).filter((file) => file.endsWith('.json') && file !== 'en.json');
  assert.ok(others.length > 0, 'there is a second language');
  for (const file of others) {
    const other = await language(file.replace('.json', ''));
    assert.deepEqual(withoutPlural(other.keys()), withoutPlural(english.keys()), file);
    for (const [key, text] of other) {
      assert.notEqual(text.trim(), '', `${file}: ${key}`);
      const original = english.get(key) ?? english.get(key.replace(PLURAL, '_other'));
      // "Yesterday" may do without the number of days.
      const isOneOfMany = PLURAL.test(key) && !key.endsWith('_other');
      if (original !== undefined && !isOneOfMany) assert.deepEqual(places(text), places(original), `${file}: ${key}`);
    }
  }
});

/** Of everything that may name a text. */
async function sources(): Promise<string> {
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => /(?<!\.test|\.d)\.tsx?$/.test(file));
  return (await Promise.all(files.map((file) => readFile(join(SOURCES, file), 'utf8')))).join('\n');
}

test('every text is used somewhere', async () => {
  const source = await sources();
  const named = new Set([...source.matchAll(/'(\w+(?:\.\w+)+)'/g)].map(([, name]) => name));
  // `section.${word}`: then the word stands somewhere too, as a value or as the name of a field.
  const words = new Set([...source.matchAll(/'(\w+)'|\b(\w+)\??:/g)].map(([, value, field]) => value ?? field));
  const patterns = [...source.matchAll(/`(\w+\.[\w.]*\$\{[^`]*)`/g)].map(
    ([, pattern = '']) =>
      new RegExp(
        `^${pattern
          .replaceAll('.', '\\.')
          .split(/\$\{[^}]*\}/)
          .join('(\\w+)')}$`,
      ),
  );
  const isMadeUp = (key: string): boolean =>
    patterns.some((pattern) => {
      const found = pattern.exec(key);
      // Further down there is a group of its own, whose words may come from the server.
      return found !== null && (key.split('.').length > 2 || found.slice(1).every((word) => words.has(word)));
    });
  const keys = withoutPlural((await language('en')).keys());
  const unused = keys.filter(
    // A whole group may be asked for at once.
    (key) => !named.has(key) && !named.has(key.slice(0, key.lastIndexOf('.'))) && !isMadeUp(key),
  );
  assert.deepEqual(unused, []);
});

/** Words between tags, or in the attributes that are read out or shown. */
const WORDS =
  /(?:^\s*|>\s*)([A-Z][a-z]+(?: [a-z]+)+[.!?]?)\s*(?:<|$)|(?:aria-label|title|label|placeholder|alt)="([^"]*[a-z][^"]*)"/gm;

test('no screen has words of its own', async () => {
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith('.tsx'));
  const found: string[] = [];
  for (const file of files) {
    const source = (await readFile(join(SOURCES, file), 'utf8')).replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    for (const match of source.matchAll(WORDS)) {
      const words = match[1] ?? match[2] ?? '';
      // An address is one in every language.
      if (!words.includes('://')) found.push(`${file}: ${words}`);
    }
  }
  assert.ok(files.length > 0);
  assert.deepEqual(found, []);
});

test('whatever the audit log may say of a request has words', async () => {
  const server = join(TEXTS, '..', '..', '..', 'src', 'server');
  const texts = await language('en');
  const audited: string[] = [];
  for (const file of (await readdir(server)).filter((one) => one.endsWith('.ts') && !one.includes('.test'))) {
    const source = await readFile(join(server, file), 'utf8');
    for (const [, action = ''] of source.matchAll(/\baudit: '([a-z.-]+)'/g)) audited.push(action);
  }
  assert.ok(audited.length > 50, String(audited.length));
  assert.deepEqual(
    audited.filter((action) => !texts.has(`access.action.${action.replaceAll(/[.-]/g, '_')}`)),
    [],
  );
});
