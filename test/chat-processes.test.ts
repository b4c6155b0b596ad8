// A chat through all of Kith, with two processes that share one PostgreSQL: one sends and holds the place of the channel, the other one
// gets what Telegram sends. What is pressed and written there changes the log as whoever is linked, and everybody who was told sees it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hashChatCode } from '../src/chat-code.ts';
import type { Person, Role } from '../src/domain.ts';
import type { Reconsider } from '../src/identity-port.ts';
import { openInnerApi } from '../src/inner-api.ts';
import { openLifecycle, type Lifecycle } from '../src/lifecycle.ts';
import { createNotifying } from '../src/notifying.ts';
import { until as holds } from '../src/notify/dispatch.test-kit.ts';
import { openInternet } from '../src/notify/internet.test-kit.ts';
import { openPlanner } from '../src/notify/planner.ts';
import {
  BOB,
  BOT,
  BOT_TOKEN,
  CHAT,
  openTelegramSite,
  pressed,
  wrote,
  type Shown,
} from '../src/notify/telegram.test-kit.ts';
import { buildApp } from '../src/server/app.ts';
import { furnish, openInject, shot } from '../src/server/house.test-suite.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { openReceiver } from './receivers.ts';

const ORIGIN = 'https://kith.example';
const VIC = { id: 78, is_bot: false, first_name: 'Vic', username: 'vic' };
const EVE = { id: 79, is_bot: false, first_name: 'Eve', username: 'eve' };
const reconsider = {
  lookBack: async () => ({ sightings: 0, strangers: 0, entry: null, entries: [] }),
  anew: async () => undefined,
} as unknown as Reconsider;

/** One process: store, API and chats of its own. */
async function openProcess(life: Lifecycle, databaseUrl: string) {
  const house = await furnish({ reconsider }, databaseUrl);
  const { store, pictures, codec, log } = house.ports;
  const config = { publicUrl: ORIGIN };
  // As a worker's, which has no server: its API is made when somebody in the chat first does something.
  const api = openInnerApi(
    () => null,
    async () => (await buildApp(house.ports)).app,
  );
  const notifying = await createNotifying({ store, pictures, codec, config, api, threshold: () => 0.6, log });
  const { acting, hooks, runCommand, sendTest } = notifying;
  Object.assign(house.ports, { acting, hooks, runCommand, sendTest });
  const opened = await openInject(house);
  life.onClose(() => opened.close());
  life.own(api);
  life.own(notifying);
  return { ...opened, house, store, notifying };
}

/** Of a message that replies to this one. */
const quoting = (messageId: number) => ({
  reply_to_message: { message_id: messageId, date: 1, chat: CHAT, from: BOT },
});

let postgres: TestPostgres;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres.stop());

