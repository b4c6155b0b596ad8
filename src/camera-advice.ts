// Is this camera good for recognition, and what should be changed? From the facts of an examination to plain words.

import type { Examination } from './camera-examination.ts';
import { forFaces } from './camera-face-advice.ts';
import { decimal, many, seconds } from './camera-findings.ts';
import { forNobody, forStream } from './camera-stream-advice.ts';

export type Verdict = 'good' | 'fair' | 'poor' | 'nobody';

export interface Advice {
  readonly verdict: Verdict;
  readonly headline: string;
  /** What to change, the most worthwhile first. */
  readonly changes: readonly string[];
}

/** Shares of people with at least one usable face. */
const GOOD = 0.8;
const FAIR = 0.5;
const TOO_FEW_FRAMES = 1;
const TOO_SLOW_MS = 3_000;
/** Share of faces that never move from which nothing is said about people. */
const POSTERS = 0.9;

export function adviceOf(exam: Examination): Advice {
  const changes = [...forFaces(exam), ...forNobody(exam), ...forStream(exam)]
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ says }) => says);
  const trouble = unusableStream(exam);
  const { day, derived } = exam;
  if (trouble !== null)
    return { verdict: 'poor', headline: `This camera is not usable as it is: ${trouble}.`, changes };
  const share = derived.usableTrackShare;
  if (share === null || onlyPosters(exam)) {
    const { kind, frames } = exam.stream;
    const time = kind === 'photos' ? many(frames, 'photo') : many(Math.round(exam.seconds), 'second');
    const who = share === null ? 'Nobody showed a face' : 'Nothing but a face that never moves was seen';
    return { verdict: 'nobody', headline: `${who} in ${time}, so nothing can be said about recognition yet.`, changes };
  }
  const people = peopleOf(Math.min(day.usableTracks, day.tracks), day.tracks);
  if (share >= GOOD) return { verdict: 'good', headline: `This camera is good for recognition: ${people}.`, changes };
  if (changes.length === 0) {
    changes.push(
      'Watch again for longer (--seconds 300): what spoils the faces has several causes, none of them frequent.',
    );
  }
  if (share >= FAIR) {
    return { verdict: 'fair', headline: `This camera is usable, but misses people: ${people}.`, changes };
  }
  return { verdict: 'poor', headline: `This camera is not usable as it is: ${people}.`, changes };
}

function onlyPosters({ day, faces }: Examination): boolean {
  const unmoving = faces.fixed.filter((one) => one.unmoving).reduce((sum, one) => sum + one.faces, 0);
  return unmoving >= POSTERS * day.faces;
}

function peopleOf(usable: number, all: number): string {
  const what = 'a face that can be recognised';
  if (all === 1)
    return usable === 1 ? `the one person seen showed ${what}` : `the one person seen did not show ${what}`;
  if (usable === 0) return `none of ${all} people showed ${what}`;
  return `${usable === all ? `all ${all}` : `${usable} of ${all}`} people showed ${what}`;
}

function unusableStream({ stream, derived }: Examination): string | null {
  if (stream.kind === 'photos') return null;
  if (stream.frameRate !== null && stream.frameRate < TOO_FEW_FRAMES) {
    return `it gives only ${decimal(stream.frameRate)} frames a second, too few to follow a face`;
  }
  if (derived.lookDelayP50 !== null && derived.lookDelayP50 > TOO_SLOW_MS) {
    return `this machine needs ${seconds(derived.lookDelayP50)} and more to search a frame`;
  }
  return null;
}
