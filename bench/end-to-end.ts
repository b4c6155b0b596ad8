// A shot is posted → it is classified and the event has come: 20 a second, over HTTP, through the durable store.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from './run.ts';
import { readConfig } from '../src/config.ts';
import type { Log } from '../src/log.ts';
import { openSystem } from '../src/main.ts';
import { quantile } from './median.ts';
import { post, shotsOf } from './posting.ts';

const PER_SECOND = 20;
const SECONDS = 15;

export async function measureEndToEnd(folder: string, log: Log): Promise<readonly BenchRow[]> {
  const config = readConfig({ overrides: { data: join(folder, 'end-to-end'), port: 0 } });
  const system = await openSystem(config, 'start', log);
  const controller = new AbortController();
  try {
    await system.store.cameras.put('bench', 'bench');
    const key = system.cameraKey();
    const shots = await shotsOf(system);
    const posted = new Map<string, number>();
    const times: number[] = [];
    const listening = listen(system.url, system.localKey, controller.signal, (id) => {
      const at = posted.get(id);
      if (at !== undefined) times.push(performance.now() - at);
    });
    await sleep(300);
    const posts: Promise<void>[] = [];
    const begin = performance.now();
    for (let i = 0; i < PER_SECOND * SECONDS; i++) {
      await sleep(Math.max(0, begin + (i * 1000) / PER_SECOND - performance.now()));
      const id = randomUUID();
      posted.set(id, performance.now());
      posts.push(post(system.url, { key, id, camera: 'bench', shot: shots[i % shots.length] ?? new Uint8Array() }));
    }
    await Promise.all(posts);
    await system.idle();
    await sleep(500);
    controller.abort();
    await listening;
    if (times.length !== posted.size) throw new Error(`${posted.size} shots were posted, ${times.length} events came`);
    return [
      {
        name: `shot posted → classified and event received, ${PER_SECOND}/s, median`,
        value: quantile(times, 0.5),
        unit: 'ms',
      },
      { name: `the same, p99 of ${times.length}`, value: quantile(times, 0.99), unit: 'ms', atMost: 150 },
    ];
  } finally {
    controller.abort();
    await system.close();
  }
}

async function listen(url: string, key: string, signal: AbortSignal, heard: (id: string) => void): Promise<void> {
  try {
    const events = await fetch(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${key}` }, signal });
    const decoder = new TextDecoder();
    let text = '';
    for await (const part of events.body ?? []) {
      text += decoder.decode(part as Uint8Array, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        if (!/^event: detection$/m.test(message)) continue;
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (data) heard((JSON.parse(data) as { id: string }).id);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
