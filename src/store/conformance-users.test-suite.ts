// Users and their sessions, the audit log, and lists for those who may see some cameras only.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../store-port.ts';
import { SESSION_IDLE_MS, SESSION_MS, type AuditEntry, type NewUser } from '../user-port.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { asHuman, stranger } from './identity-data.test-suite.ts';
import { allOf, settleOne, sighting } from './test-data.test-suite.ts';

const NOW = 1_700_000_000_000;

const add = (store: Store, name: string, more: Partial<NewUser> = {}) =>
  store.users.add({ name, role: 'administrator', cameras: null, password: `hash of ${name}`, ...more }, NOW);

const begin = (store: Store, userId: string, hash: string, createdAt = NOW) =>
  store.users.addSession({ userId, createdAt, address: '::1', agent: 'Browser' }, hash);

export function testUsers(use: UseStore): void {
  describe('users', () => {
    it('have names that are unique without case, and secrets that no list shows', () =>
      use(async (store) => {
        assert.equal(await store.users.any(), false);
        const ada = await add(store, ' Ada ', { language: 'de' });
        assert.deepEqual(ada, {
          id: ada.id,
          name: 'Ada',
          role: 'administrator',
          cameras: null,
          totp: false,
          disabled: false,
          language: 'de',
          createdAt: NOW,
          lastLoginAt: null,
        });
        assert.equal(await store.users.any(), true);
        await assert.rejects(add(store, 'ＡＤＡ'), fails('conflict', /choose another name/));
        await assert.rejects(add(store, 'a\nb'), fails('invalid'));
        const bea = await add(store, 'Bea', { role: 'viewer', cameras: ['door', 'gate'] });
        assert.deepEqual(await store.users.list(), [ada, bea]);
        assert.ok(!JSON.stringify(await store.users.list()).includes('hash of'));
        assert.deepEqual(await store.users.get(bea.id), bea);
        assert.equal(await store.users.get('nobody'), null);
        const secrets = { password: 'hash of Bea', totp: null, totpPending: null };
        assert.deepEqual(await store.users.secretsByName(' bEa'), { user: bea, secrets });
        assert.deepEqual(await store.users.secrets(bea.id), { user: bea, secrets });
        assert.equal(await store.users.secretsByName('Eve'), null);
        assert.equal(await store.users.secretsByName('Bea\0'), null, 'what no database can keep is nobody');
        assert.equal(await store.users.secretsByName('\ud800'), null);
        await assert.rejects(store.users.change(bea.id, { name: 'ada' }), fails('conflict'));
        const changed = await store.users.change(bea.id, { name: 'BEA', cameras: null, totp: 'x', lastLoginAt: 7 });
        assert.deepEqual(changed, { ...bea, name: 'BEA', cameras: null, totp: true, lastLoginAt: 7 });
        assert.deepEqual(await store.users.get(bea.id), changed);
        await assert.rejects(store.users.change('nobody', {}), fails('not_found'));
        await assert.rejects(store.users.remove('nobody'), fails('not_found'));
      }));

    it('always have one who may everything', () =>
      use(async (store) => {
        const ada = await add(store, 'Ada');
        await add(store, 'Bea', { cameras: ['door'] });
        const cleo = await add(store, 'Cleo', { role: 'viewer' });
        for (const change of [{ role: 'operator' }, { disabled: true }, { cameras: ['door'] }] as const) {
          await assert.rejects(store.users.change(ada.id, change), fails('conflict', /make another one first/));
        }
        await assert.rejects(store.users.remove(ada.id), fails('conflict', /"Ada" is the only/));
        await store.users.change(ada.id, { name: 'Ada 2', password: 'other' });
        await store.users.change(cleo.id, { role: 'administrator' });
        // Two who demote each other: one of them stays.
        const both = await Promise.allSettled([
          store.users.change(ada.id, { role: 'viewer' }),
          store.users.change(cleo.id, { role: 'viewer' }),
        ]);
        assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
        const left = (await store.users.list()).filter(({ role, cameras }) => role !== 'viewer' && cameras === null);
        assert.equal(left.length, 1);
      }));

    it('let a code count once', () =>
      use(async (store) => {
        const { id } = await add(store, 'Ada');
        const steps = await Promise.all([store.users.useCode(id, 5), store.users.useCode(id, 5)]);
        assert.deepEqual(steps.toSorted(), [false, true]);
        assert.equal(await store.users.useCode(id, 4), false);
        assert.equal(await store.users.useCode(id, 6), true);
        assert.equal(await store.users.useCode('nobody', 6), false);
      }));
  });

  describe('sessions', () => {
    it('end by themselves, without use and in any case', () =>
      use(async (store) => {
        const ada = await add(store, 'Ada');
        const session = await begin(store, ada.id, 'h1');
        assert.equal(session.expiresAt, NOW + SESSION_MS);
        const open = async (hash: string, now: number) => (await store.users.sessionByHash(hash, now)) !== null;
        assert.deepEqual(await store.users.sessionByHash('h1', NOW), { session, user: ada });
        assert.equal(await open('h2', NOW), false);
        assert.equal(await open('h1', NOW + SESSION_IDLE_MS - 1), true);
        assert.equal(await open('h1', NOW + SESSION_IDLE_MS), false);
        await store.users.seen(session.id, NOW + 59_999);
        assert.equal((await store.users.sessions(ada.id, NOW))[0]?.seenAt, NOW, 'at most once a minute');
        await store.users.seen(session.id, NOW + 3_600_000);
        assert.equal(await open('h1', NOW + SESSION_IDLE_MS), true);
        for (let t = NOW; t < NOW + SESSION_MS; t += SESSION_IDLE_MS / 2) await store.users.seen(session.id, t);
        assert.equal(await open('h1', NOW + SESSION_MS - 1), true);
        assert.equal(await open('h1', NOW + SESSION_MS), false);
        assert.deepEqual(await store.users.sessions(ada.id, NOW + SESSION_MS), []);
        // The next one sweeps it away.
        await begin(store, ada.id, 'h2', NOW + SESSION_MS);
        assert.deepEqual((await store.users.sessions(ada.id, 0)).length, 1);
      }));

    it('end at once with another password, other rights, disabling and removal', () =>
      use(async (store) => {
        const ada = await add(store, 'Ada');
        const bea = await add(store, 'Bea', { role: 'operator' });
        await begin(store, ada.id, 'ada');
        const open = async () => (await store.users.sessions(bea.id, NOW)).map(({ agent }) => agent);
        for (const change of [
          { role: 'viewer' },
          { cameras: ['door'] },
          { cameras: null },
          { disabled: true },
          { password: 'p2' },
        ] as const) {
          await store.users.change(bea.id, { disabled: false });
          await begin(store, bea.id, `s${JSON.stringify(change)}`);
          assert.equal((await open()).length, 1);
          await store.users.change(bea.id, change);
          assert.deepEqual(await open(), [], JSON.stringify(change));
        }
        await begin(store, bea.id, 'b1');
        const own = await begin(store, bea.id, 'b2');
        await store.users.change(bea.id, { name: 'Bea 2', language: 'en', totp: 'x' });
        assert.equal((await open()).length, 2);
        await store.users.change(bea.id, { password: 'p3' }, own.id);
        assert.deepEqual(
          (await store.users.sessions(bea.id, NOW)).map(({ id }) => id),
          [own.id],
        );
        assert.equal(await store.users.removeSession(ada.id, own.id), false, 'nobody ends another one’s');
        assert.equal(await store.users.removeSession(bea.id, own.id), true);
        assert.equal(await store.users.removeSession(bea.id, own.id), false);
        await begin(store, bea.id, 'b3');
        await store.users.remove(bea.id);
        assert.equal(await store.users.sessionByHash('b3', NOW), null);
        assert.notEqual(await store.users.sessionByHash('ada', NOW), null);
      }));
  });

  describe('the audit log', () => {
    it('is listed newest first, filtered, and forgets what is old', () =>
      use(async (store) => {
        const entry = (at: number, action: string, more: Partial<AuditEntry> = {}) =>
          store.audit.add({
            at,
            actor: { id: 'u1', name: 'Ada', kind: 'user' },
            address: '10.0.0.1',
            action,
            entity: action.split('.')[0] ?? null,
            entityId: null,
            status: 200,
            detail: null,
            ...more,
          });
        assert.deepEqual(await store.audit.actions(), []);
        await entry(1, 'person.see', { entityId: 'p1' });
        await entry(2, 'person.change', { entityId: 'p1', detail: { fields: ['name'] } });
        await entry(3, 'persons.other');
        await entry(4, 'camera.watch', {
          actor: { id: null, name: 'Wall', kind: 'key' },
          entityId: 'door',
          status: 403,
        });
        const list = async (filter: Parameters<typeof store.audit.list>[0]) =>
          (await store.audit.list(filter, { limit: 9 })).items.map(({ at }) => at).join(' ');
        assert.equal(await list({}), '4 3 2 1');
        assert.equal(await list({ actor: 'u1' }), '3 2 1');
        assert.equal(await list({ actor: 'Wall' }), '4');
        assert.equal(await list({ action: 'person' }), '2 1');
        assert.equal(await list({ action: 'person.see' }), '1');
        assert.equal(await list({ entity: 'p1' }), '2 1');
        assert.equal(await list({ entity: 'camera' }), '4');
        assert.equal(await list({ from: 2, to: 4 }), '3 2');
        assert.deepEqual(await store.audit.actions(), ['camera.watch', 'person.change', 'person.see', 'persons.other']);
        const pages = await allOf((page) => store.audit.list({}, page), 2);
        assert.deepEqual(
          pages.map(({ at }) => at),
          [4, 3, 2, 1],
        );
        assert.deepEqual(pages[2]?.detail, { fields: ['name'] });
        assert.equal(await store.audit.prune(3), 2);
        assert.equal(await list({}), '4 3');
      }));
  });

  describe('some cameras only', () => {
    it('filter the log, the visits and the counts', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        await settleOne(store, sighting('d1', 1000), ada.id);
        await settleOne(store, sighting('g1', 2000, { cameraId: 'gate' }), ada.id);
        await settleOne(store, sighting('y1', 3000, { cameraId: 'yard' }), ada.id);
        const seen = async (cameraIds: readonly string[]) => {
          const { items } = await store.detections.list({ cameraIds }, { limit: 9 });
          const visits = await store.visits.list({ cameraIds }, { limit: 9 });
          assert.deepEqual(
            visits.items.map((visit) => visit.cameraId),
            items.map((detection) => detection.cameraId),
          );
          assert.equal((await store.detections.counts(0, cameraIds)).classified, items.length);
          return items.map(({ id }) => id).join(' ');
        };
        assert.equal(await seen(['door', 'gate']), 'g1 d1');
        assert.equal(await seen(['yard']), 'y1');
        assert.equal(await seen(['nowhere']), '');
        assert.equal(await seen([]), '');
        const { items } = await store.detections.list({ cameraIds: ['door'], cameraId: 'gate' }, { limit: 9 });
        assert.deepEqual(items, []);
        assert.deepEqual((await store.touched.byPerson(ada.id)).toSorted(), ['door', 'gate', 'yard']);
        assert.deepEqual(await store.touched.byPerson('nobody'), []);
      }));

    it('know which cameras an entry of the history touches', () =>
      use(async (store) => {
        const one = await stranger(store, 's1');
        const other = await settleOne(store, sighting('s2', 9000, { cameraId: 'gate' }), null);
        const { entry } = await store.identity.merge(other.personId ?? '', one, asHuman);
        assert.deepEqual(await store.touched.byEntry(entry.seq), ['gate']);
        assert.deepEqual(await store.touched.byEntry(99_999), []);
      }));
  });
}
