// The whole of it with the real program: a stranger is seen, a signed call and a mail arrive with the picture, the answer names her and
// changes the message, and her next visit opens the door once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_KEY, portraits, shotForm, startProgram, temporaryFolder } from './program.ts';
import { openMailbox, openReceiver } from './receivers.ts';

const PATIENCE_MS = 30_000;

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(20)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`It did not come: ${what}.`);
}

test(
  'a stranger is told of, the answer names her, and her next visit opens the door',
  { timeout: 180_000 },
  async (t) => {
    const [web, mail, data] = await Promise.all([openReceiver(t), openMailbox(t), temporaryFolder()]);
    t.after(() => data.remove());
    const program = await startProgram(data.path, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_VISIT_GAP: '2' });
    t.after(() => program.stop());
    async function make(path: string, body: object): Promise<string> {
      const { status, json } = await program.call('POST', path, body);
      assert.equal(status, 201, `${path}: ${JSON.stringify(json)}`);
      return (json as unknown as { id: string }).id;
    }

    assert.ok((await program.call('PUT', '/cameras/door', { name: 'Front door' })).status < 300);
    const secret = 'a secret of the test, long enough';
    const channels = [
      await make('/channels', {
        name: 'Hook',
        kind: 'webhook',
        settings: { url: `${web.url}/hook`, secret, picture: 'inline', pictureKilobytes: 500, allowPrivate: true },
      }),
      await make('/channels', {
        name: 'Mail',
        kind: 'email',
        settings: {
          host: '127.0.0.1',
          port: mail.port,
          security: 'none',
          from: 'kith@example.org',
          to: ['eva@example.org'],
        },
      }),
    ];
    await make('/rules', { name: 'Strangers', on: ['unknown'], channels });
    const tested = await program.call('POST', `/channels/${channels[0] ?? ''}/test`);
    assert.deepEqual(tested.json, { ok: true, error: null });
    web.calls.length = 0;

    // The rule is followed by the worker within a moment, as it may be another process.
    await sleep(300);
    const [picture] = await portraits();
    assert.ok(picture);
    assert.equal((await program.call('POST', '/detections', shotForm('first', 'door', picture))).status, 201);
    const told = await until('the signed call', () => web.calls.find(({ url }) => url === '/hook'));
    assert.equal(told.body.type, 'alert');
    assert.ok(
      Buffer.from(told.body.sightings[0]?.picture ?? '', 'base64')
        .subarray(0, 2)
        .equals(Buffer.from([0xff, 0xd8])),
    );
    const first = await until('the mail', () => mail.mails[0]);
    assert.match(first, /^Subject: .*Unknown 1/m);
    assert.match(first, /Content-Type: image\/jpeg/i);

    const answered = await program.call('POST', `/alerts/${told.body.alert.id}/answer`, { answer: 'new', name: 'Ada' });
    assert.equal(answered.status, 200, JSON.stringify(answered.json));
    const changed = await until('the change', () => web.calls.find(({ body }) => body.type === 'alert.changed'));
    assert.match(changed.body.outcomes.join(), /Ada/);
    assert.match(await until('the second mail', () => mail.mails[1]), /^Subject: Re: /m);

    const { json } = await program.call('GET', '/persons?kind=known');
    const [ada] = json.items as unknown as readonly { id: string; name: string }[];
    assert.equal(ada?.name, 'Ada');
    assert.equal((await program.call('PATCH', `/persons/${ada.id}`, { groups: ['Staff'] })).status, 200);
    await make('/actions', {
      name: 'Front door',
      kind: 'http',
      settings: { url: `${web.url}/open`, allowPrivate: true },
      access: { groups: ['Staff'], cameras: ['door'], sure: 'likely', shots: 1, quality: 0, freshS: 60 },
    });
    await sleep(2_500);
    const opened = web.calls.length;
    for (const id of ['second', 'third']) {
      assert.equal((await program.call('POST', '/detections', shotForm(id, 'door', picture))).status, 201);
    }
    await until('the door', () => web.calls.slice(opened).find(({ url }) => url === '/open'));
    for (let state = ''; state !== 'classified'; await sleep(50)) {
      state = (await program.call('GET', '/detections/third')).json.state;
    }
    const runs = await program.call('GET', '/runs');
    const states = (runs.json.items as unknown as readonly { state: string }[]).map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'done').length, 1, states.join());
    assert.equal(web.calls.filter(({ url }) => url === '/open').length, 1, 'one visit opens once');
  },
);
