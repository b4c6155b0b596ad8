// The commands that say who is whom: what they ask of the API, and what they say.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client, Request } from '../client.ts';
import { KithError } from '../errors.ts';
import { findPerson } from './find-person.ts';
import { history, undo } from './history.ts';
import { changeDetections, ignorePerson, mergePersons, namePerson, regroup, rerun } from './identity.ts';
import { openOutput } from './output.ts';

const ADA = { id: 'p-ada', name: 'Ada', kind: 'known', mergedInto: null };
const BEA = { id: 'p-bea', name: 'Bea', kind: 'known', mergedInto: null };
const FOURTH = { id: 'p-4', name: 'Unknown 4', kind: 'unknown', mergedInto: null };
const ENTRY = {
  seq: 12,
  at: '2026-01-31T12:00:00.000Z',
  actor: 'command line',
  summary: 'Unknown 4 was named Ada',
  detections: 3,
  undone: null,
};

/** An API that knows three people and answers the rest by its table. */
function fake(answers: Readonly<Record<string, unknown>> = {}, json = false) {
  const calls: Request[] = [];
  let text = '';
  const client: Client = {
    origin: null,
    async call<T>(request: Request): Promise<T> {
      const { method, path } = request;
      const url = new URL(path, 'http://x');
      if (method === 'GET' && url.pathname === '/persons') {
        const query = url.searchParams.get('query')?.toLowerCase() ?? '';
        const kind = url.searchParams.get('kind');
        const items = [ADA, BEA, FOURTH].filter((p) => p.kind === kind && p.name.toLowerCase().includes(query));
        return { items, next: null } as T;
      }
      const one = /^\/persons\/([^/]+)$/.exec(url.pathname)?.[1];
      if (method === 'GET' && one !== undefined) {
        const person = [ADA, BEA, FOURTH].find(({ id }) => id === one);
        if (!person) throw new KithError('not_found', `There is no person "${one}".`);
        return person as T;
      }
      calls.push(request);
      return answers[`${method} ${url.pathname}`] as T;
    },
    text: async () => '',
    close: async () => undefined,
  };
  const output = openOutput(json, (more) => (text += more));
  return { client, calls, output, text: () => text };
}

test('people are meant by name, by the number of a stranger, or by id', async () => {
  const { client } = fake();
  for (const [who, id] of [
    ['ada', 'p-ada'],
    ['Unknown 4', 'p-4'],
    ['p-bea', 'p-bea'],
  ] as const) {
    assert.equal((await findPerson(client, who)).id, id);
  }
  for (const who of ['Unknown', 'no/body', '', 'x'.repeat(300)]) {
    await assert.rejects(findPerson(client, who), { code: 'not_found' }, who);
  }
});

test('a name says which earlier sightings it explains', async () => {
  const named = { ...ADA, entries: [ENTRY], lookBack: { sightings: 1, strangers: 2, entry: 13 } };
  const { client, calls, output, text } = fake({ 'PATCH /persons/p-4': named });
  assert.equal(await namePerson(client, 'unknown 4', 'Grace', output), 0);
  assert.deepEqual(calls, [{ method: 'PATCH', path: '/persons/p-4', json: { name: 'Grace' } }]);
  assert.match(text(), /12 .*command line.*Unknown 4 was named Ada {2}\(3 detections\)/);
  assert.match(text(), /1 earlier sighting and 2 strangers turned out to be her/);
});

test('two known people become one only with --yes, a stranger without', async () => {
  const merged = { 'POST /persons/p-bea/merge': { entries: [ENTRY] }, 'POST /persons/p-4/merge': { entries: [ENTRY] } };
  const { client, calls, output } = fake(merged);
  await assert.rejects(mergePersons(client, 'Bea', 'Ada', false, output), { code: 'conflict', message: /--yes/ });
  assert.deepEqual(calls, []);
  await mergePersons(client, 'Bea', 'Ada', true, output);
  await mergePersons(client, 'Unknown 4', 'Ada', false, output);
  assert.deepEqual(
    calls.map(({ path, json }) => [path, json]),
    [
      ['/persons/p-bea/merge', { into: 'p-ada', confirmed: true }],
      ['/persons/p-4/merge', { into: 'p-ada', confirmed: false }],
    ],
  );
});

test('detections are moved to somebody or to somebody new, and "not her" names whom', async () => {
  const detection = {
    id: 'd1',
    capturedAt: ENTRY.at,
    camera: 'door',
    state: 'classified',
    person: null,
    decision: 'ambiguous',
    decidedBy: 'system',
    candidates: [{ person: { name: 'Ada' } }, { person: { name: 'Bea' } }],
    reason: null,
  };
  const answer = { entries: [ENTRY], detections: [detection] };
  const { client, calls, output, text } = fake({
    'POST /detections/move': answer,
    'POST /detections/not-her': answer,
    'POST /detections/confirm': answer,
  });
  await changeDetections(client, 'move', ['d1'], 'new', output);
  await changeDetections(client, 'move', ['d1'], 'Ada', output);
  await changeDetections(client, 'not-her', ['d1', 'd1', 'd2'], undefined, output);
  await changeDetections(client, 'not-her', ['d1'], 'Bea', output);
  await changeDetections(client, 'confirm', ['d1'], undefined, output);
  assert.deepEqual(
    calls.map(({ json }) => json),
    [
      { detections: ['d1'], person: null },
      { detections: ['d1'], person: 'p-ada' },
      { detections: ['d1', 'd2'] },
      { detections: ['d1'], person: 'p-bea' },
      { detections: ['d1'] },
    ],
  );
  assert.match(text(), /d1 .*Ada or Bea\?/);
});

test('the history is short lines, or the document of the API; undo says what it took back', async () => {
  const undone = { ...ENTRY, seq: 11, detections: 1, undone: { at: ENTRY.at, by: 'admin key' } };
  const page = { items: [ENTRY, undone], next: 'more' };
  const answers = { 'GET /history': page, 'POST /history/12/undo': ENTRY };
  const { client, calls, output, text } = fake(answers);
  await history(client, { person: 'Ada', limit: 50 }, output);
  assert.equal(calls[0]?.path, '/history?limit=50&person=p-ada');
  const [first, second, third] = text().split('\n');
  assert.match(first ?? '', /^ +12 .*\(3 detections\)$/);
  assert.match(second ?? '', /^ +11 .*\(1 detection\) {2}undone by admin key/);
  assert.match(third ?? '', /earlier/);
  await undo(client, 12, output);
  assert.match(text(), /Undone: 12 {2}Unknown 4 was named Ada/);
  const asJson = fake(answers, true);
  await history(asJson.client, { limit: 50 }, asJson.output);
  assert.deepEqual(JSON.parse(asJson.text()), page);
});

test('re-runs and groupings say what they changed and how to take it back; nothing is said plainly, too', async () => {
  const { client, calls, output, text } = fake({
    'POST /detections/rerun': { looked: 30, changed: 4, entry: 9 },
    'POST /persons/regroup': { merged: 1, split: 0, moved: 2, entries: [7, 8] },
    'PATCH /persons/p-4': { entries: [] },
  });
  await rerun(client, { camera: 'door', person: 'Ada' }, output);
  assert.deepEqual(calls[0]?.json, { camera: 'door', person: 'p-ada' });
  await regroup(client, output);
  await ignorePerson(client, 'Unknown 4', true, output);
  assert.match(text(), /30 detections decided anew, 4 changed.*undo 9/);
  assert.match(text(), /1 stranger merged, 0 split, 2 detections moved.*undo 8, 7/);
  assert.match(text(), /Unknown 4 is ignored already/);
});
