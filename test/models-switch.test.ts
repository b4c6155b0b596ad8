// Changing the embedding model while everything runs: nobody is lost, no search mixes models, and it may be killed anywhere.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Detection } from '../src/domain.ts';
import { fakeEngine, sighting, templateOf } from './journal-kit.ts';
import { openModelBench, until, type ModelBench, type ModelBenchOptions } from './models-kit.ts';
import { startPostgres } from './postgres.ts';

const ONE = 'fake@1';
const TWO = 'fake@2';
const PAGE = { limit: 500 };

async function folder(t: TestContext): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-models-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function open(t: TestContext, options: ModelBenchOptions): Promise<ModelBench> {
  const bench = await openModelBench(options);
  t.after(() => bench.close());
  return bench;
}

async function post(bench: ModelBench, id: string, text: string, more: Partial<Detection> = {}): Promise<void> {
  const picture = await bench.pictures.put(Buffer.from(text));
  await bench.store.detections.add(sighting(id, { capturedAt: Date.now(), ...more }), picture, Date.now());
  bench.worker?.wake();
}

const inForce = (bench: ModelBench, model: string) =>
  until(`${model} is in force`, () => bench.switcher.current.model === model);

/** Everybody that `identify` named while `work` ran. */
async function asking(bench: ModelBench, text: string, work: () => Promise<void>) {
  const answers: Awaited<ReturnType<ModelBench['identify']>>[] = [];
  let over = false;
  const asked = (async () => {
    for (;;) {
      // The last question is one that begins after the work: its answer shows what is in force then.
      const isLast = over;
      answers.push(await bench.identify(text));
      if (isLast) return;
    }
  })();
  await work();
  over = true;
  await asked;
  return answers;
}

test('a second model is prepared, takes over and gives back: everybody is found all the time, by one model', async (t) => {
  const bench = await open(t, { dataDir: await folder(t), models: [ONE, TWO] });
  const { store } = bench;
  const photos = Array.from({ length: 30 }, (_, i) => `anna:0.1:${i}`);
  const anna = await bench.enrol('Anna', photos);
  await bench.enrol('Berta', ['berta:0:0', 'berta:0.2:1']);
  for (let i = 0; i < 10; i++) await post(bench, `old ${i}`, `clara:0.2:${i}`, { trackId: 'a track' });
  await bench.worker?.idle();
  const [before] = (await store.detections.list({}, PAGE)).items;
  assert.equal(before?.model, ONE);
  assert.equal((await store.models.state()).active, ONE);

  await assert.rejects(bench.control.switchTo('fake', { force: false }), /several models/);
  let highest = 0;
  const write = store.models.progress.bind(store.models);
  store.models.progress = (model, progress) => {
    highest = Math.max(highest, progress.total);
    return write(model, progress);
  };
  const answers = await asking(bench, 'anna:0.1:new', async () => {
    const { preparing } = await bench.control.switchTo(TWO, { force: false });
    assert.equal(preparing?.model, TWO);
    // Enrolled and seen meanwhile.
    await bench.enrol('Dora', ['dora:0:0']);
    for (let i = 0; i < 20; i++) await post(bench, `during ${i}`, i % 2 ? `emma:0.1:${i}` : `anna:0.1:x${i}`);
    await inForce(bench, TWO);
    await bench.worker?.idle();
  });
  // 32 and more references, 10 and more shots.
  assert.ok(highest >= 42, `${highest} photos were counted`);
  assert.ok(answers.every(({ nearest, decision }) => nearest?.personId === anna && decision === 'known'));
  const models = answers.map(({ model }) => model);
  assert.deepEqual([...new Set(models)], [ONE, TWO], 'first the old one, then the new one, never back');
  assert.deepEqual(bench.swaps, [TWO]);

  // Nobody was made twice, neither of the strangers nor of those who are known.
  assert.deepEqual(await store.persons.counts(), { known: 3, unknown: 2 });
  await post(bench, 'after 1', 'clara:0.2:99');
  await post(bench, 'after 2', 'dora:0.1:1');
  await bench.worker?.idle();
  const after = await store.detections.get('after 1');
  assert.deepEqual([after?.model, after?.personId], [TWO, before?.personId]);
  assert.equal((await store.detections.get('after 2'))?.personName, 'Dora');
  // Tracks are still whole for the new model.
  assert.equal((await store.detections.shotsOfTrack('door', 'a track', TWO, 50)).length, 10);
  await until('no reference is without', async () => (await store.references.withoutTemplate(TWO, 9)).length === 0);

  // The way back: only what is new has to be read.
  const status = await bench.control.status();
  assert.equal(status.models.find(({ id }) => id === ONE)?.state, 'earlier');
  const calls = (await store.references.withoutTemplate(ONE, 99)).length;
  assert.ok(calls <= 6, `${calls} references were added since`);
  await bench.control.switchTo(ONE, { force: false });
  await inForce(bench, ONE);
  const back = await bench.identify('dora:0.1:7');
  assert.deepEqual([back.model, back.decision], [ONE, 'known']);
  assert.deepEqual(await store.persons.counts(), { known: 3, unknown: 2 });
});

