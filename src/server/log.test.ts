// The log over the API: filters, its line of time, days, nearest persons, erasing for good, and who may see and do what.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openIdentityHouse } from './identity.test-suite.ts';
import { localDays } from './local-days.ts';

const NOON = Date.UTC(2026, 0, 31, 12);

type Item = Readonly<Record<string, unknown>>;

function bests(items: readonly Item[] | undefined): string | undefined {
  return items?.map((item) => item['bestDetection']).join();
}

function listOf(item: Item | undefined, key: string): readonly Item[] {
  return (item?.[key] ?? []) as readonly Item[];
}

function hours(from: string, to: string, zone: string): readonly number[] {
  return localDays(from, to, zone).map((span) => (span.to - span.from) / 3_600_000);
}

test('the log', async (t) => {
  const h = await openIdentityHouse(undefined, NOON);
  await h.store.cameras.put('gate', 'Gate');
  const [ada, bea] = [await h.store.makePerson('Ada'), await h.store.makePerson('Bea')];
  await h.seen(ada, 'ada-1', 'ada-2');
  await h.unsure('torn', [ada, bea]);
  await h.stranger('new-1');

  const get = async (path: string, key?: string) =>
    h.inject({ url: `/api/v1${path}`, ...(key !== undefined && { key }) });

  await t.test('says of each entry all that a line shows', async () => {
    const { status, json } = await get(`/log?from=${new Date(NOON).toISOString()}`);
    assert.equal(status, 200);
    const [stranger, torn, visit] = json.items ?? [];
    assert.equal(bests(json.items), 'new-1,torn,ada-1');
    assert.deepEqual([stranger?.['decision'], stranger?.['cameraName']], ['new', 'Front door']);
    assert.deepEqual([torn?.['visit'], torn?.['person'], torn?.['decision']], [null, null, 'ambiguous']);
    assert.equal(listOf(torn, 'candidates').length, 2);
    assert.deepEqual([visit?.['detections'], visit?.['decidedBy'], visit?.['distance']], [2, 'system', 0.31]);
    assert.equal(json.next, null);
  });

  await t.test('is narrowed by what the address says, cameras several times', async () => {
    assert.equal(bests((await get('/log?kind=undecided')).json.items), 'torn');
    assert.equal(bests((await get(`/visits?person=${ada.id}&camera=door&camera=gate`)).json.items), 'ada-1');
    assert.equal(bests((await get('/log?camera=gate')).json.items), '');
    assert.equal((await get('/detections?decision=ambiguous&quality=0.1')).json.items?.length, 1);
    assert.equal((await get('/detections?decidedBy=human')).json.items?.length, 0);
    assert.equal((await get('/log?quality=7')).status, 400);
    assert.equal((await get('/log?kind=somebody')).status, 400);
  });

  await t.test('shows a key of one camera that camera only', async () => {
    const key = await h.house.makeKey(['log'], 'gate');
    assert.deepEqual((await get('/log', key)).json.items, []);
    assert.equal((await get('/log?camera=door', key)).status, 403);
    assert.deepEqual((await get('/visits/days?from=2026-01-31&to=2026-01-31', key)).json.items, [
      { day: '2026-01-31', known: 0, unknown: 0, undecided: 0 },
    ]);
    const readKey = await h.house.makeKey(['read'], 'gate');
    assert.equal((await get('/detections/ada-1/candidates', readKey)).status, 403);
    const peopleKey = await h.house.makeKey(['people'], 'gate');
    const erase = {
      method: 'POST',
      url: '/api/v1/detections/erase',
      json: { detections: ['ada-1'] },
      key: peopleKey,
    } as const;
    assert.equal((await h.inject(erase)).status, 403);
    assert.equal((await get('/log', h.house.keys.camera)).status, 403);
  });

  await t.test('counts days of a time zone, also those that have 23 and 25 hours', async () => {
    const { json } = await get('/visits/days?from=2026-01-31&to=2026-02-01&zone=Pacific/Auckland');
    const [first, second] = json.items ?? [];
    assert.deepEqual(first, { day: '2026-01-31', known: 0, unknown: 0, undecided: 0 });
    assert.deepEqual(second, { day: '2026-02-01', known: 1, unknown: 1, undecided: 1 });
    assert.deepEqual(hours('2026-03-28', '2026-03-30', 'Europe/Berlin'), [24, 23, 24]);
    assert.deepEqual(hours('2026-10-24', '2026-10-26', 'Europe/Berlin'), [24, 25, 24]);
    assert.equal(localDays('2026-07-01', '2026-07-01', 'Asia/Kolkata')[0]?.from, Date.UTC(2026, 5, 30, 18, 30));
    assert.equal((await get('/visits/days?from=2026-01-01&to=2026-12-31')).status, 400);
    assert.equal((await get('/visits/days?from=2026-02-30&to=2026-03-01')).status, 400);
    assert.match((await get('/visits/days?from=2026-01-01&to=2026-01-02&zone=Mars')).json.error?.message ?? '', /Mars/);
  });

  await t.test('names the nearest persons of a shot with their references, but whom it is not', async () => {
    const asked: unknown[] = [];
    const gallery = h.house.ports.gallery;
    assert.ok(gallery);
    h.house.ports.gallery = {
      ...gallery,
      search: (probe, k, except) => {
        asked.push([(probe as Float32Array).length, k, [...(except ?? [])]]);
        const all = [ada, bea].map((person, i) => ({ personId: person.id, referenceId: 'r', distance: 0.4 + i / 2 }));
        return all.filter(({ personId }) => !except?.has(personId));
      },
    };
    const form = new FormData();
    form.set('image', new Blob(['picture of ada']), 'a.jpg');
    await h.inject({ method: 'POST', url: `/api/v1/persons/${ada.id}/references`, form });
    const { json } = await get('/detections/torn/candidates?limit=2');
    const [first, second] = json.items ?? [];
    assert.deepEqual([first?.['distance'], first?.['margin'], second?.['margin']], [0.4, 0.2, -0.3]);
    assert.deepEqual(first?.['person'], { id: ada.id, name: 'Ada', kind: 'known' });
    const pictures = listOf(first, 'references').map((reference) => String(reference['picture']));
    assert.ok(pictures.length > 0);
    assert.ok(pictures.every((picture) => picture.startsWith('/api/v1/references/')));
    await h.store.identity.notHer(['torn'], ada.id, { actor: { name: 'Eva', kind: 'human' }, visitGapMs: 1000 });
    const without = (await get('/detections/torn/candidates')).json.items;
    assert.deepEqual(
      without?.map(({ person }) => (person as { name: string }).name),
      ['Bea'],
    );
    await h.post('pending');
    assert.equal((await get('/detections/pending/candidates')).status, 409);
    assert.equal((await get('/detections/nobody/candidates')).status, 404);
    assert.equal((await get('/detections/torn/candidates', h.house.keys.log)).status, 403);
  });

  await t.test('erases for good: rows and files, not what another row needs', async () => {
    const erase = (detections: readonly string[], key?: string) =>
      h.inject({
        method: 'POST',
        url: '/api/v1/detections/erase',
        json: { detections },
        ...(key !== undefined && { key }),
      });
    const files = h.house.files.size;
    assert.equal((await erase(['ada-1'], h.house.keys.read)).status, 403);
    assert.equal((await erase(['ada-1', 'nobody'])).status, 404);
    assert.equal((await get('/detections/ada-1')).status, 200);
    assert.deepEqual((await erase(['torn'])).json, { erased: 1 });
    assert.equal((await get('/detections/torn/picture')).status, 404);
    assert.equal(h.house.files.size, files - 1);
    const visit = (await h.store.detections.get('ada-1'))?.visitId ?? '';
    const whole = await h.inject({ method: 'POST', url: `/api/v1/visits/${visit}/erase`, key: h.house.keys.people });
    assert.deepEqual(whole.json, { erased: 2 });
    assert.equal((await get(`/visits/${visit}`)).status, 404);
    assert.equal((await get('/detections/ada-2')).status, 404);
    assert.equal(h.house.files.size, files - 3);
  });

  await h.close();
});
