// The kiosk page: takes the key of its camera, shows the camera of the browser to Kith, and greets who is recognised. Names only ever
// become text.

import { openEar } from './kiosk-ear.js';
import { openEye } from './kiosk-eye.js';

const GREETED_MS = 8000;
const WELCOMED_MS = 5000;
const byId = (id) => document.getElementById(id);
const camera = decodeURIComponent(location.pathname.split('/').pop());
const address = `/api/v1/cameras/${encodeURIComponent(camera)}`;
const place = `kith kiosk ${camera}`;
/** Name → when it was heard. */
const greeted = new Map();
let welcomedAt = Number.NEGATIVE_INFINITY;
let eye;
let ear;
let hears = false;
let sees = false;
let lock;

/** The part of the address after # never leaves the browser. It is taken away so that nobody reads it over a shoulder. */
function keyFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) history.replaceState(null, '', location.pathname);
  return given;
}

function stored() {
  try {
    return sessionStorage.getItem(place);
  } catch {
    return null;
  }
}

function store(key) {
  try {
    if (key === null) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, key);
  } catch {
    // Browsers that keep nothing ask again.
  }
}

function show(what) {
  document.body.dataset.show = what;
  byId('form').hidden = what !== 'form';
  byId('problem').hidden = what !== 'problem';
  byId('state').hidden = what === 'form';
  if (what === 'form') byId('key').focus();
}

function state(state, words) {
  byId('state').dataset.state = state;
  if (byId('state-text').textContent !== words) byId('state-text').textContent = words;
}

function ask(problem) {
  close();
  store(null);
  byId('form-problem').textContent = problem;
  show('form');
}

function close() {
  ear?.close();
  eye?.close();
  ear = undefined;
  eye = undefined;
  hears = false;
  sees = false;
  greeted.clear();
  welcomedAt = Number.NEGATIVE_INFINITY;
}

function refused(status) {
  if (status === 404) ask(`Kith has no camera “${camera}”: check the address of this page.`);
  else if (status === 403) ask(`This key is not for the camera “${camera}”.`);
  else ask('Kith does not know this key: it may have been removed.');
}

function begin(key) {
  close();
  store(key);
  show('waiting');
  state('waiting', 'Connecting…');
  ear = openEar({
    address,
    key,
    on: {
      open() {
        hears = true;
        look(key);
        tell();
      },
      away() {
        hears = false;
        look(key);
        tell();
      },
      refused,
      named,
    },
  });
}

/** Not before the first answer: a wrong key must not ask for the camera. */
function look(key) {
  eye ??= openEye({
    video: byId('video'),
    address,
    key,
    on: {
      problem({ title, text }) {
        sees = false;
        byId('problem-title').textContent = title;
        byId('problem-text').textContent = text;
        show('problem');
        state('stopped', 'The camera does not work');
      },
      picture() {
        sees = true;
        show('live');
        greet();
        tell();
        void stayAwake();
      },
      answer(status, { watched }) {
        if (status === 401 || status === 403 || status === 404) refused(status);
        else if (status === 200) tell(watched === false);
        else if (status >= 500) away();
      },
      away,
    },
  });
}

function away() {
  if (sees) state('away', 'Kith is away, trying on');
}

function tell(isUnwatched = false) {
  if (!sees) return;
  if (!hears) away();
  else if (isUnwatched) state('away', 'Camera works, recognition is off');
  else state('live', 'Camera works');
}

function named({ person }) {
  const now = performance.now();
  if (person?.kind === 'known') greeted.set(person.name, now);
  else welcomedAt = now;
  greet();
}

function greet() {
  const now = performance.now();
  for (const [name, at] of greeted) if (now - at >= GREETED_MS) greeted.delete(name);
  const names = [...greeted.keys()];
  const isWelcome = names.length === 0 && now - welcomedAt < WELCOMED_MS;
  const last = names.pop();
  const sentence = last === undefined ? '' : `Hello ${names.length > 0 ? `${names.join(', ')} and ${last}` : last}`;
  byId('greeting').classList.toggle('long', sentence.length > 24);
  write('greeting', sentence || (isWelcome ? 'Welcome' : ''));
  write('hint', sentence ? 'Good to see you' : isWelcome ? '' : 'Please look into the camera');
}

function write(id, words) {
  if (byId(id).textContent !== words) byId(id).textContent = words;
}

/** A tablet on a wall must not go dark; browsers that cannot do it have settings for that. */
async function stayAwake() {
  if (document.hidden || (lock && !lock.released)) return;
  lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
}

byId('camera').textContent = `“${camera}”`;
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const key = byId('key').value.trim();
  byId('key').value = '';
  if (key) begin(key);
});
byId('again').addEventListener('click', () => eye?.again());
document.addEventListener('visibilitychange', () => sees && void stayAwake());
addEventListener('hashchange', () => {
  const key = keyFromAddress();
  if (key) begin(key);
});
setInterval(() => sees && greet(), 500);

const key = keyFromAddress() ?? stored();
if (key) begin(key);
else ask('');
