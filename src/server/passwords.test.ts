// How passwords are kept: slow to guess, in a form that says how, and off the event loop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPassword, createPasswords } from './passwords.ts';

test('a password is kept as argon2id with a salt of its own, and only the same one is right', async () => {
  const passwords = createPasswords();
  const [one, two] = await Promise.all([passwords.hash('correct horse ﬁ'), passwords.hash('correct horse ﬁ')]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two);
  assert.equal(await passwords.verify('correct horse fi', one), true, 'however the keyboard writes it');
  assert.equal(await passwords.verify('correct horse', one), false);
  assert.equal(await passwords.verify('correct horse', null), false);
});

test('what was kept with scrypt or with other costs still counts', async () => {
  const passwords = createPasswords();
  // `openssl kdf` with the same numbers gives the same.
  const scrypt = '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$';
  const { scryptSync } = await import('node:crypto');
  const hash = scryptSync('correct horse', 'saltsaltsaltsalt', 32, { N: 16, r: 8, p: 1 })
    .toString('base64')
    .replace('=', '');
  assert.equal(await passwords.verify('correct horse', scrypt + hash), true);
  assert.equal(await passwords.verify('correct house', scrypt + hash), false);
  await assert.rejects(passwords.verify('x', 'plain text'), /a form that this program does not know/);
});

test('many at once wait for each other, and the event loop goes on meanwhile', async () => {
  const passwords = createPasswords(10);
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  await Promise.all(Array.from({ length: 8 }, (_, i) => passwords.hash(`correct horse ${i}`)));
  clearInterval(ticking);
  assert.ok(turns > 5, `${turns} turns`);
  const flood = await Promise.allSettled(Array.from({ length: 20 }, () => passwords.verify('x', null)));
  const refused = flood.filter((one) => one.status === 'rejected');
  assert.ok(refused.length >= 5 && refused.length < 20, `${refused.length} were refused`);
  assert.equal((refused[0]?.reason as { code: string } | undefined)?.code, 'unavailable');
  assert.equal(await passwords.verify('x', null), false, 'and it works again');
});

test('a rush at the start is no reason to refuse for ever, nor to tell names that there are from others', async () => {
  const passwords = createPasswords(0);
  const busy = ['correct horse', 'correct house'].map((password) => passwords.hash(password));
  const rush = Promise.allSettled([null, 'another form'].map((kept) => passwords.verify('x', kept)));
  const [hash = ''] = await Promise.all(busy);
  await rush;
  assert.equal(await passwords.verify('correct horse', null), false);
  assert.equal(await passwords.verify('correct horse', hash), true);
});

test('a password has ten to two hundred characters and is not the name', () => {
  for (const [password, words] of [
    ['123456789', /9 characters, at least 10/],
    ['😀'.repeat(9), /9 characters/],
    ['x'.repeat(201), /longer than 200/],
    ['ADA LOVELACE', /is the name/],
  ] as const) {
    assert.throws(() => checkPassword(password, 'Ada Lovelace'), { code: 'invalid', message: words });
  }
  checkPassword('😀'.repeat(10), 'Ada');
  checkPassword('x'.repeat(200), 'Ada');
});
