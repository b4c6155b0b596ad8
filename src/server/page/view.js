// Draws the live page. One row a visit, changed in place, so that ten shots of one person do not push the others away. A
// detection that is given to somebody else leaves its row for another.

import { BADGES, kindOf, nameOf, secondOf, sureOf, timeOf } from './words.js';

const MOST_ROWS = 50;
const IN_SIGHT = 6;
/** Shots that a row remembers, to know what is left when one is taken away. */
const MOST_SHOTS = 30;
/** What arrived so much earlier than the latest is no news, only decided anew. */
const NEWS = 200;
const byId = (id) => document.getElementById(id);

export function createView() {
  const list = byId('visits');
  /** Visit (or, without one, track or detection) → what is shown of it. */
  const rows = new Map();
  /** Detection → key of the row that it is in. */
  const places = new Map();
  const visitCounts = new Map();
  const ignored = new Set();
  let latest = 0;
  let threshold = 0.6;

  function rowOf(key) {
    let row = rows.get(key);
    if (row) return row;
    const element = byId('visit').content.firstElementChild.cloneNode(true);
    row = { key, element, shots: new Map(), count: 0, last: null, isNew: false, person: null };
    const image = element.querySelector('img');
    image.addEventListener('error', () => image.classList.add('missing'));
    image.addEventListener('load', () => image.classList.remove('missing'));
    rows.set(key, row);
    return row;
  }

  /** Newest on top; but a visit that goes on, and is in sight already, changes where it is: rows that jump cannot be read. */
  function place(row, isNews) {
    const at = Date.parse(row.last.capturedAt);
    row.element.dataset.at = at;
    const isInSight = [...list.children].slice(0, IN_SIGHT).includes(row.element);
    if (!isNews || !isInSight) {
      let next = list.firstElementChild;
      while (next && (next === row.element || Number(next.dataset.at) > at)) next = next.nextElementSibling;
      list.insertBefore(row.element, isNews ? list.firstElementChild : next);
    }
    while (list.childElementCount > MOST_ROWS) {
      const oldest = list.lastElementChild;
      for (const other of rows.values()) if (other.element === oldest) drop(other);
    }
  }

  function drop(row) {
    rows.delete(row.key);
    for (const id of row.shots.keys()) places.delete(id);
    row.element.remove();
  }

  /** Takes a detection out of the row where it was; a row without any is gone. */
  function leave(id) {
    const row = rows.get(places.get(id));
    places.delete(id);
    if (!row) return;
    row.shots.delete(id);
    row.count -= 1;
    if (row.shots.size === 0) {
      drop(row);
      return;
    }
    sum(row);
    draw(row);
  }

  function enter(row, detection) {
    row.shots.delete(detection.id);
    row.shots.set(detection.id, detection);
    places.set(detection.id, row.key);
    if (row.shots.size > MOST_SHOTS) {
      const [first] = row.shots.keys();
      row.shots.delete(first);
      places.delete(first);
    }
    sum(row);
  }

  function draw(row) {
    const { element, last } = row;
    const text = (selector, value) => {
      const node = element.querySelector(selector);
      if (node.textContent !== value) node.textContent = value;
      node.title = value;
    };
    const kind = kindOf(row, ignored.has(row.person?.id));
    element.dataset.kind = kind;
    text('.name b', nameOf(row, kind));
    text('.badge', BADGES[kind] ?? '');
    const times = row.count > 1 ? ` · ${row.count} shots` : '';
    text('.where', `${last.camera} · ${timeOf(last.capturedAt)}${times}`);
    text('.sure', kind === 'ignored' ? '' : sureOf(last, threshold));
    text('.second', kind === 'ignored' ? '' : secondOf(last));
  }

  return {
    state(state, words) {
      byId('link').dataset.state = state;
      byId('link-text').textContent = words;
    },
    counts({ persons, detections, since, model }) {
      byId('known').textContent = persons.known.toLocaleString();
      byId('unknown').textContent = persons.unknown.toLocaleString();
      byId('queue').textContent = detections.pending.toLocaleString();
      const today = since ? since.pending + since.classified + since.rejected + since.failed : 0;
      byId('today').textContent = today.toLocaleString();
      if (model && model.threshold !== threshold) {
        threshold = model.threshold;
        for (const row of rows.values()) draw(row);
      }
    },
    visits(items) {
      for (const { id, detections } of items) visitCounts.set(id, detections);
    },
    ignored(items) {
      ignored.clear();
      for (const { id } of items) ignored.add(id);
      for (const row of rows.values()) draw(row);
    },
    /** Answers whether it changed hands, and others may stand in other visits than before. */
    detection(detection, isLive) {
      if (detection.state === 'pending') return false;
      const { id, seq, visit } = detection;
      const key = keyOf(detection);
      const isHere = places.get(id) === key;
      const isNews = isLive && !places.has(id) && seq > latest - NEWS;
      latest = Math.max(latest, seq);
      if (places.has(id) && !isHere) leave(id);
      const row = rowOf(key);
      if (isNews && !row.element.isConnected) row.element.classList.add('fresh');
      enter(row, detection);
      if (isLive && !isHere) row.count += 1;
      row.count = Math.max(row.count, row.shots.size, isLive ? 0 : (visitCounts.get(visit) ?? 0));
      draw(row);
      place(row, isNews);
      byId('empty').hidden = true;
      return isLive && !isNews;
    },
    /** A person was renamed, named, ignored, merged or removed. */
    person({ id, person }) {
      if (person?.ignored) ignored.add(id);
      else ignored.delete(id);
      for (const row of rows.values()) {
        if (row.person?.id !== id) continue;
        // Of a merged person the detections come one by one, as hers whom she is now.
        if (person?.mergedInto) continue;
        for (const [shot, detection] of row.shots) {
          if (detection.person?.id === id) row.shots.set(shot, { ...detection, person });
        }
        sum(row);
        draw(row);
      }
    },
    loaded() {
      byId('empty').hidden = list.childElementCount > 0;
    },
  };
}

/** Shots of one track that are nobody's are one row as well. */
function keyOf({ id, visit, person, state, decision, camera, track }) {
  if (visit && person) return visit;
  if (track === null) return id;
  return `${state === 'classified' ? decision : 'refused'} ${camera} ${track}`;
}

/** What the row shows follows from its shots. */
function sum(row) {
  const shots = [...row.shots.values()];
  row.last = shots.reduce((a, b) => (Date.parse(b.capturedAt) >= Date.parse(a.capturedAt) ? b : a));
  row.person = row.last.person;
  row.isNew = row.person?.kind !== 'known' && shots.some(({ decision }) => decision === 'new');
  // The best shot of the visit stands for it.
  const best = shots.reduce((a, b) => ((b.quality ?? 0) > (a.quality ?? 0) ? b : a));
  const image = row.element.querySelector('img');
  if (image.getAttribute('src') !== best.picture) image.src = best.picture;
}
