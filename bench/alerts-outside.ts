// What is outside of Kith while alerts are measured, in a thread of its own: cameras that post, and receivers of messages. One receiver
// hangs for ever, one answers 429 now and then.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { post } from './posting.ts';

/** Every so many messages one channel says that it is too much. */
const TOO_MANY = 10;

/** Posts one shot for each camera, which is told of then: `perSecond` of them, or so many `atOnce`. */
export interface PostOrder {
  readonly url: string;
  readonly key: string;
  readonly cameras: readonly string[];
  readonly shots: readonly Uint8Array[];
  readonly perSecond?: number;
  readonly atOnce?: number;
}

/** `posted`: ids of the detections. `received`: who was told of which detection, and when. */
export type Answer =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'posted'; readonly ids: readonly string[] }
  | { readonly kind: 'received'; readonly channel: string; readonly detection: string; readonly at: number };

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (answer: Answer): void => parentPort?.postMessage(answer);
let calls = 0;

const server = createServer((request, response) => {
  const channel = request.url?.slice(1) ?? '';
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (channel === 'hanging') return;
    if (channel === 'slowed' && (calls += 1) % TOO_MANY === 0) {
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    }
    const at = Date.now();
    const { sightings } = JSON.parse(Buffer.concat(parts).toString()) as { sightings: { detection: string }[] };
    for (const { detection } of sightings) tell({ kind: 'received', channel, detection, at });
    response.writeHead(204).end();
  });
}).listen(0, '127.0.0.1', () => tell({ kind: 'port', port: (server.address() as AddressInfo).port }));

async function send({ url, key, cameras, shots, perSecond, atOnce = 1 }: PostOrder): Promise<readonly string[]> {
  const ids: string[] = [];
  const one = async (camera: string, i: number): Promise<void> => {
    const id = randomUUID();
    await post(url, { key, id, camera, shot: shots[i % shots.length] ?? new Uint8Array() });
    ids.push(id);
  };
  if (perSecond === undefined) {
    const left = [...cameras.entries()];
    const work = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) await one(next[1], next[0]);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return ids;
  }
  const begin = performance.now();
  const posts: Promise<void>[] = [];
  for (const [i, camera] of cameras.entries()) {
    await sleep(Math.max(0, begin + (i * 1000) / perSecond - performance.now()));
    posts.push(one(camera, i));
  }
  await Promise.all(posts);
  return ids;
}

parentPort?.on('message', (order: PostOrder) => {
  void send(order).then((ids) => tell({ kind: 'posted', ids }));
});
