// What the live page says about a row: who it is, and how sure that is. Only texts; view.js puts them into the page.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

export const BADGES = { new: 'new', unknown: 'stranger', ambiguous: 'who is it?', ignored: 'ignored' };

/** `known`, `new`, `unknown`, `ignored`; without a person `ambiguous`, `unidentified`, `gone`, `rejected`. */
export function kindOf({ last, isNew, person }, isIgnored) {
  if (last.state !== 'classified') return 'rejected';
  if (!person) return ['ambiguous', 'unidentified'].includes(last.decision) ? last.decision : 'gone';
  if (isIgnored) return 'ignored';
  if (person.kind === 'known') return 'known';
  return isNew ? 'new' : 'unknown';
}

export function nameOf({ last, person }, kind) {
  if (person && last.state === 'classified') return person.name;
  if (kind === 'ambiguous') return (last.candidates ?? []).map((near) => near.person.name).join(' or ') + '?';
  return { unidentified: 'Not identified', gone: 'Nobody any more' }[kind] ?? 'No usable face';
}

export function timeOf(iso) {
  const time = new Date(iso);
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : dayAndClock.format(time);
}

/** How sure, by how far below the threshold the distance is and how far behind the runner-up. */
export function sureOf({ state, decision, decidedBy, distance, margin, reason }, threshold) {
  if (state !== 'classified') return reason?.message ?? 'It could not be classified';
  const number = distance === null ? '' : ` · distance ${distance.toFixed(2)}`;
  if (decision === 'ambiguous') return 'Two are about equally near';
  if (decision === 'unidentified') return reason?.message ?? 'Too poor to be found again';
  if (decidedBy === 'human') return 'A human said so';
  if (decision === 'new') return distance === null ? 'The first face ever seen' : `Near to nobody${number}`;
  if (distance === null) return '';
  if (margin !== null && margin < threshold * 0.08) return `Unsure, two are near${number}`;
  const part = distance / threshold;
  return `${part < 0.65 ? 'Very sure' : part < 0.85 ? 'Sure' : part < 0.95 ? 'Fairly sure' : 'Just near enough'}${number}`;
}

export function secondOf({ decision, decidedBy, candidates, quality, runnerUp }) {
  if (decision === 'ambiguous' && candidates) {
    const distances = candidates.map(({ distance }) => distance?.toFixed(2) ?? '?');
    return `distance ${distances.join(' and ')}`;
  }
  if (decision === 'unidentified') return quality === null ? '' : `quality ${quality.toFixed(2)}`;
  if (decidedBy === 'human') return '';
  return runnerUp ? `then ${nearOf(runnerUp)}` : '';
}

function nearOf({ person, distance }) {
  return distance === null ? person.name : `${person.name} · ${distance.toFixed(2)}`;
}
