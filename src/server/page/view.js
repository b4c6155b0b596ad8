// Draws the live page. One row a visit, changed in place, so that ten shots of one person do not push the others away.

const MOST_ROWS = 50;
const IN_SIGHT = 6;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const byId = (id) => document.getElementById(id);

export function createView() {
  const list = byId('visits');
  /** Visit (or, without one, detection) → what is shown of it. */
  const rows = new Map();
  const visitCounts = new Map();
  let threshold = 0.6;

  function rowOf(key) {
    let row = rows.get(key);
    if (row) return row;
    const element = byId('visit').content.firstElementChild.cloneNode(true);
    row = { key, element, seen: new Set(), count: 0, last: null, best: -1, isNew: false, person: null };
    const image = element.querySelector('img');
    image.addEventListener('error', () => image.classList.add('missing'));
    image.addEventListener('load', () => image.classList.remove('missing'));
    rows.set(key, row);
    return row;
  }

  /** Newest on top; but a visit that goes on, and is in sight already, changes where it is: rows that jump cannot be read. */
  function place(row, isLive) {
    const at = Date.parse(row.last.capturedAt);
    row.element.dataset.at = at;
    const isInSight = [...list.children].slice(0, IN_SIGHT).includes(row.element);
    if (!isLive || !isInSight) {
      let next = list.firstElementChild;
      while (next && (next === row.element || Number(next.dataset.at) > at)) next = next.nextElementSibling;
      list.insertBefore(row.element, isLive ? list.firstElementChild : next);
    }
    while (list.childElementCount > MOST_ROWS) {
      const oldest = list.lastElementChild;
      for (const [key, { element }] of rows) if (element === oldest) rows.delete(key);
      oldest.remove();
    }
  }

  function draw(row) {
    const { element, last } = row;
    const text = (selector, value) => {
      const node = element.querySelector(selector);
      if (node.textContent !== value) node.textContent = value;
      node.title = value;
    };
    const kind = kindOf(row);
    element.dataset.kind = kind;
    text('.name b', row.person?.name ?? (kind === 'rejected' ? 'No usable face' : 'Nobody any more'));
    text('.badge', kind === 'new' ? 'new' : kind === 'unknown' ? 'stranger' : '');
    const times = row.count > 1 ? ` · ${row.count} shots` : '';
    text('.where', `${last.camera} · ${timeOf(last.capturedAt)}${times}`);
    text('.sure', sureOf(last, threshold));
    text('.second', secondOf(last));
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
    detection(detection, isLive) {
      if (detection.state === 'pending') return;
      const row = rowOf(keyOf(detection));
      if (!row.seen.has(detection.id)) {
        row.seen.add(detection.id);
        row.count = Math.max(row.count + (isLive ? 1 : 0), row.seen.size, visitCounts.get(detection.visit) ?? 0);
      }
      if (!row.last || Date.parse(detection.capturedAt) >= Date.parse(row.last.capturedAt)) row.last = detection;
      row.isNew ||= detection.decision === 'new';
      row.person = row.last.person;
      if (isLive && !row.element.isConnected) row.element.classList.add('fresh');
      showShot(row, detection);
      draw(row);
      place(row, isLive);
      byId('empty').hidden = true;
    },
    /** A person was renamed, named or removed. */
    person({ id, person }) {
      for (const row of rows.values()) {
        if (row.person?.id !== id) continue;
        row.person = person;
        if (person?.kind === 'known') row.isNew = false;
        draw(row);
      }
    },
    loaded() {
      byId('empty').hidden = list.childElementCount > 0;
    },
  };
}

/** Refused shots of one track are one row as well. */
function keyOf({ id, visit, state, camera, track }) {
  if (visit) return visit;
  return state === 'classified' ? id : `refused ${camera} ${track ?? id}`;
}

function kindOf({ last, isNew, person }) {
  if (last.state !== 'classified') return 'rejected';
  if (person?.kind === 'known') return 'known';
  return isNew ? 'new' : 'unknown';
}

function timeOf(iso) {
  const time = new Date(iso);
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : dayAndClock.format(time);
}

/** How sure, by how far below the threshold the distance is and how far behind the runner-up. */
function sureOf({ state, decision, distance, margin, reason }, threshold) {
  if (state !== 'classified') return reason?.message ?? 'It could not be classified';
  const number = distance === null ? '' : ` · distance ${distance.toFixed(2)}`;
  if (decision === 'new') return distance === null ? 'The first face ever seen' : `Near to nobody${number}`;
  if (distance === null) return '';
  if (margin !== null && margin < threshold * 0.08) return `Unsure, two are near${number}`;
  const part = distance / threshold;
  return `${part < 0.65 ? 'Very sure' : part < 0.85 ? 'Sure' : part < 0.95 ? 'Fairly sure' : 'Just near enough'}${number}`;
}

function secondOf({ runnerUp }) {
  if (!runnerUp) return '';
  const distance = runnerUp.distance === null ? '' : ` · ${runnerUp.distance.toFixed(2)}`;
  return `then ${runnerUp.person.name}${distance}`;
}

/** The best shot of the visit stands for it. */
function showShot(row, detection) {
  const quality = detection.quality ?? 0;
  if (quality <= row.best) return;
  row.best = quality;
  row.element.querySelector('img').src = detection.picture;
}
