// The change of model over the API: what comes back, and that nothing under way loses its engine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KithError } from '../errors.ts';
import { furnish, openInject, picture } from './house.test-suite.ts';
import type { ModelsStatus } from './ports.ts';

const IN_FORCE: ModelsStatus = {
  models: [
    { id: 'a@1', name: 'a', own: false, configured: true, state: 'in_force' },
    { id: 'b@2', name: 'b', own: true, configured: false, state: 'preparing' },
  ],
  active: 'a@1',
  preparing: {
    model: 'b@2',
    startedAt: Date.parse('2026-01-31T12:00:00.000Z'),
    done: 5,
    total: 10,
    failed: 1,
    secondsLeft: 7,
    asksForForce: false,
  },
};

test('the models are listed, a switch begins and is left, and wrong asking is told', async () => {
  const asked: unknown[] = [];
  const house = await furnish({
    models: {
      status: async () => IN_FORCE,
      async switchTo(model, options) {
        if (model === 'c') throw new KithError('not_found', 'There is no model "c".');
        asked.push([model, options.force]);
        return IN_FORCE;
      },
      cancel: async () => ({ ...IN_FORCE, preparing: null }),
    },
  });
  const { inject, close } = await openInject(house);
  const list = await inject({ url: '/api/v1/models', key: house.keys.read });
  assert.equal(list.status, 200);
  assert.equal(list.json['inForce'], 'a@1');
  assert.deepEqual(list.json['preparing'], { ...IN_FORCE.preparing, startedAt: '2026-01-31T12:00:00.000Z' });
  const post = (json: unknown) => inject({ method: 'POST', url: '/api/v1/models/switch', json });
  assert.equal((await post({ model: 'b' })).status, 202);
  assert.equal((await post({ model: 'b@2', force: true })).status, 202);
  assert.deepEqual(asked, [
    ['b', false],
    ['b@2', true],
  ]);
  assert.equal((await post({ model: 'c' })).status, 404);
  for (const wrong of [{}, { model: 7 }, { model: '' }, { model: 'b', force: 'yes' }, { model: 'b', wait: true }]) {
    assert.equal((await post(wrong)).status, 400, JSON.stringify(wrong));
  }
  const left = await inject({ method: 'DELETE', url: '/api/v1/models/switch' });
  assert.deepEqual([left.status, left.json['preparing']], [200, null]);
  await close();
});

test('a photo is enrolled with the model that has read it, also when another one takes over meanwhile', async () => {
  const house = await furnish();
  const { engine } = house.ports;
  assert.ok(engine);
  const reading = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  house.ports.engine = {
    ...engine,
    embedder: { ...engine.embedder, id: 'old@1' },
    async analyse(...given) {
      reading.resolve();
      await goOn.promise;
      return engine.analyse(...given);
    },
  };
  const models: string[] = [];
  const add = house.ports.store.references.add.bind(house.ports.store.references);
  house.ports.store.references.add = async (reference, templates) => {
    models.push(...templates.map(({ model }) => model));
    return add(reference, templates);
  };
  const { inject, context, close } = await openInject(house);
  const person = await inject({ method: 'POST', url: '/api/v1/persons', json: { name: 'Ada' } });
  const form = new FormData();
  form.append('image', picture('picture 1 of Ada'), 'a.jpg');
  const adding = inject({ method: 'POST', url: `/api/v1/persons/${String(person.json['id'])}/references`, form });
  await reading.promise;
  house.ports.engine = engine;
  // Whoever closes the old engine waits for this request, and not for those that come after it.
  let ended = false;
  const all = context.running.ended().then(() => (ended = true));
  await inject({ url: '/api/v1/persons' });
  assert.equal(ended, false);
  goOn.resolve();
  assert.equal((await adding).status, 201);
  await all;
  assert.deepEqual(models, ['old@1']);
  await close();
});