test(
  'what is said in a chat reaches any process, and whoever was told sees what became of it',
  { timeout: 60_000 },
  async (t) => {
    // Before the stores, which end with this test too.
    const life = openLifecycle();
    t.after(() => life.close());
    const url = await postgres.createDatabase();
    const sender = await openProcess(life, url);
    const other = await openProcess(life, url);
    const telegram = openTelegramSite();
    const internet = await openInternet({ 'api.telegram.org': (call) => telegram.site(call) });
    life.own(internet);
    const receiver = await openReceiver({ after: (close) => life.onClose(close) });
    const { store } = other;

    async function make(path: string, json: object): Promise<string> {
      const made = await other.inject({ method: 'POST', url: `/api/v1${path}`, json });
      assert.equal(made.status, 201, made.text);
      return String(made.json['id']);
    }
    const family = await make('/channels', {
      name: 'Family',
      kind: 'telegram',
      settings: { botToken: BOT_TOKEN, chatId: String(CHAT.id), polling: false },
    });
    const hook = await make('/channels', {
      name: 'Hook',
      kind: 'webhook',
      settings: {
        url: receiver.url,
        secret: 'a secret of this test, long enough',
        picture: 'none',
        pictureKilobytes: 100,
        allowPrivate: true,
      },
    });
    await make('/rules', { name: 'Strangers', on: ['unknown'], channels: [family, hook] });
    await store.cameras.put('yard', 'Yard');
    await store.cameras.put('gate', 'Gate');
    const planner = life.own(await openPlanner({ store: sender.store, log: sender.house.ports.log }));
    life.own(sender.notifying.dispatch());
    await holds(() => internet.to(/setWebhook/).length > 0);
    const [set] = internet.to(/setWebhook/);
    assert.equal(set?.fields['url'], `${ORIGIN}/hooks/${family}`);
    let updates = 1000;
    let strangers = 0;

    /** Telegram tells a process, the one that sends nothing where no other is named. */
    async function tell(update: object, to = other): Promise<void> {
      const answer = await to.inject({
        method: 'POST',
        url: `/hooks/${family}`,
        key: null,
        json: { update_id: (updates += 1), ...update },
        headers: { 'x-telegram-bot-api-secret-token': String(set?.fields['secret_token']) },
      });
      assert.equal(answer.status, 200, answer.text);
    }

    async function shown(matches: (one: Shown) => boolean): Promise<Shown> {
      await holds(() => telegram.shown.some(matches));
      const found = telegram.shown.find(matches);
      assert.ok(found);
      return found;
    }
    const said = (text: RegExp) => shown((one) => text.test(one.text));
    const edited = (text: RegExp) => shown((one) => one.method === 'editMessageCaption' && text.test(one.text));

    async function addUser(name: string, role: Role, from: typeof BOB | typeof VIC): Promise<void> {
      const user = await store.users.add({ name, role, cameras: null, password: 'x' }, 1);
      const code = `${name.toUpperCase()}-CODE`;
      await store.chatUsers.addCode(user.id, hashChatCode(code), Date.now() + 60_000, Date.now());
      const before = telegram.shown.length;
      await tell(
        wrote(`/start ${code}`, {
          from,
          message_id: updates,
          entities: [{ type: 'bot_command', offset: 0, length: 6 }],
        }),
      );
      await holds(() => telegram.shown.slice(before).some(({ text }) => text.startsWith('I know you now')));
    }

    /** A stranger comes by; answers what the chat shows of her. */
    async function stranger(id: string, camera = 'door'): Promise<{ photo: Shown; messageId: number; person: Person }> {
      const meta = { id, camera, capturedAt: new Date().toISOString() };
      await sender.inject({ method: 'POST', url: '/api/v1/detections', form: shot(meta) });
      const { personId } = await sender.store.classify(id, null, { alerts: planner });
      const person = await store.persons.get(personId ?? '');
      assert.ok(person);
      // Answered is what has been sent for good: where it stands is known then.
      const sent = async () =>
        (await store.deliveries.list({ channelId: family }, { limit: 50 })).items.filter(
          ({ state }) => state === 'sent',
        );
      strangers += 1;
      await holds(async () => (await sent()).length === strangers);
      const photo = telegram.shown.filter(({ method }) => method === 'sendPhoto').at(-1);
      assert.ok(photo);
      const [latest] = await sent();
      assert.ok(latest);
      const { messageId: place } = latest.receipt as { messageId: string };
      const messageId = Number(place.split(':')[1]);
      return { photo, messageId, person };
    }

    function press(
      { photo, messageId }: { photo: Shown; messageId: number },
      label: RegExp,
      from: object = BOB,
    ): object {
      const button = photo.buttons.find(({ text }) => label.test(text));
      assert.ok(button, `${String(label)} among ${photo.buttons.map(({ text }) => text).join()}`);
      return pressed(button.callback_data ?? '', messageId, `press-${(updates += 1)}`, from);
    }
    const owner = async (id: string) => (await store.detections.get(id))?.personName;
    const outcomesOf = async (number: number) =>
      (await store.alerts.list({}, { limit: 50 })).items.find(({ seq }) => seq === number)?.outcomes ?? [];

    await addUser('Bob', 'operator', BOB);
    await addUser('Vic', 'viewer', VIC);
    const first = await stranger('a');

    await t.test('somebody who is not linked, and somebody whose role forbids it, change nothing', async () => {
      await tell(press(first, /Ignore/, EVE));
      await said(/^I do not know you yet, Eve/);
      await tell(press(first, /Ignore/, VIC));
      await said(/^Your role does not include this/);
      assert.equal((await store.persons.get(first.person.id))?.ignored, false);
      assert.deepEqual(await outcomesOf(1), []);
    });

    await t.test(
      'a reply names her: the log is changed, the message says who did it, the other channel is told',
      async () => {
        await tell(wrote('new Ada', quoting(first.messageId)));
        const changed = await edited(/Unknown 1 was named Ada/);
        assert.match(changed.text, /^Ada at Front door/);
        assert.match(changed.text, /→ [^\n]*Bob: Unknown 1 was named Ada/);
        assert.equal(changed.fields['message_id'], first.messageId);
        assert.equal(await owner('a'), 'Ada');
        await holds(() => receiver.calls.some(({ body }) => body.type === 'alert.changed'));
        const told = receiver.calls.find(({ body }) => body.type === 'alert.changed')?.body;
        assert.equal(told?.title, 'Ada at Front door');
        assert.match(told.outcomes.join(), /Bob: Unknown 1 was named Ada/);
        const [entry] = (await store.audit.list({ action: 'alert.answer' }, { limit: 1 })).items;
        assert.deepEqual([entry?.actor?.name, entry?.detail?.['via']], ['Bob', 'Family']);
      },
    );

    await t.test('a button pressed twice at once, at two processes, is one answer', async () => {
      const second = await stranger('b');
      await Promise.all([tell(press(second, /Ignore/), sender), tell(press(second, /Ignore/), other)]);
      await edited(/Bob: Unknown 2 /);
      // The same press told again, as Telegram does where it heard of no answer.
      const again = press(second, /Ignore/);
      await Promise.all([tell(again, sender), tell(again, other)]);
      const outcomes = await outcomesOf(2);
      assert.equal(outcomes.length, 1, JSON.stringify(outcomes));
      assert.equal((await store.persons.get(second.person.id))?.ignored, true);
    });

    await t.test(
      'a message that was changed is answered as it stands: not Ada, whom somebody said meanwhile',
      async () => {
        const wrong = await stranger('e', 'yard');
        await tell(wrote('this is Ada', quoting(wrong.messageId)));
        const photo = await edited(/^Ada at Yard/);
        assert.equal(await owner('e'), 'Ada');
        await tell(press({ ...wrong, photo }, /Not Ada/));
        await holds(async () => (await owner('e')) !== 'Ada');
        assert.equal(await owner('a'), 'Ada');
      },
    );

    await t.test(
      'a stranger who was merged meanwhile is who she is now, and one who was erased is said to be gone',
      async () => {
        // Another camera, so that this is no visit of Ada's before.
        const third = await stranger('c', 'gate');
        const ada = (await store.persons.list({ kind: 'known' }, { limit: 5 })).items.find(
          ({ name }) => name === 'Ada',
        );
        assert.ok(ada);
        const merged = {
          method: 'POST',
          url: `/api/v1/persons/${third.person.id}/merge`,
          json: { into: ada.id },
        } as const;
        assert.ok((await sender.inject(merged)).status < 300);
        await edited(/merged/);
        await tell(press(third, /Not Unknown/));
        await holds(async () => (await owner('c')) !== 'Ada');
        assert.equal(await owner('a'), 'Ada');

        const fourth = await stranger('d');
        await sender.store.detections.erase(['d'], Date.now());
        await tell(press(fourth, /Ignore/));
        await said(/^There is no alert .*erased/);
      },
    );
  },
);
