// The live page: what happened lately, then each event as it comes. view.js draws; names only ever become text.

import { createView } from './view.js';

const LAST = 50;
const WAITS_MS = [1000, 5000, 10_000, 60_000];
const view = createView();
let stream;
let tries = 0;
let summaryTimer;
let loadTimer;
let retryTimer;
let isClosed = false;

function midnight() {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

/** JSON of the API; null, with the page saying so, when the session has ended. */
async function ask(path) {
  const answer = await fetch(`/api/v1${path}`, { headers: { accept: 'application/json' } });
  if (answer.status === 401) {
    closed();
    return null;
  }
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

function closed() {
  isClosed = true;
  stream?.close();
  view.state('closed', 'This session has ended: open a new link (npx kith link)');
}

async function summary() {
  const numbers = await ask(`/summary?since=${encodeURIComponent(midnight())}`);
  if (numbers) view.counts(numbers);
}

/** A burst of events asks once. */
function summarySoon() {
  summaryTimer ??= setTimeout(() => {
    summaryTimer = undefined;
    summary().catch(() => {});
  }, 1000);
}

async function load() {
  await summary();
  const [visits, detections] = [await ask('/visits?limit=100'), await ask(`/detections?limit=${LAST}`)];
  const ignored = await ask('/persons?ignored=true&limit=500');
  if (!visits || !detections || !ignored) return;
  view.visits(visits.items);
  view.ignored(ignored.items);
  for (const detection of detections.items.toReversed()) view.detection(detection, false);
  view.loaded();
}

/** A correction regroups visits: their other shots are where they were only until they are asked for again. */
function loadSoon() {
  loadTimer ??= setTimeout(() => {
    loadTimer = undefined;
    load().catch(() => {});
  }, 1000);
}

async function started() {
  try {
    await load();
    tries = 0;
    if (stream.readyState === EventSource.OPEN) view.state('live', 'Live');
  } catch {
    again();
  }
}

function connect() {
  stream?.close();
  stream = new EventSource('/api/v1/events');
  stream.addEventListener('open', () => {
    // Listening comes first and loading second, so that nothing falls between the two.
    void started();
  });
  stream.addEventListener('detection', (event) => {
    if (view.detection(JSON.parse(event.data), true)) loadSoon();
    summarySoon();
  });
  stream.addEventListener('person', (event) => {
    view.person(JSON.parse(event.data));
    summarySoon();
  });
  stream.addEventListener('error', again);
}

function again() {
  stream.close();
  if (isClosed) return;
  view.state('away', 'Connection lost, trying again…');
  clearTimeout(retryTimer);
  retryTimer = setTimeout(retry, WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]);
  tries += 1;
}

/** An event stream does not tell a closed session from a server that is away, so something else is asked first. */
async function retry() {
  try {
    if (await ask('/summary')) connect();
  } catch {
    again();
  }
}

setInterval(() => summarySoon(), 30_000);
connect();
