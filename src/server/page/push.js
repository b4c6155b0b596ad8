// The service worker of the panel: shows what Kith sends to this browser although no page is open, with the picture where whoever is
// signed in may see it, opens the alert at a click, and signs up anew where the browser has taken its address away.

/** A message without its picture is better than one that comes late. */
const PICTURE_MS = 4000;
const MOST_BYTES = 500_000;
const CHUNK = 8192;

// A new one takes the place of the old one at once: there are no pages that could be torn apart by it.
self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('push', (event) => event.waitUntil(show(messageOf(event.data))));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? '/'));
});

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event.newSubscription)));

/** Browsers ask for a notice after each message, also one that cannot be read. */
function messageOf(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

async function show({ id, title, body, alertId, at, isQuiet, isTest }) {
  const picture = alertId ? await pictureOf(alertId) : null;
  await self.registration.showNotification(title || 'Kith', {
    body: body || '',
    icon: picture ?? '/page/icon.svg',
    ...(picture && { image: picture }),
    // What is told again takes the place of what is shown, and only makes a sound where there is something new.
    ...(id && { tag: id, renotify: !isQuiet }),
    silent: isQuiet === true,
    timestamp: Date.parse(at) || Date.now(),
    data: { path: alertId ? `/alerts/${encodeURIComponent(alertId)}` : isTest ? '/account?tab=notifications' : '/' },
  });
}

/** As a data: URL; null where there is none, where the session has ended, or where Kith cannot be reached. */
async function pictureOf(alertId) {
  const signal = AbortSignal.timeout(PICTURE_MS);
  try {
    const alert = await (await get(`/api/v1/alerts/${encodeURIComponent(alertId)}`, signal)).json();
    const detection = alert.sightings?.at(-1)?.detectionId;
    if (!detection) return null;
    const answer = await get(`/api/v1/detections/${encodeURIComponent(detection)}/picture`, signal);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length > MOST_BYTES) return null;
    let text = '';
    // All at once would be more arguments than a function takes.
    for (let at = 0; at < bytes.length; at += CHUNK) {
      text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
    }
    return `data:${answer.headers.get('content-type') ?? 'image/jpeg'};base64,${btoa(text)}`;
  } catch {
    return null;
  }
}

async function get(path, signal) {
  return call(path, { signal });
}

async function call(path, { headers, ...options }) {
  const answer = await fetch(path, {
    ...options,
    headers: { 'x-kith': 'panel', ...headers },
    credentials: 'same-origin',
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

/** Some browsers subscribe anew themselves. Where the session has ended nobody is signed up: whose device it is now is not known. The old
 * address leaves Kith when a message to it is refused. */
async function renew(given) {
  const subscription = given ?? (await subscribe());
  const { endpoint, keys } = subscription.toJSON();
  const body = JSON.stringify({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } });
  await call('/api/v1/push/subscriptions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

async function subscribe() {
  const { key } = await (await get('/api/v1/push/key')).json();
  return self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** The page that shows it already comes to the front; else a new one is opened. */
async function open(path) {
  const url = new URL(path, self.location.origin).href;
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find((one) => one.url === url);
  await (page ? page.focus() : self.clients.openWindow(url));
}
