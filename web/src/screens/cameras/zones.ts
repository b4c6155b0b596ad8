// Zones as they are drawn: polygons with corners from 0 to 1 of the picture.

import { checkZones } from '../../../../src/camera-zones.ts';
import type { CameraSettings } from './camera-data.ts';

export type Corner = readonly [x: number, y: number];
export type Kind = 'include' | 'exclude';

export interface Zone {
  /** Only in this browser, to tell them apart. */
  readonly key: number;
  readonly kind: Kind;
  readonly corners: readonly Corner[];
}

let made = 0;

export function newZone(kind: Kind, corners: readonly Corner[]): Zone {
  return { key: made++, kind, corners };
}

export function rectangle(kind: Kind): Zone {
  return newZone(kind, [
    [0.3, 0.3],
    [0.7, 0.3],
    [0.7, 0.7],
    [0.3, 0.7],
  ]);
}

export function zonesOf(settings: CameraSettings | null): Zone[] {
  const of = (kind: Kind): Zone[] =>
    (settings?.[kind] ?? []).map((corners) =>
      newZone(
        kind,
        corners.map(([x = 0, y = 0]) => [x, y]),
      ),
    );
  return [...of('include'), ...of('exclude')];
}

export function polygonsOf(zones: readonly Zone[], kind: Kind): [number, number][][] {
  return zones
    .filter((zone) => zone.kind === kind)
    .map(({ corners }) => corners.map(([x, y]): [number, number] => [x, y]));
}

export function isSame(a: readonly Zone[], b: readonly Zone[]): boolean {
  const text = (zones: readonly Zone[]): string =>
    JSON.stringify([polygonsOf(zones, 'include'), polygonsOf(zones, 'exclude')]);
  return text(a) === text(b);
}

/** Inside the picture, to a ten-thousandth. */
export function tidy([x, y]: Corner): Corner {
  return [share(x), share(y)];
}

function share(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}

export function withMoved(zone: Zone, index: number, corner: Corner): Zone {
  return { ...zone, corners: zone.corners.map((one, i) => (i === index ? tidy(corner) : one)) };
}

/** A corner in the middle of the side that begins at `index`. */
export function withAdded(zone: Zone, index: number): Zone {
  const { corners } = zone;
  const [a, b] = [corners[index], corners[(index + 1) % corners.length]];
  if (!a || !b) return zone;
  const middle = tidy([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  return { ...zone, corners: corners.toSpliced(index + 1, 0, middle) };
}

/** Three stay. */
export function withoutCorner(zone: Zone, index: number): Zone {
  return zone.corners.length <= 3 ? zone : { ...zone, corners: zone.corners.toSpliced(index, 1) };
}

/** What is wrong with a zone, in the words of the server, which checks the same again. */
export function faultOf({ kind, corners }: Zone): string | null {
  try {
    checkZones(kind === 'include' ? [corners] : [], kind === 'exclude' ? [corners] : []);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^"\w+": polygon \d+ /, '') : String(error);
  }
}
