// For tests: a server that answers as Frigate does, with pictures of the test's own.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Context {
  after(fn: () => void | Promise<void>): void;
}

/** A picture, or a status with a text; null: 404 as Frigate words it. */
export type FrigateAnswer = Uint8Array | { status: number; text?: string; headers?: Record<string, string> } | null;

export interface TestFrigate {
  readonly port: number;
  /** Paths below /api/ that were asked for, with their queries. */
  readonly asked: string[];
  readonly labels: { readonly event: string; readonly body: Record<string, unknown> }[];
  /** Answers to `…/snapshot.jpg`, `latest.jpg` and the like; may be exchanged. */
  answer: (path: string) => FrigateAnswer | Promise<FrigateAnswer>;
  /** Answer to a sub label. */
  label: (event: string) => FrigateAnswer;
  config: unknown;
  /** Only with this cookie, which a login gives. */
  login: { user: string; password: string } | null;
  /** Hangs up on everybody. */
  down: boolean;
}

const COOKIE = 'frigate_token=abc.def.ghi';

export async function openTestFrigate(t: Context, camera = 'door'): Promise<TestFrigate> {
  const frigate = {
    port: 0,
    asked: [] as string[],
    labels: [] as { event: string; body: Record<string, unknown> }[],
    answer: (() => null) as TestFrigate['answer'],
    label: (() => ({ status: 200, text: '{"success":true}' })) as TestFrigate['label'],
    config: { cameras: { [camera]: { detect: { width: 640, height: 360 }, record: { enabled: true } } } } as unknown,
    login: null as TestFrigate['login'],
    down: false,
  };

  async function answerOf(request: IncomingMessage): Promise<FrigateAnswer> {
    const path = (request.url ?? '').replace(/^\/api\//, '');
    const body = request.method === 'POST' ? await jsonOf(request) : {};
    const { login } = frigate;
    if (login && path === 'login') {
      const isRight = body['user'] === login.user && body['password'] === login.password;
      return isRight ? { status: 200, text: '{}', headers: { 'set-cookie': `${COOKIE}; Path=/` } } : { status: 401 };
    }
    if (login && request.headers.cookie !== COOKIE) return { status: 401 };
    if (path === 'config') return { status: 200, text: JSON.stringify(frigate.config) };
    const event = /^events\/([^/]+)\/sub_label$/.exec(path)?.[1];
    if (event !== undefined && request.method === 'POST') {
      const answer = frigate.label(event);
      if (answer && 'status' in answer && answer.status === 200) frigate.labels.push({ event, body });
      return answer;
    }
    frigate.asked.push(path);
    return frigate.answer(path);
  }

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await answerOf(request);
    if (answer instanceof Uint8Array) {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(answer);
      return;
    }
    const { status = 404, text = '{"success":false,"message":"not found"}', headers = {} } = answer ?? {};
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  }

  const server = createServer((request, response) => {
    if (frigate.down) {
      request.socket.destroy();
      return;
    }
    void reply(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  frigate.port = (server.address() as AddressInfo).port;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return frigate;
}

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return JSON.parse(String(Buffer.concat(chunks))) as Record<string, unknown>;
}

let count = 0;

/** A message as Frigate 0.14 to 0.17 publishes it; `more` goes into `after`. */
export function eventMessage(
  type: 'new' | 'update' | 'end',
  id: string,
  more: Readonly<Record<string, unknown>> = {},
): { type: string; before: object; after: Record<string, unknown> } {
  const time = Date.now() / 1000;
  const base = {
    id,
    camera: 'door',
    frame_time: time,
    snapshot: {
      frame_time: time,
      box: [100, 40, 260, 340],
      area: 48_000,
      region: [0, 0, 360, 360],
      score: 0.83,
      attributes: [],
    },
    label: 'person',
    sub_label: null,
    top_score: 0.83,
    false_positive: false,
    start_time: time - 0.6,
    end_time: type === 'end' ? time : null,
    score: 0.81,
    box: [100, 40, 260, 340],
    area: 48_000,
    ratio: 0.53,
    region: [0, 0, 360, 360],
    active: true,
    stationary: false,
    motionless_count: 0,
    position_changes: 1,
    current_zones: ['step'],
    entered_zones: ['step'],
    has_clip: true,
    has_snapshot: true,
    attributes: {},
    current_attributes: [],
    pending_loitering: false,
    current_estimated_speed: 0,
    average_estimated_speed: 0,
    velocity_angle: 0,
    recognized_license_plate: null,
  };
  return { type, before: base, after: { ...base, ...more } };
}

/** An id as Frigate makes them. */
export function eventId(): string {
  return `${Math.floor(Date.now() / 1000)}.${String(++count).padStart(6, '0')}-k1th0${count}`;
}

/** `snapshot` of a message with its best frame at `time`. */
export function bestFrame(time: number, box: readonly number[] = [100, 40, 260, 340]): { snapshot: object } {
  return { snapshot: { frame_time: time, box, area: 1, region: [0, 0, 360, 360], score: 0.9, attributes: [] } };
}
