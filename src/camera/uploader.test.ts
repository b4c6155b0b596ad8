import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSpool, type Spool } from './spool.ts';
import { listeningLog, readPost, temporaryFolder } from './test-kit.ts';
import { checkServer, judge, openUploader, type Uploader } from './uploader.ts';

interface Post {
  readonly authorization: string | undefined;
  readonly meta: { id: string; camera: string; track: string; capturedAt: string; box: number[]; points: number[][] };
  readonly image: Uint8Array;
}

type Reply = (post: Post, number: number) => Promise<[status: number, body: unknown]> | [status: number, body: unknown];

/** A back end that answers as it is told to. */
async function backEnd(t: { after(fn: () => unknown): void }, reply: Reply, port = 0) {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { meta, image } = await readPost(request);
      const post = { authorization: request.headers.authorization, meta: meta as Post['meta'], image };
      posts.push(post);
      const [status, body] = await reply(post, posts.length);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  return { posts, stop, port: (server.address() as AddressInfo).port };
}

async function fill(spool: Spool, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [i, id] of ids.entries()) {
    const points = [0, 1, 2, 3, 4].map((n) => [n, n] as const) as unknown as null;
    const sighting = {
      id,
      cameraId: 'door',
      trackId: 's-1',
      capturedAt: 1_700_000_000_000 + i,
      box: [1, 2, 3, 4] as const,
      points,
      zones: ['till'],
    };
    await spool.add(sighting, Uint8Array.of(255, 216, i));
  }
  return ids;
}

const accept: Reply = ({ meta }) => [201, { id: meta.id, state: 'pending' }];

async function start(
  t: { after(fn: () => unknown): void },
  port: number,
  more: { timeoutMs?: number; parallel?: number } = {},
) {
  const folder = temporaryFolder(t);
  const spool = await openSpool({ folder });
  const { log, lines } = listeningLog();
  const open = (): Uploader => {
    const uploader = openUploader({
      server: `http://127.0.0.1:${port}`,
      key: 'k1',
      spool,
      log,
      backoff: () => 20,
      ...more,
    });
    t.after(() => uploader.close(0));
    return uploader;
  };
  return { folder, spool, lines, open };
}

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

test('posts picture and facts with the key, and the shot leaves the spool', async (t) => {
  const server = await backEnd(t, accept);
  const { folder, spool, open } = await start(t, server.port);
  const [id] = await fill(spool, 1);
  const uploader = open();
  await spool.drained(soon());
  assert.equal(uploader.counts.delivered, 1);
  const [post] = server.posts;
  assert.equal(post?.authorization, 'Bearer k1');
  const { sentAt, ...meta } = post.meta as unknown as { readonly sentAt: string };
  assert.ok(Math.abs(Date.parse(sentAt) - Date.now()) < 60_000);
  assert.deepEqual(meta, {
    id,
    camera: 'door',
    track: 's-1',
    capturedAt: '2023-11-14T22:13:20.000Z',
    box: [1, 2, 3, 4],
    points: [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ],
    zones: ['till'],
  });
  assert.deepEqual([...(post?.image ?? [])], [255, 216, 0]);
  assert.deepEqual(await readdir(folder), ['refused']);
});

test('a back end that is away is said once, shots wait and arrive in order when it is back', async (t) => {
  const gone = await backEnd(t, accept);
  await gone.stop();
  const { spool, lines, open } = await start(t, gone.port, { parallel: 1 });
  const ids = await fill(spool, 5);
  const uploader = open();
  while (uploader.trouble === null) await new Promise((resolve) => setTimeout(resolve, 5));
  // Several more tries happen meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /takes no shots: nothing listens there/);
  assert.equal(spool.counts.waiting, 5);
  const back = await backEnd(t, accept, gone.port);
  await spool.drained(soon());
  assert.deepEqual(
    back.posts.map((post) => post.meta.id),
    ids,
  );
  assert.equal(uploader.trouble, null);
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /takes shots again/);
});

