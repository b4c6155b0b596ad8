// The audit log: who saw, searched, changed and exported what, without saying more than that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnish, openInject, picture, shot, type Inject } from './house.test-suite.ts';
import { login, setClock, signIn } from './users.test-suite.ts';

interface Entry {
  readonly action: string;
  readonly actor: { readonly id: string | null; readonly name: string; readonly kind: string };
  readonly entity: string | null;
  readonly entityId: string | null;
  readonly status: number;
  readonly address: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

async function entries(inject: Inject, query = ''): Promise<readonly Entry[]> {
  const { status, json } = await inject({ url: `/api/v1/audit?limit=500${query}` });
  assert.equal(status, 200);
  return json.items as unknown as readonly Entry[];
}

function form(): FormData {
  const form = new FormData();
  form.set('image', picture('picture 1 of ada'), 'photo.jpg');
  return form;
}

test('each kind of act has its entry, with who did it to what and how it ended', async () => {
  const house = await furnish();
  const { inject, close } = await openInject(house);
  const { store } = house.ports;
  const ada = await signIn(inject, { name: 'Ada', role: 'administrator' });
  await inject({ method: 'POST', url: '/api/v1/detections', form: shot() });
  const person = await store.makePerson('Secret Name');
  const { visitId } = await store.classify('shot-1', person);
  const persons = `/api/v1/persons/${person.id}`;
  const before = (await entries(inject)).length;
  await ada({ url: persons });
  await ada({ url: `/api/v1/visits/${visitId}` });
  await ada({ method: 'POST', url: '/api/v1/identify', form: form() });
  await ada({ method: 'PATCH', url: persons, json: { name: 'Other Name', attributes: { site: 'Secret Site' } } });
  await ada({ method: 'POST', url: '/api/v1/detections/confirm', json: { detections: ['shot-1'] } });
  await ada({ method: 'PUT', url: '/api/v1/cameras/gate', json: { name: 'Gate' } });
  const made = await ada({ method: 'POST', url: '/api/v1/keys', json: { name: 'Wall', scopes: ['log'] } });
  await ada({ method: 'DELETE', url: `/api/v1/persons/nobody` });
  await ada({ method: 'DELETE', url: persons });
  await ada({ method: 'DELETE', url: '/api/v1/session' });
  const seen = await entries(inject);
  const found = seen.slice(0, seen.length - before).toReversed();
  const self = found[0]?.actor;
  assert.deepEqual(
    found.map(({ action, entity, entityId, status }) => [action, entity, entityId, status]),
    [
      ['person.see', 'person', person.id, 200],
      ['visit.see', 'visit', visitId, 200],
      ['search.identify', 'search', null, 200],
      ['person.change', 'person', person.id, 200],
      ['detection.confirm', 'detection', null, 200],
      ['camera.set', 'camera', 'gate', 200],
      ['key.add', 'key', made.json['id'], 201],
      ['person.remove', 'person', 'nobody', 404],
      ['person.remove', 'person', person.id, 204],
      ['session.close', 'session', self?.id, 204],
    ],
  );
  assert.deepEqual([self?.name, self?.kind], ['Ada', 'user']);
  for (const { actor, address } of found) assert.deepEqual([actor, address], [self, '127.0.0.1']);
  const detail = (action: string) => found.find((entry) => entry.action === action)?.detail;
  assert.deepEqual(detail('person.change'), { fields: ['name', 'attributes'] });
  assert.deepEqual(detail('detection.confirm'), { fields: ['detections'], detections: 1 });
  assert.deepEqual(detail('key.add'), { fields: ['name', 'scopes'], scopes: ['log'] });
  assert.doesNotMatch(JSON.stringify(seen), /Secret|Other Name|correct horse|kith_[\w-]{20}/);
  const history = await inject({ url: '/api/v1/history' });
  assert.deepEqual([...new Set(history.json.items?.map(({ actor }) => actor))], ['Ada']);

  const mine = await entries(inject, `&actor=Ada&action=person&entity=${person.id}`);
  assert.deepEqual(
    mine.map(({ action }) => action),
    ['person.remove', 'person.change', 'person.see'],
  );
  const actions = (await inject({ url: '/api/v1/audit/actions' })).json.items as unknown as string[];
  assert.ok(actions.includes('session.open') && actions.includes('key.add'), actions.join());
  await close();
});

test('signing in, and failing to, is on record; a name that was tried only when it is a user’s', async () => {
  const { inject, close } = await openInject(await furnish());
  await signIn(inject, { name: 'Ada', role: 'viewer' });
  await login(inject, 'Ada', 'wrong wrong wrong');
  await login(inject, 'my-password-by-mistake', 'Ada');
  const [unknown, wrong, opened, added] = await entries(inject);
  assert.deepEqual([unknown?.action, unknown?.detail, unknown?.status], ['session.failed', { why: 'password' }, 401]);
  assert.deepEqual([wrong?.action, wrong?.detail], ['session.failed', { why: 'password', name: 'Ada' }]);
  assert.deepEqual(wrong?.actor, { id: null, name: '', kind: 'nobody' });
  assert.deepEqual([opened?.action, opened?.actor.name, opened?.detail], ['session.open', 'Ada', null]);
  assert.equal(wrong?.entityId, opened?.actor.id);
  assert.deepEqual([added?.action, added?.actor.kind, added?.entityId], ['user.add', 'key', opened?.actor.id]);
  assert.doesNotMatch(JSON.stringify(await entries(inject)), /mistake|wrong wrong/);
  assert.deepEqual(added?.detail, { fields: ['cameras', 'name', 'role', 'password'], role: 'viewer', cameras: null });
  await close();
});

test('looking again within ten minutes is one look; what programs send all day is none', async () => {
  const house = await furnish();
  const time = setClock(house);
  const { inject, close } = await openInject(house);
  const { id } = await house.ports.store.makePerson('Ann');
  const look = async (): Promise<number> => {
    assert.equal((await inject({ url: `/api/v1/persons/${id}` })).status, 200);
    return (await entries(inject, '&action=person.see')).length;
  };
  assert.deepEqual([await look(), await look()], [1, 1]);
  time.now += 600_000;
  assert.deepEqual([await look(), await look()], [2, 2]);
  await inject({ method: 'POST', url: '/api/v1/detections', form: shot(), key: house.keys.camera });
  await inject({ method: 'POST', url: '/api/v1/identify', key: null, form: form() });
  assert.deepEqual([...new Set((await entries(inject)).map(({ action }) => action))], ['person.see']);
  await inject({ method: 'POST', url: '/api/v1/identify', key: house.keys.log, form: form() });
  const [refused] = await entries(inject);
  assert.deepEqual([refused?.action, refused?.status, refused?.actor.name], ['search.identify', 403, 'log']);
  await close();
});

test('an audit log that cannot be written is an error in the log, and no answer says that nothing was done', async () => {
  const house = await furnish();
  const { inject, context, close } = await openInject(house);
  const { store } = house.ports;
  const add = store.audit.add.bind(store.audit);
  (store.audit as { add: typeof add }).add = () => Promise.reject(new Error('disk full'));
  const made = await inject({ method: 'POST', url: '/api/v1/persons', json: { name: 'Eve' } });
  assert.equal(made.status, 201);
  assert.ok(house.logged.some((line) => line.includes('The audit log could not be written')));
  (store.audit as { add: typeof add }).add = add;
  await store.audit.add({
    at: Date.now() - 401 * 86_400_000,
    actor: { id: null, name: 'x', kind: 'key' },
    address: '',
    action: 'person.see',
    entity: 'person',
    entityId: null,
    status: 200,
    detail: null,
  });
  assert.equal((await entries(inject)).length, 1);
  await context.audit.prune();
  assert.equal((await entries(inject)).length, 0);
  await close();
});
