// Messages of the browser against a push service on loopback, which decrypts as a browser does (RFC 8291) and checks who sent (RFC 8292).

import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify, type ECDH } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore, type TestStore } from '../../test/server-store.ts';
import { ChannelError, type Channel, type Message } from '../channel-port.ts';
import { log } from './dispatch.test-kit.ts';
import { openHttp } from './http.ts';
import { testMessageOf } from './message.test-kit.ts';
import { pushKeysOf } from './push-keys.ts';
import { openWebPush } from './webpush-channel.ts';

const NEVER = new AbortController().signal;

interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Browser {
  readonly curve: ECDH;
  readonly auth: Buffer;
}

/** Answers by path; 201 where nothing is said. */
async function pushService(): Promise<{ origin: string; got: Pushed[]; answers: Map<string, [number, string?]> }> {
  const got: Pushed[] = [];
  const answers = new Map<string, [number, string?]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      got.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
      const [status, after_] = answers.get(path) ?? [201];
      response.writeHead(status, after_ === undefined ? {} : { 'retry-after': after_ }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, answers };
}

async function subscribe(store: TestStore, endpoint: string, userId: string): Promise<Browser> {
  const curve = createECDH('prime256v1');
  curve.generateKeys();
  const auth = randomBytes(16);
  await store.push.add({
    userId,
    endpoint,
    p256dh: curve.getPublicKey('base64url'),
    auth: auth.toString('base64url'),
    agent: `Firefox ${endpoint.slice(-1)}`,
    createdAt: Date.now(),
  });
  return { curve, auth };
}

const derive = (ikm: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', ikm, salt, info, length));

function decrypt({ body }: Pushed, { curve, auth }: Browser): Record<string, unknown> {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + (body[20] ?? 0));
  const sealed = body.subarray(21 + sender.length);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), curve.getPublicKey(), sender]);
  const ikm = derive(curve.computeSecret(sender), auth, info, 32);
  const key = derive(ikm, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(ikm, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const open = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]).toString();
  return JSON.parse(text.slice(0, text.lastIndexOf('\u0002'))) as Record<string, unknown>;
}

