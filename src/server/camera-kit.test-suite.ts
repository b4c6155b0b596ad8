// For tests of cameras over the API: what a camera program sends, and how it reads its control stream.

import assert from 'node:assert/strict';
import type { CameraReport } from '../camera-port.ts';
import type { House } from './house.test-suite.ts';

export const ONE = '11111111-1111-4111-8111-111111111111';
export const TWO = '22222222-2222-4222-8222-222222222222';
export const SECRET = 'p@ss%41word';
/** A password with @ and %, written as people write it. */
export const ADDRESS = `rtsp://admin:${SECRET}@10.0.0.7:554/live?token=t0ken`;

export function report(more: Partial<CameraReport> = {}): CameraReport {
  return {
    program: ONE,
    state: 'running',
    reason: null,
    source: 'rtsp://10.0.0.7/live',
    settingsVersion: 1,
    memoryMegabytes: 210.4,
    counts: {
      frames: 90,
      analysed: 80,
      still: 10,
      dropped: 0,
      faces: 3,
      tracks: 2,
      shots: 2,
      delivered: 1,
      refused: 0,
      waiting: 7,
      lost: 4,
    },
    days: [],
    ...more,
  };
}

export interface Told {
  readonly event: string;
  readonly data: { readonly [key: string]: unknown };
}

/** A camera program's ear. */
export interface Ear {
  readonly status: number;
  /** The whole answer of one that was refused. */
  readonly text: string;
  /** The next event, or null at the end; `comments` counts the heartbeats on the way. */
  next(): Promise<Told | null>;
  /** Until the event is of this kind. */
  until(event: string): Promise<Told>;
  readonly comments: () => number;
  stop(): void;
}

export async function listenAs(
  url: string,
  key: string,
  { camera = 'door', program = ONE }: { camera?: string; program?: string } = {},
): Promise<Ear> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/v1/cameras/${camera}/control?program=${program}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: stop.signal,
  });
  if (response.status !== 200 || !response.body) {
    return {
      status: response.status,
      text: await response.text(),
      next: () => Promise.resolve(null),
      until: () => Promise.reject(new Error('It was refused.')),
      comments: () => 0,
      stop: () => undefined,
    };
  }
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let comments = 0;

  async function next(): Promise<Told | null> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await reader.read();
        if (done) return null;
        text += value;
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined && data !== undefined) return { event, data: JSON.parse(data) as Told['data'] };
      comments++;
    }
  }

  return {
    status: 200,
    text: '',
    next,
    async until(event) {
      for (;;) {
        const told = await next();
        assert.ok(told, `the stream ended before ${event}`);
        if (told.event === event) return told;
      }
    },
    comments: () => comments,
    stop: () => stop.abort(),
  };
}

/** Calls as `fetch` does, with a key. */
export async function ask(
  url: string,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Record<string, unknown>; text: string }> {
  const isBytes = body instanceof Uint8Array;
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': isBytes ? 'image/jpeg' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

export function jpeg(bytes: number, mark: number): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(bytes - 4, mark)]);
}

/** Asks again until it is so. */
export async function eventually<T>(look: () => Promise<T> | T, isSo: (value: T) => boolean, what: string): Promise<T> {
  for (const until = Date.now() + 20_000; ;) {
    const value = await look();
    if (isSo(value)) return value;
    if (Date.now() > until) assert.fail(`${what}: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function assertNoSecret(house: House, ...texts: readonly string[]): void {
  for (const text of [...texts, ...house.logged]) {
    for (const secret of [SECRET, 'ss%41word', 't0ken', 'word@'])
      assert.ok(!text.includes(secret), `${secret} in ${text}`);
  }
}
