// Actions: those that people set up, and those of configuration files.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOOR } from './action-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';

export function testActions(use: UseStore): void {
  describe('actions', () => {
    it('are added, changed and removed; whoever saves an older version is told', () =>
      use(async (store) => {
        const door = await store.actions.add(DOOR, 7);
        assert.deepEqual(door, { ...DOOR, id: door.id, createdAt: 7, version: 1, fixedBy: null });
        const changed = await store.actions.change(door.id, { ...DOOR, enabled: false, access: null }, 1);
        assert.deepEqual([changed.enabled, changed.access, changed.version], [false, null, 2]);
        assert.deepEqual(await store.actions.get(door.id), changed);
        await assert.rejects(store.actions.change(door.id, DOOR, 1), fails('conflict', /meanwhile/));
        await assert.rejects(store.actions.change(door.id, { ...DOOR, kind: 'gpio' }), fails('conflict', /kind http/));
        await assert.rejects(store.actions.add({ ...DOOR, name: ' ' }, 1), fails('invalid'));
        await store.actions.remove(door.id);
        assert.deepEqual(await store.actions.list(), []);
        await assert.rejects(store.actions.remove(door.id), fails('not_found'));
        await assert.rejects(store.actions.change(door.id, DOOR), fails('not_found'));
        const told = (await store.changes.since(0, 100, 'alert')).filter(({ entity }) => entity === 'action');
        assert.deepEqual(
          told.map(({ action }) => action),
          ['add', 'change', 'remove'],
        );
      }));

    it('of a configuration file are those of the file, and changed there only', () =>
      use(async (store) => {
        const own = await store.actions.add(DOOR, 1);
        const bell = {
          ...DOOR,
          id: 'bell',
          name: 'Bell',
          kind: 'command',
          settings: { run: ['bell'] },
          access: null,
        } as const;
        const gate = { ...bell, id: 'gate', name: 'Gate' };
        await store.actions.fix('pi', [bell, gate], 1);
        await store.actions.fix('other', [{ ...bell, id: 'lamp' }], 1);
        await store.actions.fix('pi', [bell, gate], 2);
        assert.deepEqual((await store.actions.get('bell'))?.version, 1, 'the same again is no change');
        await assert.rejects(store.actions.change('bell', bell), fails('conflict', /kith\.json of pi/));
        await assert.rejects(store.actions.remove('bell'), fails('conflict', /kith\.json of pi/));
        await assert.rejects(store.actions.fix('pi', [{ ...bell, id: own.id }], 3), fails('conflict', /panel/));
        await store.actions.fix('third', [{ ...bell, id: 'lamp' }], 3);
        await store.actions.fix('other', [], 3);
        await store.actions.fix('pi', [{ ...gate, name: 'Large gate' }], 4);
        assert.deepEqual(
          (await store.actions.list()).map(({ name, fixedBy, version }) => `${name} ${fixedBy} ${version}`).toSorted(),
          ['Bell third 2', 'Front door null 1', 'Large gate pi 2'],
        );
      }));
  });
}
