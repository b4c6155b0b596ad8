// A camera of a Frigate recorder with the whole program: real broker, real networks, faces of real people inside of full frames.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import sharp from 'sharp';
import { bestFrame, eventId, eventMessage, openTestFrigate } from '../src/camera/frigate-kit.ts';
import { openTestBroker } from './broker.ts';
import { ADMIN_KEY, portraits, run, startProgram, temporaryFolder, type Program } from './program.ts';

function head(portrait: Uint8Array): Promise<Buffer> {
  return sharp(portrait).resize(330, 330, { fit: 'cover' }).toBuffer();
}

/** A frame of 1920×1080 with one of them on the left and one on the right. */
async function scene(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  const wall = { width: 1920, height: 1080, channels: 3, background: { r: 140, g: 150, b: 150 } } as const;
  return sharp({ create: wall })
    .composite([
      { input: await head(left), left: 300, top: 150 },
      { input: await head(right), left: 1260, top: 150 },
    ])
    .jpeg({ quality: 90 })
    .toBuffer();
}

interface Row {
  readonly track: string;
  readonly decision: string;
  readonly state: string;
  readonly person: { readonly name: string } | null;
}

async function rows(program: Program, count: number): Promise<readonly Row[]> {
  for (const deadline = Date.now() + 90_000; ; await sleep(200)) {
    const { json } = await program.call('GET', '/detections?camera=door&limit=100');
    const items = json.items as unknown as Row[];
    if (items.filter(({ state }) => state === 'classified').length >= count) return items;
    assert.ok(Date.now() < deadline, `only ${JSON.stringify(items)}\n${program.text()}`);
  }
}

test("two people in Frigate's events are two visits, each event one track, and the passwords stand nowhere", async (t) => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const [anna, stranger, third] = await portraits();
  assert.ok(anna && stranger && third);
  const broker = await openTestBroker(t, { user: 'kith', password: 'br@ker%pass' });
  const frigate = await openTestFrigate(t);
  frigate.login = { user: 'viewer', password: 'apip@ss' };
  const picture = await scene(anna, stranger);
  frigate.answer = (path) => (path.startsWith('door/recordings/') ? picture : null);
  const api = `http://viewer:apip@ss@127.0.0.1:${frigate.port}`;
  const source = `frigate://kith:br@ker%pass@127.0.0.1:${broker.port}/door?api=${api}`;
  await writeFile(join(folder.path, 'anna.jpg'), anna);
  const config = join(folder.path, 'kith.json');
  await writeFile(config, JSON.stringify({ data, cameras: [{ id: 'door', source }] }));
  const program = await startProgram(data, ['--config', config], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_LOG: 'info' });
  try {
    const added = await run(data, ['person', 'add', 'Anna', join(folder.path, 'anna.jpg')]);
    assert.equal(added.status, 0, added.stderr);
    // Until the camera program listens, nobody hears what is published.
    const [one, two] = [eventId(), eventId()];
    const time = Date.now() / 1000;
    // In pixels of Frigate's 640×360.
    const [left, right] = [bestFrame(time, [90, 40, 220, 350]), bestFrame(time, [410, 40, 540, 350])];
    for (const deadline = Date.now() + 90_000; frigate.asked.length === 0; await sleep(300)) {
      assert.ok(Date.now() < deadline, program.text());
      await broker.publish(eventMessage('new', one, left));
    }
    await broker.publish(eventMessage('new', two, right));
    await broker.publish('no JSON');
    const seen = await rows(program, 2);
    const names = new Map(seen.map(({ track, person }) => [track, person?.name]));
    assert.deepEqual(new Set(names.keys()), new Set([one, two]));
    assert.equal(names.get(one), 'Anna');
    assert.match(names.get(two) ?? '', /^Unknown/);
    // The name goes back to Frigate: known people become the sub label of their event, strangers do not.
    for (const deadline = Date.now() + 60_000; frigate.labels.length === 0; await sleep(200)) {
      assert.ok(Date.now() < deadline, program.text());
    }
    assert.deepEqual(frigate.labels[0], { event: one, body: { subLabel: 'Anna', camera: 'door' } });
    assert.ok(frigate.labels.every(({ event }) => event === one));

    // The broker restarts in the middle of the events: they go on as the same tracks.
    broker.shut();
    await program.saw(/connection to the MQTT broker .* was lost/);
    broker.open();
    const later = { frame_time: time + 5, ...bestFrame(time + 5, [410, 40, 540, 350]) };
    const asked = frigate.asked.length;
    for (const deadline = Date.now() + 60_000; frigate.asked.length === asked; await sleep(300)) {
      assert.ok(Date.now() < deadline, program.text());
      await broker.publish(eventMessage('update', two, later));
    }
    await broker.publish(eventMessage('end', one, left));
    await broker.publish(eventMessage('end', two, later));
    await sleep(1_000);
    const { json } = await program.call('GET', '/visits?camera=door');
    const visits = (json.items as unknown as Row[]).map(({ person }) => person?.name ?? '');
    assert.deepEqual(
      visits.toSorted((a, b) => a.localeCompare(b)),
      ['Anna', names.get(two)],
    );
    const all = await rows(program, 2);
    assert.deepEqual(new Set(all.map(({ track }) => track)), new Set([one, two]));
    assert.doesNotMatch(program.text(), /br@ker|%pass|apip@ss|br%40ker/);
  } finally {
    await program.stop();
    await folder.remove();
  }
});
