// Webhook and ntfy against servers on loopback: signatures that a receiver can check, pictures, refusals, redirects into the network.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ChannelError, type Channel } from '../channel-port.ts';
import { channelRow, JPEG, testMessageOf } from './message.test-kit.ts';
import { openNtfy } from './ntfy-channel.ts';
import { openWebhook } from './webhook-channel.ts';

const SIGNAL = new AbortController().signal;
const NOW = Date.UTC(2026, 0, 31, 12);
const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`;

interface Got {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function receiver(t: TestContext, answer: { status: number; headers?: Record<string, string>; text?: string }) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      got.push({ method, url, headers, body: Buffer.concat(parts) });
      response.writeHead(answer.status, answer.headers).end(answer.text);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => new Promise((closed) => server.close(closed)));
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function webhook(url: string, more: object = {}): Promise<Channel> {
  const settings = { url, secret: SECRET, picture: 'inline', pictureKilobytes: 500, allowPrivate: true, ...more };
  return openWebhook(channelRow('webhook', settings), { clock: () => NOW });
}

async function failureOf(work: Promise<unknown>): Promise<ChannelError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ChannelError, String(error));
  return error;
}

test('a webhook is signed over id, time and body; a change is a message of its own', async (t) => {
  const { got, url } = await receiver(t, { status: 200 });
  const channel = await webhook(`${url}/hook`, { authorization: 'Bearer abc' });
  const receipt = await channel.send(testMessageOf(), SIGNAL);
  const changed = testMessageOf({ outcomes: ['Eva: this is Ada'] });
  await channel.edit?.(receipt, { ...changed, alert: { ...changed.alert, version: 2 } }, SIGNAL);
  await channel.close();
  const [first, second] = got;
  assert.ok(first && second);
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = first.headers;
  assert.deepEqual([id, at, first.headers.authorization], ['delivery-1', String(NOW / 1000), 'Bearer abc']);
  const expected = createHmac('sha256', 'a secret of twenty-four bytes')
    .update(`${String(id)}.${String(at)}.${first.body.toString()}`)
    .digest('base64');
  assert.equal(signature, `v1,${expected}`);
  const body = JSON.parse(first.body.toString()) as { type: string; sightings: { picture: string }[] };
  assert.equal(body.type, 'alert');
  assert.deepEqual(Buffer.from(body.sightings[0]?.picture ?? '', 'base64'), JPEG);
  assert.equal(second.headers['webhook-id'], 'delivery-1.2');
  assert.match(second.body.toString(), /"type":"alert.changed".*"outcomes":\["Eva: this is Ada"\]/);
});

test('pictures as links, or not at all', async (t) => {
  const { got, url } = await receiver(t, { status: 204 });
  for (const picture of ['link', 'none']) {
    const channel = await webhook(url, { picture });
    await channel.send(testMessageOf(), SIGNAL);
    await channel.close();
  }
  assert.match(got[0]?.body.toString() ?? '', /"pictureUrl":"https:\/\/kith\.example\.org\/pictures\/token"/);
  assert.doesNotMatch(got[1]?.body.toString() ?? '', /picture/);
});

test('what the receiver answers decides whether it is tried again, and when', async (t) => {
  const cases = [
    { status: 429, headers: { 'retry-after': '7' }, retry: true, afterMs: 7000 },
    { status: 503, retry: true },
    { status: 400, text: 'no such room', retry: false },
    { status: 410, retry: false },
  ];
  for (const { retry, afterMs, ...answer } of cases) {
    const { url } = await receiver(t, answer);
    const channel = await webhook(url);
    const failed = await failureOf(channel.send(testMessageOf(), SIGNAL));
    await channel.close();
    assert.deepEqual([failed.retry, failed.afterMs], [retry, afterMs], String(answer.status));
    assert.match(failed.message, new RegExp(`answers ${answer.status}${answer.text ? ': no such room' : ''}`));
  }
});

test('private addresses are refused unless allowed, behind a redirect too', async (t) => {
  const inside = await receiver(t, { status: 200 });
  const channel = await webhook(inside.url, { allowPrivate: false });
  const failed = await failureOf(channel.send(testMessageOf(), SIGNAL));
  await channel.close();
  assert.ok(!failed.retry, failed.message);
  assert.equal(inside.got.length, 0);
});

test('ntfy gets the picture with the words in headers, and what became of it as another message', async (t) => {
  const { got, url } = await receiver(t, { status: 200 });
  const settings = {
    url: `${url}/`,
    topic: 'kith-door',
    token: 'tk_1',
    priority: 4,
    picture: true,
    allowPrivate: true,
  };
  const channel = await openNtfy(channelRow('ntfy', settings), { clock: () => NOW });
  const receipt = await channel.send(testMessageOf({ title: 'Zoë ist da\r\nx-click: evil' }), SIGNAL);
  await channel.edit?.(receipt, testMessageOf(), SIGNAL);
  assert.equal(got.length, 1, 'nothing has happened yet');
  await channel.edit?.(receipt, testMessageOf({ outcomes: ['Eva: this is Ada'] }), SIGNAL);
  await channel.close();
  const [sent, told] = got;
  assert.deepEqual([sent?.method, sent?.url, sent?.headers.authorization], ['PUT', '/kith-door', 'Bearer tk_1']);
  assert.deepEqual(sent?.body, JPEG);
  const title = /^=\?UTF-8\?B\?(.+)\?=$/.exec(String(sent?.headers['x-title']))?.[1] ?? '';
  assert.equal(Buffer.from(title, 'base64').toString(), 'Zoë ist da\r\nx-click: evil');
  assert.equal(sent?.headers['x-click'], 'https://kith.example.org/log?a=1&b=2');
  assert.deepEqual([told?.method, told?.headers['x-title']], ['POST', 'Eva: this is Ada']);
});
