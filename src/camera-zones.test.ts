import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { NamedZones, Polygons } from './camera-settings.ts';
import { checkZones, createZones } from './camera-zones.ts';
import { readConfig } from './config.ts';
import type { Box } from './domain.ts';
import { isKithError } from './errors.ts';

/** "x,y x,y …" */
function corners(text: string): Polygons[number] {
  return text.split(' ').map((corner) => {
    const [x = '', y = ''] = corner.split(',');
    return [Number(x), Number(y)] as const;
  });
}

const SQUARE = corners('0.2,0.2 0.8,0.2 0.8,0.8 0.2,0.8');
const WHOLE = corners('0,0 1,0 1,1 0,1');
const LEFT = corners('0,0 0.5,0 0.5,1 0,1');
const BOW = corners('0,0 1,1 1,0 0,1');
const HOLLOW = corners('0,0 1,0 1,1 0.5,0.2 0,1');

function zonesOf(include: Polygons = [], exclude: Polygons = [], zones: NamedZones = []) {
  return { include, exclude, zones };
}

function refused(polygon: string, words: RegExp): void {
  assert.throws(
    () => checkZones(zonesOf([SQUARE], [SQUARE, corners(polygon)])),
    (error) => isKithError(error) && error.code === 'invalid' && words.test(error.message),
    polygon,
  );
}

test('polygons that cannot be meant are refused by key and number', () => {
  assert.throws(() => checkZones(zonesOf([BOW], []), 'cameras.3.'), {
    code: 'invalid',
    message: /^"cameras\.3\.include": polygon 1 crosses or touches itself between \[0, 0\] and \[1, 0\]/,
  });
  // Back over its own side; two triangles that touch in one corner.
  refused('0,0 1,0 0.5,0 0.5,1', /^"exclude": polygon 2 crosses or touches itself/);
  refused('0,0 0.5,0.5 0,1 1,1 0.5,0.5 1,0', /crosses or touches itself/);
  refused('0.1,0.1 0.5,0.5 0.9,0.9', /on one line/);
  refused('0,0 0.0009,0 0.0009,0.0009 0,0.0009', /polygon 2 has no area\.$/);
  refused('0,0 1,1 0,0 1,1', /fewer than three different corners/);
  refused('0,0 1,1 1,1', /fewer than three different corners/);
  refused('0,0 1,0 1,1.2', /outside of the picture \(corner 3\)/);
  refused('0,0 1,x 1,1', /outside of the picture \(corner 2\)/);
});

test('what people and programs draw is taken', () => {
  const closed = [...SQUARE, [0.2, 0.2] as const];
  const include = [closed, HOLLOW, corners('0,0 0.5,0 1,0 1,1 0,1')];
  checkZones(zonesOf(include, [corners('0,0 1,0 1,0 1,1'), SQUARE.toReversed()]));
  checkZones(zonesOf());
});

/** Is a face with its centre there one that counts? */
function counts(zones: { include?: Polygons; exclude?: Polygons }, x: number, y: number): boolean {
  const box: Box = [x * 200 - 20, y * 100 - 20, 40, 40];
  return createZones({ ...zonesOf(), ...zones }).counts(box, 200, 100);
}

test('the centre of a face decides, exclude before include', () => {
  assert.equal(counts({}, 0.9, 0.1), true);
  assert.equal(counts({ include: [SQUARE] }, 0.75, 0.75), true);
  assert.equal(counts({ include: [SQUARE] }, 0.85, 0.75), false);
  assert.equal(counts({ exclude: [SQUARE] }, 0.75, 0.75), false);
  assert.equal(counts({ exclude: [SQUARE] }, 0.85, 0.75), true);
  assert.equal(counts({ include: [SQUARE], exclude: [LEFT] }, 0.4, 0.5), false);
  assert.equal(counts({ include: [SQUARE], exclude: [LEFT] }, 0.6, 0.5), true);
  assert.equal(counts({ include: [SQUARE, LEFT] }, 0.1, 0.5), true);
  // The notch of a hollow shape is outside.
  assert.equal(counts({ include: [HOLLOW] }, 0.5, 0.6), false);
  assert.equal(counts({ include: [HOLLOW] }, 0.1, 0.6), true);
  // Half out of the picture, its centre beyond the edge.
  assert.equal(counts({ include: [WHOLE] }, 1.02, -0.05), true);
  assert.equal(counts({ exclude: [WHOLE] }, 1.02, 1), false);
});

test('a face is in the named zones that its centre is in, each name once', () => {
  const zones = createZones(
    zonesOf(
      [],
      [],
      [
        { name: 'till', polygon: SQUARE },
        { name: 'left', polygon: LEFT },
        { name: 'till', polygon: WHOLE },
      ],
    ),
  );
  const at = (x: number, y: number) => zones.names([x * 200 - 20, y * 100 - 20, 40, 40], 200, 100);
  assert.deepEqual([at(0.3, 0.5), at(0.9, 0.9), at(0.1, 0.1)], [['till', 'left'], ['till'], ['left', 'till']]);
  assert.deepEqual([zones.counts([0, 0, 9, 9], 200, 100), zones.mask(4, 4)], [true, null], 'names leave nobody out');
  assert.deepEqual(createZones(zonesOf()).names([0, 0, 9, 9], 200, 100), []);
  assert.throws(
    () => checkZones(zonesOf([], [], [{ name: 'till', polygon: BOW }])),
    /^KithError: "zones": polygon 1 crosses/,
  );
});

test('only cells that hold a part of what counts matter to the motion gate', () => {
  assert.equal(createZones(zonesOf()).mask(80, 45), null);
  const cells = createZones(zonesOf([SQUARE])).mask(10, 10);
  assert.ok(cells);
  assert.equal(cells.filter((cell) => cell === 1).length, 36);
  assert.deepEqual([cells[1 * 10 + 2], cells[2 * 10 + 2]], [0, 1]);
  assert.deepEqual(
    createZones(zonesOf([], [SQUARE])).mask(10, 10),
    cells.map((cell) => 1 - cell),
  );
  // A cell that only a corner of the zone reaches into matters.
  const small = createZones(zonesOf([corners('0.45,0.45 0.55,0.45 0.55,0.55 0.45,0.55')]));
  assert.equal(small.mask(10, 10)?.filter((cell) => cell === 1).length, 4);
});

test('kith.json names the camera whose polygon is wrong', (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'kith-zones-')), 'kith.json');
  t.after(() => rmSync(dirname(file), { recursive: true }));
  const camera = { id: 'door', source: 'rtsp://cam/1' };
  writeFileSync(file, JSON.stringify({ cameras: [camera, { ...camera, id: 'gate', include: [BOW] }] }));
  assert.throws(() => readConfig({ file, env: {} }), /"cameras\.1\.include": polygon 1 crosses/);
});
