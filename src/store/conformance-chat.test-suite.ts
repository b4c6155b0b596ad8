// People in chats: codes that link them to users, and the memory of the chat library.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../store-port.ts';
import type { UseBackend } from './alert-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;

const addUser = (store: Store, name: string) =>
  store.users.add({ name, role: 'administrator', cameras: null, password: `hash of ${name}` }, NOW);

const addChannel = (store: Store, name: string) =>
  store.channels.add({ name, kind: 'telegram', enabled: true, settings: {}, quiet: null }, NOW);

export function testChatUsers(use: UseBackend): void {
  describe('people in chats', () => {
    it('are linked by a code, once and in its time', () =>
      use(async (store) => {
        const [ada, bea] = [await addUser(store, 'Ada'), await addUser(store, 'Bea')];
        const { id: channelId } = await addChannel(store, 'Family');
        const chat = { channelId, chatId: 'U1', chatName: 'ada\n!' };
        const { chatUsers } = store;
        await chatUsers.addCode(ada.id, 'h1', NOW + 10 * MINUTE, NOW);
        assert.equal(await chatUsers.link('other', chat, NOW), null);
        assert.equal(await chatUsers.link('h1', chat, NOW + 10 * MINUTE), null);
        const both = await Promise.all([chatUsers.link('h1', chat, NOW + 1), chatUsers.link('h1', chat, NOW + 1)]);
        const linked = { channelId, chatId: 'U1', chatName: 'ada !', userId: ada.id, linkedAt: NOW + 1 };
        assert.deepEqual(
          both.filter((one) => one !== null),
          [linked],
        );
        assert.deepEqual(await chatUsers.find(channelId, 'U1'), linked);
        assert.equal(await chatUsers.find(channelId, 'U2'), null);
        assert.equal(await chatUsers.find('other', 'U1'), null);

        // A new code takes the place of the one before; who is linked anew is so no more as before.
        await chatUsers.addCode(bea.id, 'h2', NOW + 10 * MINUTE, NOW);
        await chatUsers.addCode(bea.id, 'h3', NOW + 10 * MINUTE, NOW);
        assert.equal(await chatUsers.link('h2', chat, NOW + 2), null);
        assert.equal((await chatUsers.link('h3', chat, NOW + 2))?.userId, bea.id);
        assert.deepEqual(
          (await chatUsers.list()).map(({ userId }) => userId),
          [bea.id],
        );
        await chatUsers.unlink(channelId, 'U1');
        await assert.rejects(chatUsers.unlink(channelId, 'U1'), fails('not_found'));
        assert.deepEqual(await chatUsers.list(), []);
      }));

    it('go with their user and with the channel', () =>
      use(async (store) => {
        const { chatUsers } = store;
        await addUser(store, 'Root');
        const [ada, bea] = [await addUser(store, 'Ada'), await addUser(store, 'Bea')];
        const [one, two] = [await addChannel(store, 'One'), await addChannel(store, 'Two')];
        for (const [user, channel] of [
          [ada, one],
          [ada, two],
          [bea, two],
        ] as const) {
          const hash = `${user.id} ${channel.id}`;
          await chatUsers.addCode(user.id, hash, NOW + MINUTE, NOW);
          await chatUsers.link(hash, { channelId: channel.id, chatId: user.name, chatName: user.name }, NOW);
        }
        await chatUsers.addCode(ada.id, 'late', NOW + MINUTE, NOW);
        await store.users.remove(ada.id);
        assert.equal(await chatUsers.link('late', { channelId: two.id, chatId: 'x', chatName: 'x' }, NOW), null);
        assert.deepEqual(
          (await chatUsers.list()).map(({ chatId }) => chatId),
          ['Bea'],
        );
        await store.channels.remove(two.id);
        assert.deepEqual(await chatUsers.list(), []);
      }));

    it('have a library that remembers for as long as it wants', () =>
      use(async ({ chatUsers: { memory } }) => {
        assert.equal(await memory.get('a', NOW), null);
        await memory.set('a', '1', null);
        await memory.set('a', '2', null);
        assert.equal(await memory.get('a', NOW), '2');
        await memory.set('b', 'short', NOW + MINUTE);
        assert.equal(await memory.get('b', NOW + MINUTE - 1), 'short');
        assert.equal(await memory.get('b', NOW + MINUTE), null);

        assert.equal(await memory.setIfAbsent('a', '3', null, NOW), false);
        assert.equal(await memory.setIfAbsent('b', '3', NOW + 2 * MINUTE, NOW), false);
        const asked = await Promise.all(
          ['x', 'y', 'z'].map((value) => memory.setIfAbsent('b', value, NOW + 9 * MINUTE, NOW + MINUTE)),
        );
        assert.equal(asked.filter(Boolean).length, 1);
        // What is taken is what one of them wrote.
        assert.equal(await memory.get('b', NOW + MINUTE), ['x', 'y', 'z'][asked.indexOf(true)]);
        await memory.remove('a');
        await memory.remove('a');
        assert.equal(await memory.setIfAbsent('a', '4', null, NOW), true);
        assert.equal(await memory.get('a', NOW), '4');
      }));

    it('leave nothing behind that has expired', () =>
      use(async (store, backend) => {
        const { chatUsers } = store;
        const [ada, bea] = [await addUser(store, 'Ada'), await addUser(store, 'Bea')];
        await chatUsers.addCode(ada.id, 'old', NOW + MINUTE, NOW);
        await chatUsers.memory.set('old', '1', NOW + MINUTE);
        await chatUsers.memory.set('kept', '1', null);
        await chatUsers.addCode(bea.id, 'new', NOW + 2 * MINUTE, NOW + MINUTE);
        await chatUsers.memory.setIfAbsent('new', '1', NOW + 2 * MINUTE, NOW + MINUTE);
        await backend.read(async (db) => {
          const keys = await db.selectFrom('chat_memory').select('key').orderBy('key').execute();
          assert.deepEqual(keys, [{ key: 'kept' }, { key: 'new' }]);
          assert.deepEqual(await db.selectFrom('chat_codes').select('hash').execute(), [{ hash: 'new' }]);
        });
      }));
  });
}
