import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { discover } from './discover.ts';
import { openOutput } from './output.ts';

async function network(t: TestContext, cameras: number): Promise<{ address: string; port: number }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  socket.on('message', (message, from) => {
    const id = /MessageID>([^<]+)</.exec(message.toString())?.[1] ?? '';
    for (let i = 1; i <= cameras; i++) {
      const scopes = `onvif://www.onvif.org/name/Door%20${i} onvif://www.onvif.org/hardware/X${i}`;
      const match = `<d:ProbeMatch><d:Scopes>${scopes}</d:Scopes><d:XAddrs>http://10.0.0.${i}/onvif/device_service</d:XAddrs></d:ProbeMatch>`;
      socket.send(`<a:RelatesTo>${id}</a:RelatesTo><d:ProbeMatches>${match}</d:ProbeMatches>`, from.port, from.address);
    }
  });
  return { address: '127.0.0.1', port: socket.address().port };
}

async function run(json: boolean, to: { address: string; port: number }): Promise<{ status: number; text: string }> {
  let text = '';
  const status = await discover(
    { wait: 1, to },
    openOutput(json, (more) => {
      text += more;
    }),
  );
  return { status, text };
}

test('cameras of the network are listed with what to write into "source"', async (t) => {
  const to = await network(t, 2);
  const { status, text } = await run(false, to);
  assert.equal(status, 0);
  assert.match(text, /^Door 1 {2}X1 {8}onvif:\/\/10\.0\.0\.1$/m);
  assert.match(text, /kith doctor --camera "onvif:\/\/USER:PASSWORD@10\.0\.0\.1"/);
  const json = await run(true, to);
  assert.deepEqual(JSON.parse(json.text), {
    items: [
      { name: 'Door 1', address: 'onvif://10.0.0.1', hardware: 'X1' },
      { name: 'Door 2', address: 'onvif://10.0.0.2', hardware: 'X2' },
    ],
    next: null,
  });
});

test('when nobody answers, it says what to look at', async (t) => {
  const { status, text } = await run(false, await network(t, 0));
  assert.equal(status, 1);
  assert.match(text, /ONVIF switched on/);
});
