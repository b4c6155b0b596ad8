// Zones as they are drawn: polygons with corners from 0 to 1 of the picture.

import { faultOf as faultOfPolygon } from '../../../../src/camera-zones.ts';
import type { CameraSettings } from './camera-data.ts';

export type Corner = readonly [x: number, y: number];
/** `named`: rules can ask for it. */
export type Kind = 'include' | 'exclude' | 'named';

export const COLOURS: Readonly<Record<Kind, string>> = { include: '#12b886', exclude: '#fa5252', named: '#9775fa' };

export interface Zone {
  /** Only in this browser, to tell them apart. */
  readonly key: number;
  readonly kind: Kind;
  readonly corners: readonly Corner[];
  /** Of a named one, as it is typed; else empty. */
  readonly name: string;
}

let made = 0;

export function newZone(kind: Kind, corners: readonly Corner[], name = ''): Zone {
  return { key: made++, kind, corners, name };
}

export function rectangle(kind: Kind): Zone {
  return newZone(kind, [
    [0.3, 0.3],
    [0.7, 0.3],
    [0.7, 0.7],
    [0.3, 0.7],
  ]);
}

type Given = readonly (readonly number[])[];

function zoneOf(kind: Kind, corners: Given, name?: string): Zone {
  return newZone(
    kind,
    corners.map(([x = 0, y = 0]) => [x, y]),
    name,
  );
}

export function zonesOf(settings: CameraSettings | null): Zone[] {
  if (settings === null) return [];
  return [
    ...settings.include.map((corners) => zoneOf('include', corners)),
    ...settings.exclude.map((corners) => zoneOf('exclude', corners)),
    ...settings.zones.map(({ name, polygon }) => zoneOf('named', polygon, name)),
  ];
}

/** As the settings of the camera keep them. */
export function settingsOf(zones: readonly Zone[]): Pick<CameraSettings, 'include' | 'exclude' | 'zones'> {
  const of = (kind: Kind): readonly Zone[] => zones.filter((zone) => zone.kind === kind);
  const polygonOf = ({ corners }: Zone): [number, number][] => corners.map(([x, y]) => [x, y]);
  return {
    include: of('include').map(polygonOf),
    exclude: of('exclude').map(polygonOf),
    zones: of('named').map((zone) => ({ name: zone.name.trim(), polygon: polygonOf(zone) })),
  };
}

export function isSame(a: readonly Zone[], b: readonly Zone[]): boolean {
  return JSON.stringify(settingsOf(a)) === JSON.stringify(settingsOf(b));
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

/** Moved as a whole, as far as the edge of the picture lets it. */
export function withShifted(zone: Zone, [dx, dy]: Corner): Zone {
  const by = (axis: 0 | 1, wanted: number): number => {
    const values = zone.corners.map((corner) => corner[axis]);
    return Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), wanted));
  };
  const [x, y] = [by(0, dx), by(1, dy)];
  return { ...zone, corners: zone.corners.map((corner) => tidy([corner[0] + x, corner[1] + y])) };
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

/** What is wrong with the polygon, in the words of the server, which checks the same again. */
export function faultOf({ corners }: Zone): string | null {
  return faultOfPolygon(corners);
}

export function isNameless({ kind, name }: Zone): boolean {
  return kind === 'named' && name.trim() === '';
}
