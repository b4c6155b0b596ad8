// The lines that the terminal shows while Kith runs: who was seen, how near, who was the runner-up, which stranger is new.

import { styleText } from 'node:util';
import type { Detection } from '../domain.ts';

/** One line per settled detection, for people. */
export function sightingLine(detection: Detection, threshold: number): string {
  const time = new Date(detection.capturedAt).toTimeString().slice(0, 8);
  const place = `${styleText('dim', time)}  ${detection.cameraId.padEnd(10)}`;
  if (detection.state !== 'classified') {
    return `${place} ${styleText('dim', `nobody: ${detection.reason?.message ?? detection.state}`)}`;
  }
  const name = (detection.personName ?? 'somebody').padEnd(14);
  const next =
    detection.runnerUpName === null || detection.runnerUpDistance === null
      ? ''
      : styleText('dim', `, then ${detection.runnerUpName} ${detection.runnerUpDistance.toFixed(2)}`);
  if (detection.decision === 'new') {
    const nearest =
      detection.distance === null
        ? 'nobody to compare with yet'
        : `nearest ${detection.distance.toFixed(2)}, not under ${threshold}`;
    return `${place} ${styleText('yellow', name)} ${styleText('yellow', 'a new stranger')} (${nearest}${next})`;
  }
  const color = detection.decision === 'known' ? 'green' : 'cyan';
  const again = detection.decision === 'known' ? '' : ' seen again';
  const distance = detection.distance === null ? '' : `distance ${detection.distance.toFixed(2)}`;
  return `${place} ${styleText(color, name)}${again} ${distance}${next}`;
}

/** Who was seen since the start: the answer to "how many people were there?". */
export function createTally(): { add(detection: Detection): void; lines(): string[] } {
  const seen = new Map<string, { name: string; kind: string; shots: number }>();
  let rejected = 0;
  return {
    add(detection) {
      if (detection.state !== 'classified' || detection.personId === null) {
        rejected++;
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
      return [
        `${people.length} people were seen: ${known} known, ${people.length - known} strangers (${rejected} shots told nothing).`,
        ...people.map(({ name, shots }) => `  ${name}: ${shots === 1 ? '1 shot' : `${shots} shots`}`),
      ];
    },
  };
}
