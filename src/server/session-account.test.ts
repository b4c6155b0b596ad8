// What somebody who has signed in does for herself: the code of a telephone, language, password, her other browsers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOTP } from 'otpauth';
import { furnish, openInject } from './house.test-suite.ts';
import { stepOfCode } from './totp.ts';
import { login, PASSWORD, setClock, signIn } from './users.test-suite.ts';

const SESSION = '/api/v1/session';
const HOUR = 3_600_000;

test('a code of the telephone is asked for, and works once', async () => {
  const house = await furnish();
  const time = setClock(house, Date.UTC(2026, 0, 31, 12));
  const { inject, close } = await openInject(house);
  const ada = await signIn(inject, { name: 'Ada: A&B', role: 'operator' });
  assert.equal((await ada({ method: 'PUT', url: `${SESSION}/totp`, json: { code: '123456' } })).status, 409);
  const begun = await ada({ method: 'POST', url: `${SESSION}/totp` });
  const { secret, uri } = begun.json as unknown as { secret: string; uri: string };
  assert.match(uri, /^otpauth:\/\/totp\/Kith:Ada.*issuer=Kith.*secret=[A-Z2-7]{32}.*digits=6/);
  // As the telephone makes it.
  const codeAt = (ms: number): string => new TOTP({ secret }).generate({ timestamp: ms });
  assert.equal((await login(inject, 'Ada: A&B', PASSWORD)).status, 200, 'not before it is confirmed');
  const wrong = codeAt(time.now + HOUR);
  assert.equal((await ada({ method: 'PUT', url: `${SESSION}/totp`, json: { code: wrong } })).status, 400);
  const on = await ada({ method: 'PUT', url: `${SESSION}/totp`, json: { code: codeAt(time.now) } });
  assert.equal((on.json['user'] as { totp: boolean }).totp, true);
  assert.ok(!on.text.includes(secret));

  const withCode = (code?: string) => login(inject, 'Ada: A&B', PASSWORD, code === undefined ? {} : { code });
  const asked = await withCode();
  assert.deepEqual([asked.status, asked.json['codeNeeded'], asked.headers['set-cookie']], [401, true, undefined]);
  const guess = await login(inject, 'Ada: A&B', 'wrong wrong wrong');
  assert.equal(guess.json['codeNeeded'], undefined, 'only who knows the password hears of it');
  assert.match((await withCode(codeAt(time.now))).json.error?.message ?? '', /used already/, 'it has confirmed');
  time.now += 30_000;
  const code = codeAt(time.now);
  assert.equal((await withCode(`${code.slice(0, 3)} ${code.slice(3)}`)).status, 200);
  assert.equal((await withCode(code)).status, 401, 'not twice');
  assert.equal((await withCode(codeAt(time.now - 30_000))).status, 401, 'nor one before it');
  time.now += 60_000;
  assert.equal((await withCode(codeAt(time.now + 30_000))).status, 200, 'a clock may be a little ahead');
  assert.equal((await withCode(codeAt(time.now + 90_000))).status, 401);
  assert.equal(stepOfCode(secret, 'abcdef', time.now), null);
  for (let i = 0; i < 4; i++) {
    time.now += 5 * 60_000;
    assert.equal((await withCode(codeAt(time.now + HOUR))).status, 401);
  }
  assert.equal((await withCode(codeAt(time.now))).status, 429, 'however slowly they are guessed');

  assert.equal((await ada({ method: 'POST', url: `${SESSION}/totp` })).status, 409, 'a new one only after the old');
  const off = { method: 'DELETE', url: `${SESSION}/totp` } as const;
  assert.equal((await ada({ ...off, json: { password: 'wrong wrong wrong' } })).status, 403);
  const done = await ada({ ...off, json: { password: PASSWORD } });
  assert.equal((done.json['user'] as { totp: boolean }).totp, false);
  time.now += 120_000;
  assert.equal((await withCode()).status, 200);
  await close();
});

test('somebody changes her language and her password, and signs her other browsers out', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const ada = await signIn(inject, { name: 'Ada', role: 'viewer' });
  const other = await signIn(inject, { name: 'Ada', role: 'viewer' });
  const german = await ada({ method: 'PATCH', url: SESSION, json: { language: 'de' } });
  assert.equal((german.json['user'] as { language: string }).language, 'de');
  const devices = (await ada({ url: `${SESSION}/devices` })).json.items ?? [];
  assert.equal(devices.filter(({ current }) => current === true).length, 1);
  assert.equal(devices.length, 2);
  const theOther = devices.find(({ current }) => current === false);
  assert.equal((await ada({ method: 'DELETE', url: `${SESSION}/devices/${String(theOther?.['id'])}` })).status, 204);
  assert.equal((await ada({ method: 'DELETE', url: `${SESSION}/devices/${String(theOther?.['id'])}` })).status, 404);
  assert.equal((await other({ url: SESSION })).json['state'], 'closed');

  const third = await signIn(inject, { name: 'Ada', role: 'viewer' });
  const change = (current: string, password: string) =>
    ada({ method: 'POST', url: `${SESSION}/password`, json: { current, password } });
  assert.equal((await change('wrong wrong wrong', 'a new password')).status, 403);
  assert.equal((await change(PASSWORD, 'short')).status, 400);
  assert.equal((await change(PASSWORD, 'a new password')).status, 204);
  assert.equal((await ada({ url: SESSION })).json['state'], 'open', 'she stays in');
  assert.equal((await third({ url: SESSION })).json['state'], 'closed');
  assert.equal((await login(inject, 'Ada', PASSWORD)).status, 401);
  assert.equal((await login(inject, 'Ada', 'a new password')).status, 200);
  for (let i = 0; i < 5; i++) await change('wrong wrong wrong', 'a new password');
  assert.equal((await change('a new password', 'yet another one')).status, 429, 'nobody guesses at an open browser');
  await close();
});
