// Kith's own API as somebody who is calling, inside the process: her role, her cameras, the checks and the audit log are those of any
// other request.

import type { UserClient } from './chat-port.ts';
import { callThrough, errorOf, type Send } from './client.ts';

/** As Fastify's: a request that goes over no network. */
export interface Inject {
  inject(request: {
    readonly method: 'GET';
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly payload?: Buffer;
  }): Promise<{ readonly statusCode: number; readonly body: string; readonly rawPayload: Buffer }>;
}

export function injectSend(app: Inject): Send {
  return async ({ method, url, headers, body }) => {
    const payload = body ? { payload: Buffer.from(body) } : {};
    const answer = await app.inject({ method: method as 'GET', url, headers: { ...headers }, ...payload });
    return { status: answer.statusCode, body: answer.body };
  };
}

/** `headers` say who is calling. */
export function createUserClient(app: Inject, headers: Readonly<Record<string, string>>): UserClient {
  return {
    call: callThrough(injectSend(app), headers),
    async picture(path) {
      const url = `/api/v1${path}`;
      const answer = await app.inject({ method: 'GET', url, headers: { ...headers } });
      if (answer.statusCode < 400) return answer.rawPayload;
      throw errorOf(answer.statusCode, answer.body);
    },
  };
}