test('status 500 and a key that is wrong are tried on with, nothing is lost', async (t) => {
  const replies: [number, unknown][] = [
    [500, { error: { code: 'internal', message: 'Internal error' } }],
    [401, { error: { code: 'unauthorized', message: 'Unknown key' } }],
    [503, 'down'],
  ];
  const server = await backEnd(t, (post, number) => replies[number - 1] ?? accept(post, number));
  const { spool, lines, open } = await start(t, server.port, { parallel: 1 });
  const [id] = await fill(spool, 1);
  open();
  await spool.drained(soon());
  assert.deepEqual(new Set(server.posts.map((post) => post.meta.id)), new Set([id]));
  assert.equal(server.posts.length, 4);
  assert.equal(lines.filter((line) => line.includes('takes no shots')).length, 1);
});

test('one shot that is refused is set aside and the next goes on', async (t) => {
  const refused = { error: { code: 'conflict', message: 'That id belongs to another picture.' } };
  const server = await backEnd(t, (post, number) => (number === 1 ? [409, refused] : accept(post, number)));
  const { folder, spool, lines, open } = await start(t, server.port, { parallel: 1 });
  const [bad] = await fill(spool, 3);
  const uploader = open();
  await spool.drained(soon());
  assert.deepEqual(uploader.counts, { delivered: 2, refused: 1 });
  const [file] = await readdir(join(folder, 'refused'));
  assert.ok(file?.includes(bad ?? '?'));
  assert.match(lines[0] ?? '', /refused a shot: That id belongs to another picture/);
});

test('an answer that comes too late is a failure, and the shot is posted again under the same id', async (t) => {
  const server = await backEnd(t, async (post, number) => {
    if (number === 1) await new Promise((resolve) => setTimeout(resolve, 300));
    return accept(post, number);
  });
  const { spool, open } = await start(t, server.port, { timeoutMs: 100, parallel: 1 });
  const [id] = await fill(spool, 1);
  const uploader = open();
  await spool.drained(soon());
  assert.deepEqual(
    server.posts.map((post) => post.meta.id),
    [id, id],
  );
  assert.equal(uploader.counts.delivered, 1);
});

test('several are under way at once and each arrives once', async (t) => {
  let now = 0;
  let most = 0;
  const server = await backEnd(t, async (post, number) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 10));
    now--;
    return accept(post, number);
  });
  const { spool, open } = await start(t, server.port, { parallel: 3 });
  const ids = await fill(spool, 30);
  open();
  await spool.drained(soon());
  assert.deepEqual(server.posts.map((post) => post.meta.id).toSorted(), ids.toSorted());
  assert.ok(most > 1 && most <= 3, `${most} at once`);
});

test('closing cuts a post off that hangs; its shot stays', async (t) => {
  const server = await backEnd(t, () => new Promise(() => undefined));
  const { spool, open } = await start(t, server.port);
  await fill(spool, 1);
  const uploader = open();
  while (server.posts.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await uploader.close(10);
  assert.equal(spool.counts.waiting, 1);
});

test('a time that cannot be is no reason to lose the shot: the clock may be set later', () => {
  const said = '"capturedAt" is more than a day ahead: set the clock of the camera, then send it again.';
  assert.equal(judge(400, JSON.stringify({ error: { message: said } }), 'a').result, 'later');
  assert.equal(judge(400, JSON.stringify({ error: { message: '"box" is empty.' } }), 'a').result, 'refused');
});

test('an answer that is not from a Kith neither counts as delivered nor costs a shot', () => {
  assert.equal(judge(200, '<html>Please log in</html>', 'a').result, 'later');
  assert.equal(judge(201, JSON.stringify({ id: 'b' }), 'a').result, 'later');
  assert.equal(judge(404, '<h1>Not found</h1>', 'a').result, 'later');
  assert.equal(judge(404, '{"error":{"code":"not_found","message":"There is no camera"}}', 'a').result, 'later');
  assert.equal(judge(302, '', 'a').result, 'later');
  assert.equal(judge(429, '{"error":{"code":"x","message":"slow"}}', 'a').result, 'later');
  assert.equal(judge(413, '', 'a').result, 'refused');
  assert.equal(judge(400, '{"error":{"code":"invalid","message":"no picture"}}', 'a').result, 'refused');
  assert.equal(judge(201, JSON.stringify({ id: 'a' }), 'a').result, 'delivered');
});

test('an address of the back end that is none is refused without its password', () => {
  assert.throws(
    () => checkServer('ftp://me:secret@host'),
    (error: Error) => !error.message.includes('secret'),
  );
  assert.doesNotThrow(() => checkServer('https://kith.example/base'));
});
