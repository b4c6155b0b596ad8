// The action "http": one call, which the other side confirms with a status of success.

import type { HttpAction } from '../action-settings.ts';
import { deedJson, type Perform } from './deed.ts';
import { openHttp } from './http.ts';
import { answerError } from './http-words.ts';

/** A little longer than the runner's own limit, which is the one that people set. */
const SPARE_MS = 5_000;

export const performHttp: Perform = async (settings, deed, signal) => {
  const { method, url, headers, body, allowPrivate, timeLimit } = settings as HttpAction;
  const http = openHttp({ allowPrivate, timeoutMs: timeLimit * 1000 + SPARE_MS });
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  try {
    const answer = await http.call({
      method,
      url,
      headers: {
        // The same again is the same run, for whoever wants to be sure.
        'idempotency-key': deed.run.id,
        ...(hasBody && !given.has('content-type') && { 'content-type': typeOf(body) }),
      },
      credentials: headers,
      ...(hasBody && { body: body ?? JSON.stringify(deedJson(deed)) }),
      signal,
    });
    if (answer.status < 200 || answer.status > 299)
      throw answerError(URL.parse(url)?.host ?? 'The other side', answer, deed.at);
  } finally {
    await http.close();
  }
};

function typeOf(body: string | undefined): string {
  if (body === undefined) return 'application/json';
  try {
    JSON.parse(body);
    return 'application/json';
  } catch {
    return 'text/plain; charset=utf-8';
  }
}
