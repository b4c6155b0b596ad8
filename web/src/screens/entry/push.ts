// Messages of the browser: whether it takes them, and how it begins and ends to take them. The service worker lies on the server
// (src/server/page/push.js).

import { api, dataOf, type Schemas } from '../../api/client.ts';

const WORKER = '/page/push.js';
const SCOPE = '/page/';

export type Subscription = Schemas['PushSubscription'];

/** `insecure`: an address without HTTPS. `old`: the browser has no such messages. `home`: it has them once the panel is on the home
 * screen. `forbidden`: somebody has forbidden them in the browser. */
export type PushObstacle = 'insecure' | 'old' | 'home' | 'forbidden';

export function obstacle(): PushObstacle | null {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) {
    return /iPhone|iPad/.test(navigator.userAgent) ? 'home' : 'old';
  }
  return Notification.permission === 'denied' ? 'forbidden' : null;
}

/** The address at which this browser takes messages; null: it takes none. */
export async function ownEndpoint(): Promise<string | null> {
  if (obstacle() !== null) return null;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const subscription = await registration?.pushManager.getSubscription();
  return subscription?.endpoint ?? null;
}

/** Asks whoever sits there for leave. Throws Error in words where the browser does not take part; false: she has said no. */
export async function subscribe(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const { key } = await dataOf(api.GET('/api/v1/push/key'));
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  await active(registration);
  const before = await registration.pushManager.getSubscription();
  // One of another Kith at this address, as after a restore: its key would be refused.
  if (before && keyOf(before) !== key) await before.unsubscribe();
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint = '', keys } = subscription.toJSON();
  const body = { endpoint, keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' } };
  await dataOf(api.POST('/api/v1/push/subscriptions', { body }));
  return true;
}

/** One of her browsers, this one or another, takes no more messages. */
export async function unsubscribe({ id, endpoint }: Subscription): Promise<void> {
  await dataOf(api.DELETE('/api/v1/push/subscriptions/{id}', { params: { path: { id } } }));
  if (obstacle() !== null) return;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const own = await registration?.pushManager.getSubscription();
  if (own?.endpoint === endpoint) await own.unsubscribe();
}

/** Who signs out here gets no more messages here: they have names in them, and the next one at this device is somebody else. */
export async function leaveThisBrowser(): Promise<void> {
  const endpoint = await ownEndpoint();
  if (endpoint === null) return;
  const { items } = await dataOf(api.GET('/api/v1/push/subscriptions'));
  const own = items.find((one) => one.endpoint === endpoint);
  if (own) await unsubscribe(own);
}

/** A subscription needs a worker that runs. */
async function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || !worker) return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error('The service worker could not be installed.'));
    });
  });
}

function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer());
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