/** What the signed token says; throws where the signature is wrong. */
function claimsOf({ headers }: Pushed, publicKey: string): Record<string, unknown> {
  const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? '') ?? [];
  assert.equal(key, publicKey);
  const [head, claims, signature = ''] = token.split('.');
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const signer = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${claims}`);
  const bytes = Buffer.from(signature, 'base64url');
  assert.equal(verify('sha256', signed, { key: signer, dsaEncoding: 'ieee-p1363' }, bytes), true);
  return JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()) as Record<string, unknown>;
}

const ADA = { personId: 'p', name: 'Ada', distance: 0.5 };
const sightingAt = (cameraId: string): Message['sightings'][number][] =>
  testMessageOf().sightings.map((sighting) => ({ ...sighting, cameraId, candidates: [ADA] }));

function message(id: string, more: Partial<Message> = {}): Message {
  return {
    id,
    alert: { id: `alert ${id}`, at: 0, cameraId: 'door' } as Message['alert'],
    title: 'Unknown 17 at Front door',
    lines: ['Mon 30 Nov 2026, 12:00:05: new stranger'],
    sightings: sightingAt('door'),
    outcomes: [],
    answers: [],
    doors: [],
    link: 'https://kith.example/log?visit=1',
    isTest: false,
    ...more,
  };
}

async function scene(users: readonly string[] = []) {
  const store = await openTestStore();
  const service = await pushService();
  const user = (name: string, cameras: readonly string[] | null = null) =>
    store.users.add({ name, role: 'administrator', cameras, password: 'x' }, 1);
  const row = {
    id: 'c',
    name: 'Browsers',
    kind: 'webpush',
    enabled: true,
    settings: { users, contact: 'mailto:kith@example.org', days: 2 },
    quiet: null,
    createdAt: 1,
    version: 1,
  } as const;
  const http = openHttp({ allowPrivate: true });
  after(() => http.close());
  const channel: Channel = await openWebPush(row, { store, log, clock: Date.now, http });
  const { publicKey } = await pushKeysOf(store.kept);
  return { store, service, user, channel, publicKey, row };
}

const paths = (got: readonly Pushed[]): string =>
  got
    .map(({ path }) => path)
    .toSorted()
    .join(' ');

const later = (error: unknown) => error instanceof ChannelError && error.retry && error.afterMs === 7000;

describe('web push', () => {
  it('reaches a browser, encrypted for it and signed, and says later what became of it', async () => {
    const { store, service, user, channel, publicKey } = await scene();
    const browser = await subscribe(store, `${service.origin}/a`, (await user('Ada')).id);
    const receipt = await channel.send(message('m1'), NEVER);
    const [first] = service.got;
    assert.ok(first);
    const { at, ...payload } = decrypt(first, browser);
    assert.deepEqual(payload, {
      id: 'm1',
      title: 'Unknown 17 at Front door',
      body: 'Mon 30 Nov 2026, 12:00:05: new stranger\nNearest: Ada',
      alertId: 'alert m1',
      link: 'https://kith.example/log?visit=1',
      isQuiet: false,
      isTest: false,
    });
    assert.equal(at, '1970-01-01T00:00:00.000Z');
    const claims = claimsOf(first, publicKey);
    assert.deepEqual([claims['aud'], claims['sub']], [service.origin, 'mailto:kith@example.org']);
    assert.deepEqual([first.headers['ttl'], first.headers['urgency']], [String(2 * 86_400), 'normal']);
    assert.match(String(first.headers['topic']), /^[\w-]{32}$/);
    // The same message again is the same topic; a change without anything done is not worth a push.
    assert.deepEqual(await channel.edit?.(receipt, message('m1', { title: 'x' }), NEVER), receipt);
    await channel.edit?.(receipt, message('m1', { outcomes: ['Eva: this is Ada'] }), NEVER);
    const [, second, ...more] = service.got;
    assert.ok(second);
    assert.deepEqual(more, []);
    assert.equal(second.headers['topic'], first.headers['topic']);
    assert.match(String(decrypt(second, browser)['body']), /^Eva: this is Ada\nMon/);
    assert.equal(decrypt(second, browser)['isQuiet'], true);
  });

  it('cuts what is too long for a push service, between letters', async () => {
    const { store, service, user, channel } = await scene();
    const browser = await subscribe(store, `${service.origin}/a`, (await user('Ada')).id);
    await channel.send(message('m1', { title: '😀'.repeat(300), lines: ['\u0001"ä😀'.repeat(2000)] }), NEVER);
    const [got] = service.got;
    assert.ok(got);
    assert.equal(got.body.length <= 4096, true);
    assert.equal(String(decrypt(got, browser)['body']).isWellFormed(), true);
  });

  it('tells those who are meant and may see the camera', async () => {
    const all = await scene();
    const [ada, bea, cleo] = [await all.user('Ada'), await all.user('Bea', ['door']), await all.user('Cleo', ['gate'])];
    for (const [i, { id }] of [ada, bea, cleo].entries()) await subscribe(all.store, `${all.service.origin}/${i}`, id);
    const tell = async (more: Partial<Message>) => {
      all.service.got.length = 0;
      await all.channel.send(message(`m${Math.random()}`, more), NEVER);
      return paths(all.service.got);
    };
    assert.equal(await tell({}), '/0 /1');
    const both = ['door', 'gate'].flatMap(sightingAt);
    assert.equal(await tell({ sightings: both }), '/0', 'not of what one camera of it is not hers');
    assert.equal(await tell({ sightings: [], alert: { at: 0, cameraId: null } as Message['alert'] }), '/0');
    assert.equal(await tell({ isTest: true }), '/0 /1 /2');
    const some = await openWebPush(
      { ...all.row, settings: { ...all.row.settings, users: [bea.id] } },
      { store: all.store, log, clock: Date.now, http: openHttp({ allowPrivate: true }) },
    );
    all.service.got.length = 0;
    await some.send(message('m9'), NEVER);
    assert.equal(paths(all.service.got), '/1');
    await assert.rejects(
      some.send(message('m10', { sightings: both }), NEVER),
      (error) => error instanceof ChannelError && !error.retry && /No browser/.test(error.message),
    );
  });

  it('forgets browsers that are gone, and tells only the others again when a service is away', async () => {
    const { store, service, user, channel } = await scene();
    const { id } = await user('Ada');
    for (const name of ['a', 'b', 'c']) await subscribe(store, `${service.origin}/${name}`, id);
    service.answers.set('/a', [410]);
    service.answers.set('/b', [429, '7']);
    await assert.rejects(channel.send(message('m1'), NEVER), later);
    assert.equal(paths(service.got), '/a /b /c');
    assert.deepEqual(
      (await store.push.list()).map(({ endpoint }) => endpoint.at(-1)),
      ['b', 'c'],
    );
    await assert.rejects(channel.send(message('m1'), NEVER), later);
    assert.equal(paths(service.got), '/a /b /b /c', 'who has it is not told again');
    // After some tries those who wait behind it matter more.
    await channel.send(message('m1'), NEVER);
    assert.equal(paths(service.got), '/a /b /b /b /c');
    service.answers.delete('/b');
    await channel.send(message('m2'), NEVER);
    assert.equal(paths(service.got), '/a /b /b /b /b /c /c');
  });

  it('never calls an address of the own network that somebody has subscribed, nor takes keys that are none', async () => {
    const { store, service, user, channel, row } = await scene();
    const { id } = await user('Ada');
    await subscribe(store, `${service.origin}/a`, id);
    const guarded = await openWebPush(row, { store, log, clock: Date.now });
    await assert.rejects(guarded.send(message('m1'), NEVER), /own network, which is refused/);
    await guarded.close();
    assert.deepEqual(service.got, []);
    const [{ id: subscription } = { id: '' }] = await store.push.list();
    await store.push.remove(subscription);
    const broken = { userId: id, endpoint: `${service.origin}/b`, p256dh: 'AAAA', auth: 'AAAA' };
    await store.push.add({ ...broken, agent: 'x', createdAt: 1 });
    await assert.rejects(
      channel.send(message('m2'), NEVER),
      (error) => error instanceof ChannelError && !error.retry && /keys cannot be used/.test(error.message),
    );
  });
});
