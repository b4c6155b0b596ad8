// The lines of channels: what is sent next, what becomes of it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UseBackend } from './alert-data.test-suite.ts';
import { grow, held, MAIL, NOW, queue, stateOf } from './channel-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import { allOf } from './test-data.test-suite.ts';

export function testDeliveries(use: UseBackend): void {
  describe('deliveries', () => {
    it('go in order; one that waits for its next try holds its line, one that gathers does not', () =>
      use(async (store, backend) => {
        const id = await held(store, 'one');
        const take = async (now: number) => (await store.deliveries.take(id, 'one', now))?.id;
        await queue(backend, id, ['gathers'], NOW + 60_000);
        await queue(backend, id, ['a', 'b', 'c']);
        const other = await held(store, 'one');
        await queue(backend, other, ['elsewhere']);
        assert.equal(await take(NOW - 1), undefined);
        const a = await store.deliveries.take(id, 'one', NOW);
        assert.deepEqual([a?.id, a?.state, a?.attempts, a?.shownVersion], ['a', 'sending', 1, null]);
        assert.deepEqual([await take(NOW), await store.deliveries.nextAt(id)], [undefined, null], 'one at a time');
        await store.deliveries.failed('a', 'the server said 500', NOW + 5_000);
        assert.equal(await take(NOW + 4_999), undefined);
        assert.equal(await store.deliveries.nextAt(id), NOW + 5_000);
        assert.equal(await take(NOW + 5_000), 'a');
        await store.deliveries.sent('a', { messageId: 7 }, 1, NOW + 5_100);
        const sent = await stateOf(store, 'a');
        assert.deepEqual(
          [sent?.state, sent?.attempts, sent?.sentAt, sent?.error, sent?.shownVersion, sent?.receipt],
          ['sent', 2, NOW + 5_100, null, 1, { messageId: 7 }],
        );
        assert.equal(await take(NOW + 5_100), 'b');
        await store.deliveries.failed('b', 'no such room', null);
        assert.equal(await take(NOW + 5_200), 'c');
        await store.deliveries.sent('c', undefined, 1, NOW + 5_200);
        assert.equal(await store.deliveries.nextAt(id), NOW + 60_000);
        assert.equal(await take(NOW + 60_000), 'gathers');
        assert.deepEqual(await store.deliveries.counts(), { queued: 1, sending: 1, failed: 1 });
        assert.equal((await store.deliveries.take(other, 'one', NOW))?.id, 'elsewhere');
      }));

    it('wait while their channel is switched off, and do not wait for the back-off when it was put right', () =>
      use(async (store, backend) => {
        const id = await held(store, 'one');
        await queue(backend, id, ['a']);
        await store.deliveries.take(id, 'one', NOW);
        await store.deliveries.failed('a', 'the login was refused', Date.now() + 3_600_000);
        await store.channels.change(id, { ...MAIL, enabled: false });
        assert.equal(await store.deliveries.take(id, 'one', Date.now()), null);
        await store.channels.change(id, MAIL);
        assert.equal((await store.deliveries.take(id, 'one', Date.now()))?.id, 'a');
      }));

    it('that were sent are brought up to date when their alert has grown', () =>
      use(async (store, backend) => {
        const id = await held(store, 'one');
        const take = async (now = NOW) => store.deliveries.take(id, 'one', now);
        await queue(backend, id, ['a', 'b']);
        await take();
        // It grows while it is sent: the message showed the first version.
        await grow(backend, 'a');
        await store.deliveries.sent('a', 'm1', 1, NOW);
        await grow(backend, 'b');
        assert.equal((await take())?.id, 'b', 'what is new goes first');
        await store.deliveries.sent('b', 'm2', 2, NOW);
        const change = await take();
        assert.deepEqual([change?.id, change?.shownVersion, change?.receipt, change?.attempts], ['a', 1, 'm1', 1]);
        await store.deliveries.failed('a', 'the messenger is away', NOW + 1_000);
        assert.deepEqual([await take(), await store.deliveries.nextAt(id)], [null, NOW + 1_000]);
        assert.equal((await stateOf(store, 'a'))?.state, 'sent');
        assert.equal((await take(NOW + 1_000))?.attempts, 2);
        await store.deliveries.sent('a', 'm1', 2, NOW + 2_000);
        assert.deepEqual([await take(NOW + 9_000), await store.deliveries.nextAt(id)], [null, null]);
        assert.equal((await stateOf(store, 'a'))?.sentAt, NOW, 'when it was sent first');
        // One that cannot be changed is left alone until it grows again.
        await grow(backend, 'a');
        await take(NOW + 9_000);
        await store.deliveries.failed('a', 'too old to be changed', null);
        assert.deepEqual(
          [await take(NOW + 9_000), (await stateOf(store, 'a'))?.error],
          [null, 'too old to be changed'],
        );
        await grow(backend, 'a');
        assert.equal((await take(NOW + 9_000))?.attempts, 1);
        await store.deliveries.leave('a');
        assert.equal(await take(NOW + 9_000), null);
        assert.equal((await stateOf(store, 'a'))?.shownVersion, 2);
      }));

    it('that a dead process was sending go back into the line, at its head, and a change stays a change', () =>
      use(async (store, backend) => {
        const id = await held(store, 'one');
        await queue(backend, id, ['a', 'b']);
        await store.deliveries.take(id, 'one', NOW);
        await store.deliveries.hold(id, 'two', NOW + 90_000, NOW + 40_000);
        await store.deliveries.recover(id);
        const again = await store.deliveries.take(id, 'two', NOW + 40_000);
        assert.deepEqual([again?.id, again?.attempts], ['a', 2]);
        await store.deliveries.sent('a', 'm1', 1, NOW + 41_000);
        // The first one was only slow: its word that it failed comes too late.
        await store.deliveries.failed('a', 'timed out', null);
        assert.equal((await stateOf(store, 'a'))?.state, 'sent');
        await store.deliveries.take(id, 'two', NOW + 41_000);
        await store.deliveries.sent('b', 'm2', 1, NOW + 41_000);
        await grow(backend, 'a');
        assert.equal((await store.deliveries.take(id, 'two', NOW + 41_000))?.id, 'a');
        await store.deliveries.recover(id);
        const change = await store.deliveries.take(id, 'two', NOW + 41_000);
        assert.deepEqual([change?.id, change?.shownVersion], ['a', 1]);
      }));

    it('are tried again by hand, when they failed or wait', () =>
      use(async (store, backend) => {
        const id = await held(store, 'one');
        await queue(backend, id, ['a', 'b']);
        await assert.rejects(store.deliveries.retry('a', NOW), fails('conflict', /is queued/));
        await assert.rejects(store.deliveries.retry('none', NOW), fails('not_found'));
        await store.deliveries.take(id, 'one', NOW);
        await store.deliveries.failed('a', 'no', NOW + 600_000);
        assert.equal((await store.deliveries.retry('a', NOW + 1)).state, 'queued');
        assert.equal((await store.deliveries.take(id, 'one', NOW + 1))?.id, 'a', 'still before b');
        await store.deliveries.failed('a', 'no', null);
        assert.deepEqual(
          (await store.deliveries.list({ state: 'failed' }, { limit: 9 })).items.map((d) => d.id),
          ['a'],
        );
        const retried = await store.deliveries.retry('a', NOW + 2);
        assert.deepEqual([retried.state, retried.attempts, retried.error], ['queued', 0, 'no']);
        assert.equal((await store.deliveries.take(id, 'one', NOW + 2))?.id, 'b');
        await store.deliveries.sent('b', null, 1, NOW + 2);
        await assert.rejects(store.deliveries.retry('b', NOW), fails('conflict', /is sent/));
        assert.equal((await store.deliveries.take(id, 'one', NOW + 2))?.id, 'a');
      }));

    it('are listed newest first, by channel, alert and state', () =>
      use(async (store, backend) => {
        const [one, two] = [await held(store, 'one'), await held(store, 'one')];
        await queue(backend, one, ['a', 'b', 'c']);
        await queue(backend, two, ['d']);
        const all = await allOf((page) => store.deliveries.list({}, page), 2);
        assert.equal(all.map(({ id }) => id).join(''), 'dcba');
        const ids = async (filter: Parameters<typeof store.deliveries.list>[0]) =>
          (await store.deliveries.list(filter, { limit: 9 })).items.map(({ id }) => id).join('');
        await store.deliveries.take(one, 'one', NOW);
        assert.equal(await ids({ channelId: one }), 'cba');
        assert.equal(await ids({ alertIds: ['alert b', 'alert d', 'none'] }), 'db');
        assert.equal(await ids({ state: 'queued', channelId: one }), 'cb');
        assert.equal(await ids({ state: 'failed' }), '');
      }));
  });
}
