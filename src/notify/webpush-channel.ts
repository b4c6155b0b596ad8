// Messages of the browser: to each browser that a user has subscribed, without the picture. What a browser is told again has the same
// tag, so it is shown once.

import { createHash } from 'node:crypto';
import type { ChannelRow, PushSubscription } from '../delivery-port.ts';
import type { WebPushSettings } from '../channel-web.ts';
import { ChannelError, type Channel, type Message } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import { answerError } from './http-words.ts';
import { openHttp, type Http } from './http.ts';
import { nearestLines } from './message-words.ts';
import { pushKeysOf } from './push-keys.ts';
import { pushCall } from './web-push.ts';

export interface WebPushPorts {
  readonly store: Pick<Store, 'push' | 'users' | 'kept'>;
  readonly log: Log;
  readonly clock: () => number;
  /** For tests. */
  readonly http?: Http;
}

/** Push services take 4096 bytes, of which encryption needs some. */
const PAYLOAD_BYTES = 3000;
const DAY_S = 86_400;
/** One browser's push service that is away must not hold the others' messages up for long. */
const MOST_TRIES = 3;
const MOST_REMEMBERED = 100;

interface Receipt {
  readonly browsers: number;
  readonly outcomes: readonly string[];
}

/** Which browsers have a message already, while it is tried again. */
interface Progress {
  readonly served: Set<string>;
  tries: number;
}

export async function openWebPush(row: ChannelRow, { store, log, clock, http }: WebPushPorts): Promise<Channel> {
  const settings = row.settings as WebPushSettings;
  const keys = await pushKeysOf(store.kept);
  // Browsers name the address themselves, so it is never one of the own network.
  const open = http ?? openHttp({ allowPrivate: false });
  const progress = new Map<string, Progress>();

  function progressOf(key: string): Progress {
    const known = progress.get(key) ?? { served: new Set(), tries: 0 };
    progress.delete(key);
    progress.set(key, known);
    for (const oldest of progress.keys()) if (progress.size > MOST_REMEMBERED) progress.delete(oldest);
    return known;
  }

  /** Answers how many have it. */
  async function tell(message: Message, key: string, urgency: 'normal' | 'low', signal: AbortSignal): Promise<number> {
    const all = await receiversOf(store, settings, message);
    if (all.length === 0) {
      throw new ChannelError(
        'No browser takes the message: somebody who may see it has to switch it on in the panel first.',
        { retry: false },
      );
    }
    const here = progressOf(key);
    here.tries += 1;
    const payload = payloadOf(message, urgency === 'low');
    const failures: ChannelError[] = [];
    const work = all.map(async (browser) => {
      if (here.served.has(browser.id)) return;
      try {
        await push(browser, payload, { topic: topicOf(message.id), urgency }, signal);
        here.served.add(browser.id);
      } catch (error) {
        failures.push(
          error instanceof ChannelError
            ? error
            : new ChannelError(`A browser's keys cannot be used: ${messageOf(error)}`, { retry: false, cause: error }),
        );
      }
    });
    await Promise.all(work);
    const [first] = failures;
    const again = failures.find(({ retry }) => retry);
    const isEnough = here.served.size > 0 && (again === undefined || here.tries >= MOST_TRIES);
    if (first && !isEnough) throw again ?? first;
    if (first) log.warn({ failed: failures.length, reason: first.message }, 'some browsers were not told');
    progress.delete(key);
    return here.served.size;
  }

  async function push(
    browser: PushSubscription,
    payload: string,
    { topic, urgency }: { readonly topic: string; readonly urgency: 'normal' | 'low' },
    signal: AbortSignal,
  ): Promise<void> {
    const call = await pushCall(browser, payload, {
      keys,
      contact: settings.contact,
      ttlSeconds: settings.days * DAY_S,
      topic,
      urgency,
    });
    const answer = await open.call({ ...call, signal });
    if (answer.status >= 200 && answer.status < 300) return;
    if (answer.status === 404 || answer.status === 410) {
      // The browser has taken it back, or is gone.
      await store.push.remove(browser.id);
      throw new ChannelError(`The browser "${browser.agent}" takes no messages any more.`, { retry: false });
    }
    throw answerError(`The push service of "${browser.agent}"`, answer, clock());
  }

  return {
    kind: 'webpush',
    async send(message, signal) {
      const browsers = await tell(message, message.id, 'normal', signal);
      return { browsers, outcomes: message.outcomes } satisfies Receipt;
    },
    async edit(receipt, message, signal) {
      const { browsers, outcomes } = receipt as Receipt;
      // Only what somebody did is worth another push; it replaces the message that is shown, quietly.
      if (message.outcomes.join('\n') === outcomes.join('\n')) return receipt;
      await tell(message, `${message.id} ${message.outcomes.length}`, 'low', signal);
      return { browsers, outcomes: message.outcomes } satisfies Receipt;
    },
    async close() {
      if (!http) await open.close();
    },
  };
}

/** Browsers of those users who are meant and may see all that the message tells of. */
async function receiversOf(
  store: WebPushPorts['store'],
  { users }: WebPushSettings,
  message: Message,
): Promise<readonly PushSubscription[]> {
  const cameras = message.sightings.map(({ cameraId }) => cameraId);
  const { cameraId } = message.alert;
  const [subscriptions, all] = await Promise.all([store.push.list(), store.users.list()]);
  const may = new Set(
    all
      .filter(({ id, cameras: hers }) => {
        if (users.length > 0 && !users.includes(id)) return false;
        if (hers === null || message.isTest) return true;
        // What is told of no camera is told of all.
        const about = cameraId === null ? cameras : [...cameras, cameraId];
        return about.length > 0 && about.every((camera) => hers.includes(camera));
      })
      .map(({ id }) => id),
  );
  return subscriptions.filter(({ userId }) => may.has(userId));
}

/** What the panel's service worker shows. */
function payloadOf({ id, alert, title, lines, sightings, outcomes, link, isTest }: Message, isQuiet: boolean): string {
  const at = new Date(alert.at).toISOString();
  const make = (body: string): string =>
    JSON.stringify({
      id,
      title: shortened(title, 200),
      body,
      alertId: isTest ? null : alert.id,
      link,
      at,
      isQuiet,
      isTest,
    });
  const words = [...outcomes.toReversed(), ...lines, ...nearestLines(sightings)].join('\n');
  // Halved until it fits: some letters take several bytes.
  for (let length = 1000; ; length = Math.floor(length / 2)) {
    const payload = make(shortened(words, length));
    if (Buffer.byteLength(payload) <= PAYLOAD_BYTES || length === 0) return payload;
  }
}

function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}

const TOPIC_LENGTH = 32;

function topicOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, TOPIC_LENGTH);
}
