// One message for one browser, encrypted for it (RFC 8291) and signed by us. The only file that imports web-push.

import type { PushSubscription } from '../delivery-port.ts';
import type { HttpCall } from './http.ts';
import type { PushKeys } from './push-keys.ts';

export interface PushOptions {
  readonly keys: PushKeys;
  /** mailto: or https: whom the push service can complain to. */
  readonly contact: string;
  readonly ttlSeconds: number;
  /** At most 32 letters of Base64url: one that waits is replaced by the next of the same topic. */
  readonly topic: string;
  readonly urgency: 'normal' | 'low';
}

/** What is to be called; throws where the browser's keys are none. */
export async function pushCall(
  { endpoint, p256dh, auth }: PushSubscription,
  payload: string,
  { keys, contact, ttlSeconds, topic, urgency }: PushOptions,
): Promise<HttpCall> {
  // Not before somebody wants it: it takes time to load.
  const { default: library } = await import('web-push');
  const { headers, body } = library.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails: { subject: contact, ...keys },
    TTL: ttlSeconds,
    topic,
    urgency,
    contentEncoding: 'aes128gcm',
  });
  // The connection counts by itself.
  const { 'Content-Length': _length, ...rest } = headers as Record<string, unknown>;
  return {
    method: 'POST',
    url: endpoint,
    credentials: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
    body,
  };
}
