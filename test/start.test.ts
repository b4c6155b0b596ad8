// `kith start` as a person meets it: the demonstration, and kills at any moment.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { ADMIN_KEY, portraits, runAlone, shotForm, startProgram, temporaryFolder } from './program.ts';

test('without any configuration the demonstration shows known people and strangers, and leaves no trace in the real data', async () => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const program = await startProgram(data);
  try {
    const link = (await program.saw(/Open (http:\S+\/open\/\S+) to make the first administrator/))[1] ?? '';
    await program.saw(/demo +(Ada|Grace|Hedy) +distance 0\.\d\d, then /);
    await program.saw(/Unknown \d+ +a new stranger/);
    assert.equal(existsSync(data), false);

    assert.equal((await fetch(`${program.url}/api/v1/detections`)).status, 401);
    const first = await fetch(link, { redirect: 'manual' });
    assert.ok(first.status >= 300 && first.status < 400, `the link answered ${first.status}`);
    const linked = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(`${program.url}/setup`, { headers: { cookie: linked } });
    assert.match(await page.text(), /<html/i);
    const setup = await fetch(`${program.url}/api/v1/setup`, {
      method: 'POST',
      headers: { cookie: linked, 'x-kith': 'panel', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', password: 'correct horse battery' }),
    });
    assert.equal(setup.status, 201, await setup.text());
    const cookie = setup.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const seen = await fetch(`${program.url}/api/v1/detections?state=classified`, { headers: { cookie } });
    assert.equal(seen.status, 200);
    const { items } = (await seen.json()) as { items: { picture: string }[] };
    assert.ok(items.length > 0);
    const shot = await fetch(program.url + (items[0]?.picture ?? ''), { headers: { cookie } });
    assert.equal(shot.headers.get('content-type'), 'image/jpeg');
    const again = await fetch(link, { redirect: 'manual' });
    assert.equal(again.headers.get('set-cookie'), null, 'the link opens a second time');
  } finally {
    await program.stop();
    await folder.remove();
  }
  assert.equal(program.child.exitCode, 0);
});

test('killed at any moment: no acknowledged detection is missing, none is classified twice', async () => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const pictures = await portraits();
  const acknowledged: string[] = [];
  const settings = { KITH_ADMIN_KEY: ADMIN_KEY };
  try {
    for (const livesMs of [150, 600, 1200]) {
      const program = await startProgram(data, [], settings);
      try {
        assert.ok((await program.call('PUT', '/cameras/door', { name: 'Door' })).status < 300);
        const killed = sleep(livesMs).then(() => program.stop('SIGKILL'));
        for (let i = 0; program.child.signalCode === null && i < 200; i++) {
          const id = randomUUID();
          const form = shotForm(id, 'door', pictures[i % pictures.length] ?? new Uint8Array());
          const answer = await program.call('POST', '/detections', form).catch(() => null);
          if (answer?.status === 201) acknowledged.push(id);
        }
        await killed;
      } finally {
        await program.stop('SIGKILL');
      }
    }
    assert.ok(acknowledged.length > 0, 'nothing was acknowledged before the kills');

    const program = await startProgram(data, [], settings);
    try {
      // Leases of the killed workers run out after 30 s.
      const deadline = Date.now() + 60_000;
      for (;;) {
        const { json } = await program.call('GET', '/detections?state=pending&limit=1');
        if (json.items.length === 0 || Date.now() > deadline) break;
        await sleep(250);
      }
      const people = new Set<string>();
      for (const id of acknowledged) {
        const { status, json } = await program.call('GET', `/detections/${id}`);
        assert.equal(status, 200, `${id} is missing`);
        assert.equal(json.state, 'classified');
        people.add(json.person.id);
      }
      assert.equal(people.size, Math.min(3, acknowledged.length), 'three people were shown again and again');
      const visits = await program.call('GET', '/visits?limit=100');
      const counted = visits.json.items.reduce((sum, visit) => sum + visit.detections, 0);
      const { json: all } = await program.call('GET', '/detections?limit=500');
      assert.equal(counted, all.items.length, 'a detection was counted twice, or not at all');

      // The same id again changes nothing, whatever comes with it.
      const { json: before } = await program.call('GET', `/detections/${acknowledged[0] ?? ''}`);
      const repeated = await program.call(
        'POST',
        '/detections',
        shotForm(acknowledged[0] ?? '', 'door', pictures[1] ?? new Uint8Array()),
      );
      assert.equal(repeated.status, 200);
      assert.deepEqual((await program.call('GET', `/detections/${acknowledged[0] ?? ''}`)).json, before);

      const second = await runAlone(data, ['start', '--no-demo']);
      assert.equal(second.status, 1);
      assert.match(second.stderr, /^kith: .*in use/m);
    } finally {
      await program.stop();
    }
  } finally {
    await folder.remove();
  }
});