test('a worker whose model is not in force any more reads its shots again with the one that is', async (t) => {
  const dataDir = await folder(t);
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const databaseUrl = await postgres.createDatabase();
  const common = { dataDir, databaseUrl, models: [ONE, TWO], ms: () => Math.random() * 10 };
  const one = await openModelBench(common);
  const two = await openModelBench({ ...common, decides: false });
  const api = await openModelBench({ ...common, prepares: false, works: false, decides: false });
  await one.enrol('Anna', ['anna:0:0', 'anna:0.1:1']);
  await one.enrol(
    'Berta',
    Array.from({ length: 20 }, (_, i) => `berta:0.1:${i}`),
  );

  let posted = 0;
  const send = () => post(two, `d${posted}`, `${posted % 2 ? 'anna' : `stranger ${posted % 3}`}:0.2:${posted++}`);
  for (let i = 0; i < 20; i++) await send();
  await api.control.switchTo(TWO, { force: false });
  while ((await one.store.models.state()).active === ONE) {
    if (posted < 80) await send();
    await sleep(30);
  }
  for (let i = 0; i < 20; i++) await send();
  for (const bench of [one, two, api]) await inForce(bench, TWO);
  await until('all are settled', async () => (await one.store.detections.counts()).pending === 0);

  const rows: Detection[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await one.store.detections.list({}, { ...PAGE, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    cursor = page.next;
  }
  assert.equal(rows.length, posted);
  assert.ok(rows.every(({ state }) => state === 'classified'));
  const byModel = Map.groupBy(rows, ({ model }) => model ?? '');
  assert.deepEqual([...byModel.keys()].toSorted(), [ONE, TWO]);
  // No model was used before or after its time.
  const last = Math.max(...(byModel.get(ONE) ?? []).map(({ classifiedAt }) => classifiedAt ?? 0));
  const first = Math.min(...(byModel.get(TWO) ?? []).map(({ classifiedAt }) => classifiedAt ?? 0));
  assert.ok(last <= first + 50, `${ONE} until ${last}, ${TWO} from ${first}`);
  assert.ok(rows.filter(({ id }) => Number(id.slice(1)) % 2 === 1).every(({ personName }) => personName === 'Anna'));
  assert.deepEqual((await one.store.persons.counts()).known, 2);
  assert.equal((await api.identify('anna:0.1:9')).model, TWO);
  await Promise.all([one, two, api].map((bench) => bench.close()));
});

test('killed while it prepares, right before and right after the change: it goes on, and nothing is lost', async (t) => {
  const dataDir = await folder(t);
  const before = await openModelBench({ dataDir, models: [ONE, TWO] });
  await before.enrol(
    'Anna',
    Array.from({ length: 40 }, (_, i) => `anna:0.1:${i}`),
  );
  await post(before, 'shot', 'berta:0.1:1');
  await before.worker?.idle();
  await before.store.models.prepare(TWO);
  await before.close();

  const child = fileURLToPath(new URL('models-child.ts', import.meta.url));
  const looks: number[] = [];
  for (const where of ['', '', 'before', 'after']) {
    const killed = spawn(process.execPath, [child, dataDir, where], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(killed.stdout, 'data');
    if (where === '') {
      await sleep(60 + Math.random() * 100);
      killed.kill('SIGKILL');
    }
    await once(killed, 'close');
    assert.equal(killed.signalCode, 'SIGKILL');
    const bench = await openModelBench({ dataDir, models: [ONE, TWO], prepares: false, works: false });
    const { active, preparing } = await bench.store.models.state();
    assert.deepEqual([active, preparing?.model], where === 'after' ? [TWO, undefined] : [ONE, TWO]);
    assert.equal((await bench.identify('anna:0.1:77')).decision, 'known');
    looks.push((await bench.store.references.withoutTemplate(TWO, 99)).length);
    await bench.close();
  }
  assert.equal(looks.at(-1), 0);
  assert.deepEqual(
    looks,
    looks.toSorted((a, b) => b - a),
    'what was made once is not lost',
  );

  const bench = await open(t, { dataDir, models: [ONE, TWO] });
  assert.equal(bench.switcher.current.model, TWO, 'the settings say otherwise, but somebody switched to it');
  await post(bench, 'again', 'berta:0.1:2');
  await bench.worker?.idle();
  const [shot, again] = [await bench.store.detections.get('shot'), await bench.store.detections.get('again')];
  assert.deepEqual([again?.model, again?.personId], [TWO, shot?.personId]);
});

test('settings that ask for another model: it is prepared once and takes over; cancelled, it stays cancelled', async (t) => {
  const dataDir = await folder(t);
  const first = await openModelBench({ dataDir, models: [ONE, TWO] });
  await first.enrol('Anna', ['anna:0:0']);
  await first.close();

  const second = await openModelBench({ dataDir, models: [TWO, ONE] });
  assert.equal(second.swaps.length === 0 ? second.switcher.current.model : ONE, ONE, 'the old one answers meanwhile');
  await inForce(second, TWO);
  assert.equal((await second.identify('anna:0.1:1')).decision, 'known');
  await second.close();

  const third = await openModelBench({ dataDir, models: [ONE, TWO], prepares: false });
  assert.equal((await third.store.models.state()).preparing?.model, ONE);
  assert.equal((await third.control.cancel()).preparing, null);
  await third.close();
  const fourth = await openModelBench({ dataDir, models: [ONE, TWO] });
  assert.deepEqual([(await fourth.store.models.state()).preparing, fourth.switcher.current.model], [null, TWO]);
  await fourth.close();
});

test('a model that cannot be made any more is replaced at once; beside other processes the start refuses and says why', async (t) => {
  const dataDir = await folder(t);
  const first = await openModelBench({ dataDir, models: ['own@9'] });
  await first.enrol('Anna', ['anna:0:0']);
  await first.close();

  await assert.rejects(openModelBench({ dataDir, models: [ONE], replaces: false }), /own@9, cannot be made/);
  const second = await open(t, { dataDir, models: [ONE] });
  assert.equal(second.switcher.current.model, ONE);
  await until('Anna is found', async () => (await second.identify('anna:0.1:1')).decision === 'known');
  const { models } = await second.control.status();
  assert.equal(models.find(({ id }) => id === 'own@9')?.state, 'gone');
});

test('where many photos show the new model no face it waits for a word; a single one holds up nothing', async (t) => {
  const engineOf = (model: string) => {
    const engine = fakeEngine({ model });
    const analyse = engine.analyse.bind(engine);
    engine.analyse = (picture, options, signal) => {
      const text = Buffer.from(picture as Uint8Array).toString();
      return analyse(model === TWO && text.startsWith('masked') ? Buffer.from('nobody') : picture, options, signal);
    };
    return engine;
  };
  const bench = await open(t, { dataDir: await folder(t), models: [ONE, TWO], engineOf });
  await bench.enrol('Anna', [...Array.from({ length: 30 }, (_, i) => `anna:0.1:${i}`), 'masked:0:0']);
  await bench.control.switchTo(TWO, { force: false });
  await inForce(bench, TWO);
  await bench.control.switchTo(ONE, { force: false });
  await inForce(bench, ONE);

  const berta = await bench.enrol('Berta', ['masked:0:1', 'masked:0:2', 'masked:0:3']);
  await bench.control.switchTo(TWO, { force: false });
  await until('it asks', async () => (await bench.control.status()).preparing?.asksForForce === true);
  const { preparing } = await bench.control.status();
  assert.deepEqual([preparing?.total, preparing?.failed], [34, 4]);
  await sleep(200);
  assert.equal(bench.switcher.current.model, ONE);
  // Going back while it waits, and wanting it after all.
  await bench.control.cancel();
  await bench.control.switchTo(TWO, { force: true });
  await inForce(bench, TWO);
  assert.equal((await bench.identify('anna:0.1:1')).decision, 'known');
  assert.equal(bench.switcher.current.gallery.templatesOf(berta).length, 0);
});

test('what is enrolled with the old model around the change gets its template of the new one', async (t) => {
  const bench = await open(t, { dataDir: await folder(t), models: [ONE, TWO] });
  await bench.enrol('Anna', ['anna:0:0']);
  await bench.control.switchTo(TWO, { force: false });
  await inForce(bench, TWO);
  // Begun before the change, written after it, by a process that has not heard of it.
  const late = await bench.store.persons.add('Late');
  const picture = await bench.pictures.put(Buffer.from('late:0:0'));
  const old = { model: ONE, vector: templateOf('late', 0, '0') };
  await bench.store.references.add({ personId: late.id, picture, quality: 1 }, [old]);
  await until('she is found', async () => (await bench.identify('late:0.1:1')).nearest?.personId === late.id);
});
