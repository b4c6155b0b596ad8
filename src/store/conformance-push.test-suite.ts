// Browsers that take messages, and the keys that Kith makes for itself once.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UseStore } from './conformance.test-suite.ts';

const NOW = 1_700_000_000_000;

export function testPush(use: UseStore): void {
  describe('subscriptions of browsers', () => {
    it('belong to a user, once per browser, and none of a disabled user is told anything', () =>
      use(async (store) => {
        const user = (name: string) =>
          store.users.add({ name, role: 'administrator', cameras: null, password: 'x' }, NOW);
        const [ada, bea] = [await user('Ada'), await user('Bea')];
        const browser = {
          endpoint: 'https://push.example/1',
          p256dh: 'p',
          auth: 'a',
          agent: 'Firefox',
          createdAt: NOW,
        };
        const first = await store.push.add({ ...browser, userId: ada.id });
        const same = await store.push.add({ ...browser, userId: bea.id, auth: 'a2' });
        assert.deepEqual(same, { ...first, userId: bea.id, auth: 'a2' });
        const second = await store.push.add({ ...browser, endpoint: 'https://push.example/2', userId: ada.id });
        assert.deepEqual(await store.push.list(bea.id), [same]);
        await store.users.change(bea.id, { disabled: true });
        assert.deepEqual(await store.push.list(), [second]);
        assert.equal(await store.push.remove(second.id, bea.id), false);
        assert.equal(await store.push.remove(second.id, ada.id), true);
        assert.equal(await store.push.remove(same.id), true);
        await store.push.add({ ...browser, userId: ada.id });
        await store.users.change(bea.id, { disabled: false });
        await store.users.remove(ada.id);
        assert.deepEqual(await store.push.list(), []);
      }));
  });

  it('keeps a key that it has made', () =>
    use(async (store) => {
      const made = await Promise.all(['x', 'y'].map((key) => store.kept.once('picture key', () => key)));
      assert.equal(made[0], made[1]);
      assert.equal(await store.kept.once('picture key', () => 'z'), made[0]);
      assert.equal(await store.kept.once('push keys', () => 'p'), 'p');
    }));
}
