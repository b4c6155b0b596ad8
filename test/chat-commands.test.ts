// What can be said to Kith in a chat, over the real API: it is done as who says it, and told in plain words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommands } from '../src/notify/commands.ts';
import { openIdentityHouse } from '../src/server/identity.test-suite.ts';
import { picture, type Answer } from '../src/server/house.test-suite.ts';

/** What she is told: the answer, or why there is none. */
function told({ text, error }: Answer): string {
  return typeof text === 'string' ? text : (error?.message ?? '');
}

const NOON = Date.UTC(2026, 0, 31, 12);

test('commands of a chat', async (t) => {
  const h = await openIdentityHouse(undefined, NOON);
  let now = NOON + 60_000;
  h.house.ports.runCommand = createCommands({
    calendar: async () => ({ timeZone: 'Europe/Berlin', holidays: [] }),
    clock: () => now,
  });
  const ada = await h.store.makePerson('Ada');
  await h.store.makePerson('Adam');
  await h.seen(ada, 'ada-1');
  await h.stranger('new-1');

  async function say(text: string, key?: string): Promise<string> {
    const { json } = await h.inject({
      method: 'POST',
      url: '/api/v1/commands',
      json: { text },
      ...(key !== undefined && { key }),
    });
    return told(json);
  }

  async function sayWith(text: string, image: string): Promise<string> {
    const form = new FormData();
    form.set('text', text);
    form.set('image', picture(image), 'photo.jpg');
    const { json } = await h.inject({ method: 'POST', url: '/api/v1/commands', form });
    return told(json);
  }

  await t.test('help names all of them, and so does an answer to nonsense', async () => {
    for (const text of ['help', '/help', '?'])
      assert.match(await say(text), /who is here.*\n.*when was NAME last seen/);
    assert.match(await say('make me a sandwich'), /do not know what "make me a sandwich" means\. I understand:\n/);
    assert.match(await say('   '), /does not fit|I understand/);
  });

  await t.test('who is here, at one camera, and when nobody is', async () => {
    const told = await say('Who is here?');
    assert.match(told, /^Unknown 1, Front door, Sat 31 Jan 2026, 13:/m);
    assert.match(told, /^Ada, Front door, Sat 31 Jan 2026, 13:/m);
    assert.match(await say('who is at the Front Door'), /Ada/);
    await h.store.cameras.put('gate', 'Gate');
    assert.equal(await say('who is at gate'), 'Nobody was seen at Gate in the last ten minutes.');
    assert.equal(await say('who is at moon'), 'There is no camera "moon" that you may see.');
  });

  await t.test('last seen: the whole name goes before a part of one', async () => {
    assert.match(await say('when was ada last seen?'), /^Ada was last seen Sat 31 Jan 2026, 13:00:00, Front door\.$/);
    assert.equal(await say('last Adam'), 'Adam was not seen yet.');
    assert.match(await say('when was ad last seen'), /^Who of them do you mean: Ada, Adam\?$/);
    assert.equal(await say('last Zoe'), 'I know nobody called "Zoe".');
  });

  await t.test('today in numbers', async () => {
    assert.equal(await say('today'), 'Today: 2 visits, 1 known person, 1 stranger.');
    assert.equal(await say('today at front door'), 'Today at Front door: 2 visits of 2 people.');
  });

  await t.test('enrol and find need a photo; a second photo goes to who is known', async () => {
    assert.equal(await say('enrol Grace'), 'A photo is missing: send one together with "enrol NAME".');
    assert.match(await sayWith('enrol Grace', 'picture 1: grace'), /^Grace is known from now on\./);
    assert.equal(await sayWith('enroll grace', 'picture 1: grace again'), 'Another photo of Grace is kept.');
    assert.equal(await say('find'), 'A photo is missing: send one together with "find".');
    assert.match(await sayWith('find', 'picture 0'), /face/i);
  });

  await t.test('messages are muted for a time, about somebody or at a camera, and told again', async () => {
    now = Date.now();
    const until = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
    assert.match(await say('mute Ada for 2h'), /^No messages about Ada until \w{3} \d+ \w{3} \d{4}, /);
    assert.match(await say('mute front door'), /^No messages about Front door until /);
    const { items = [] } = (await h.inject({ url: '/api/v1/snoozes' })).json;
    assert.deepEqual(
      items.map((one) => [one['personId'], one['cameraId'], one['until']]),
      [
        [null, 'door', until(1)],
        [ada.id, null, until(2)],
      ],
    );
    assert.equal(await say('unmute'), 'You hear of everything again.');
    assert.equal(await say('unmute'), 'Nothing was muted.');
    now = NOON + 60_000;
  });

  await t.test('a door is opened by its name, or as the only one', async () => {
    assert.equal(await say('open'), 'There is no door here.');
    const access = { groups: ['Staff'], cameras: ['door'] };
    const settings = { url: 'https://example.org/open' };
    const json = { name: 'Main entrance', kind: 'http', settings, access };
    assert.equal((await h.inject({ method: 'POST', url: '/api/v1/actions', json })).status, 201);
    assert.equal(await say('open the main entrance'), 'Main entrance is being opened.');
    assert.equal(await say('open cellar'), 'Which door? There is: Main entrance.');
    const { items = [] } = (await h.inject({ url: '/api/v1/runs' })).json;
    assert.deepEqual(
      items.map(({ cause, state }) => [cause, state]),
      [['hand', 'asked']],
    );
  });

  await t.test('the role counts: a viewer sees who is here and enrols nobody', async () => {
    assert.match(await say('who is here', h.house.keys.log), /Ada/);
    assert.match(await say('last Ada', h.house.keys.log), /lacks the scope/);
    const key = await h.house.makeKey(['log'], 'gate');
    assert.equal(await say('who', key), 'Nobody was seen in the last ten minutes.');
    assert.equal(
      (await h.inject({ method: 'POST', url: '/api/v1/commands', json: { text: 'help' }, key: null })).status,
      401,
    );
  });
});
