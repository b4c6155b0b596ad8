// What messages say, in English: who, where, when, how sure. Decisions are worded as in the panel.

import type { Alert } from '../alert-port.ts';
import { decisionWord, type DecisionWord } from '../certainty.ts';
import type { Detection } from '../domain.ts';
import type { MessageSighting } from '../channel-port.ts';

export const DECISION_WORDS: Readonly<Record<DecisionWord, string>> = {
  pending: 'being looked at',
  rejected: 'no use',
  failed: 'failed',
  said: 'confirmed',
  certain: 'certain',
  likely: 'likely',
  new: 'new stranger',
  seenBefore: 'seen before',
  ambiguous: 'likely',
  tooPoor: 'too poor to tell',
};

/** "certain", "Ada or Bob?" */
export function decisionText(detection: Detection, threshold: number | null): string {
  return aOrB(detection) ?? DECISION_WORDS[decisionWord(detection, threshold)];
}

/** "Ada", "Unknown 17", "Ada or Bob?", "Somebody". */
export function whoText(detection: Detection): string {
  return detection.personName ?? aOrB(detection) ?? 'Somebody';
}

function aOrB({ decision, nearestName, runnerUpName }: Detection): string | null {
  return decision === 'ambiguous' && nearestName !== null && runnerUpName !== null
    ? `${nearestName} or ${runnerUpName}?`
    : null;
}

const MOST_NAMES = 3;

/** "Ada, Bob and 2 others". */
export function listText(names: readonly string[], more = 'others'): string {
  const different = [...new Set(names)];
  const last = different.at(-1);
  if (last === undefined) return '';
  if (different.length > MOST_NAMES) {
    const shown = different.slice(0, MOST_NAMES - 1);
    return `${shown.join(', ')} and ${different.length - shown.length} ${more}`;
  }
  return different.length === 1 ? last : `${different.slice(0, -1).join(', ')} and ${last}`;
}

/** Whom the first sighting is like, as lines: one, or none. */
export function nearestLines([first]: readonly Pick<MessageSighting, 'candidates'>[]): readonly string[] {
  const names = (first?.candidates ?? []).map(({ name }) => name);
  return names.length === 0 ? [] : [`Nearest: ${names.join(', ')}`];
}

export function sightingsTitle(whos: readonly string[], sightings: readonly MessageSighting[]): string {
  const cameras = sightings.map(({ cameraName }) => cameraName);
  return `${listText(whos)} at ${listText(cameras, 'other cameras')}`;
}

/** Of an alert that no sighting has made. */
export function silenceTitle(
  { event, since }: Pick<Alert, 'event' | 'since'>,
  { person, camera, time }: { person: string | null; camera: string | null; time: (at: number) => string },
): string {
  const until = since === null ? '' : ` since ${time(since)}`;
  if (event === 'offline') return `${camera ?? 'A camera'} has said nothing${until}`;
  const where = camera === null ? '' : ` at ${camera}`;
  return person === null ? `Nobody was seen${where}${until}` : `${person} was not seen${where}${until}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** "Mon 30 Nov 2026, 07:55:08" */
export function localTimeText(timeZone: string, at: number): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part['weekday']} ${part['day']} ${part['month']} ${part['year']}, ${part['hour']}:${part['minute']}:${part['second']}`;
}
