// The lines that the terminal shows while Kith runs: who was seen, how near, who was the runner-up, which stranger is new, who
// could not be told.

import { styleText } from 'node:util';
import type { Detection } from '../domain.ts';

/** One line per settled detection, for people. */
export function sightingLine(detection: Detection, threshold: number): string {
  const { decision, distance } = detection;
  const time = new Date(detection.capturedAt).toTimeString().slice(0, 8);
  const place = `${styleText('dim', time)}  ${detection.cameraId.padEnd(10)}`;
  if (detection.state !== 'classified') {
    return `${place} ${styleText('dim', `nobody: ${detection.reason?.message ?? detection.state}`)}`;
  }
  if (decision === 'ambiguous') return `${place} ${ambiguous(detection)}`;
  if (decision === 'unidentified') return `${place} ${styleText('dim', unidentified(detection))}`;
  const name = (detection.personName ?? 'somebody').padEnd(14);
  const next =
    detection.runnerUpName === null || detection.runnerUpDistance === null
      ? ''
      : styleText('dim', `, then ${detection.runnerUpName} ${detection.runnerUpDistance.toFixed(2)}`);
  if (decision === 'new') {
    const nearest =
      distance === null
        ? 'nobody to compare with yet'
        : `nearest ${distance.toFixed(2)}, not under ${threshold.toFixed(2)}`;
    return `${place} ${styleText('yellow', name)} ${styleText('yellow', 'a new stranger')} (${nearest}${next})`;
  }
  const again = decision === 'known' ? '' : ' seen again';
  const far = distance === null ? '' : `distance ${distance.toFixed(2)}`;
  return `${place} ${styleText(decision === 'known' ? 'green' : 'cyan', name)}${again} ${far}${next}`;
}

function ambiguous({ nearestName, distance, runnerUpName, runnerUpDistance }: Detection): string {
  const question = `${nearestName ?? 'Somebody'} or ${runnerUpName ?? 'somebody else'}?`;
  const far =
    distance === null || runnerUpDistance === null
      ? ''
      : ` (${distance.toFixed(2)} and ${runnerUpDistance.toFixed(2)})`;
  return `${styleText('magenta', question)} about equally near${far}`;
}

function unidentified({ reason, quality, nearestName, distance }: Detection): string {
  const why =
    reason?.message ?? `too poor to be found again${quality === null ? '' : `, quality ${quality.toFixed(2)}`}`;
  const nearest = distance === null ? '' : ` (nearest ${nearestName ?? 'somebody'} ${distance.toFixed(2)})`;
  return `seen, but not identified: ${why}${nearest}`;
}

/** Who was seen since the start: the answer to "how many people were there?". */
export function createTally(): { add(detection: Detection): void; lines(): string[] } {
  const seen = new Map<string, { name: string; kind: string; shots: number }>();
  let useless = 0;
  let unsure = 0;
  return {
    add(detection) {
      if (detection.state !== 'classified') {
        useless++;
        return;
      }
      if (detection.personId === null) {
        unsure++;
        return;
      }
      const person = seen.get(detection.personId) ?? {
        name: detection.personName ?? '',
        kind: detection.personKind ?? '',
        shots: 0,
      };
      seen.set(detection.personId, { ...person, shots: person.shots + 1 });
    },
    lines() {
      const people = [...seen.values()].toSorted((a, b) => b.shots - a.shots);
      const known = people.filter(({ kind }) => kind === 'known').length;
      const strangers = people.length - known;
      const nothing = `${times(useless, 'shot')} told nothing${unsure === 0 ? '' : `, ${unsure} could not be identified`}`;
      return [
        `${people.length === 1 ? '1 person was' : `${people.length} people were`} seen: ${known} known, ${times(strangers, 'stranger')} (${nothing}).`,
        ...people.map(({ name, shots }) => `  ${name}: ${times(shots, 'shot')}`),
      ];
    },
  };
}

function times(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}
