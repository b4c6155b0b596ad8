// Channels: who may change them, and who sends over them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UseBackend } from './alert-data.test-suite.ts';
import { held, MAIL, NOW, queue } from './channel-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';

export function testChannels(use: UseBackend): void {
  describe('channels', () => {
    it('are added, changed unless somebody else was quicker, and removed with their deliveries', () =>
      use(async (store, backend) => {
        const quiet = { week: Array.from({ length: 7 }, () => [[1320, 360] as const]), holidays: 'usual' } as const;
        const mail = await store.channels.add({ ...MAIL, name: ' Mail ', quiet }, NOW);
        assert.deepEqual(mail, { ...MAIL, quiet, id: mail.id, createdAt: NOW, version: 1 });
        assert.deepEqual(await store.channels.get(mail.id), mail);
        const changed = await store.channels.change(mail.id, { ...MAIL, enabled: false, settings: {} }, 1);
        assert.deepEqual(changed, { ...mail, quiet: null, enabled: false, settings: {}, version: 2 });
        assert.deepEqual(await store.channels.list(), [changed]);
        await assert.rejects(store.channels.change(mail.id, MAIL, 1), fails('conflict', /load it again/));
        await assert.rejects(
          store.channels.change(mail.id, { ...MAIL, kind: 'ntfy' }),
          fails('conflict', /new channel/),
        );
        await assert.rejects(store.channels.change('none', MAIL), fails('not_found'));
        await queue(backend, mail.id, ['a']);
        await store.channels.remove(mail.id);
        assert.equal(await store.channels.get(mail.id), null);
        assert.deepEqual((await store.deliveries.list({}, { limit: 9 })).items, []);
        await assert.rejects(store.channels.remove(mail.id), fails('not_found'));
        const told = await store.changes.since(0, 99, 'alert');
        assert.deepEqual(
          told.map(({ entity, action, id }) => [entity, action, id === mail.id]),
          ['add', 'change', 'remove'].map((action) => ['channel', action, true]),
        );
      }));

    it('have one place, which is free again when its owner says nothing for a while', () =>
      use(async (store, backend) => {
        const id = await held(store, 'one');
        await queue(backend, id, ['a']);
        assert.equal(await store.deliveries.hold(id, 'two', NOW + 60_000, NOW + 29_999), false);
        assert.equal(await store.deliveries.take(id, 'two', NOW), null);
        assert.equal(await store.deliveries.hold(id, 'one', NOW + 40_000, NOW + 10_000), true, 'renewed');
        assert.equal(await store.deliveries.hold(id, 'two', NOW + 60_000, NOW + 30_000), false);
        assert.equal(await store.deliveries.hold(id, 'two', NOW + 90_000, NOW + 40_000), true, 'silent for too long');
        assert.equal(await store.deliveries.take(id, 'one', NOW), null);
        assert.equal((await store.deliveries.take(id, 'two', NOW))?.id, 'a');
        await store.deliveries.release(id, 'one');
        assert.equal(await store.deliveries.hold(id, 'one', NOW + 99_000, NOW + 41_000), false, 'was not his to give');
        await store.deliveries.release(id, 'two');
        const both = await Promise.all(['one', 'two'].map((who) => store.deliveries.hold(id, who, NOW + 99_000, NOW)));
        assert.equal(both.filter(Boolean).length, 1);
        assert.equal(await store.deliveries.hold('none', 'one', NOW, NOW), false);
        await store.deliveries.freeAll();
        assert.equal(await store.deliveries.hold(id, 'three', NOW, NOW), true);
      }));
  });
}
