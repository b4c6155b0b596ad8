import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceOf } from './camera-advice.ts';
import type { Examination, FaceFacts, StreamFacts } from './camera-examination.ts';
import { derive, emptyDay } from './camera-figures.ts';
import { findingsOf } from './camera-findings.ts';
import type { CameraDay } from './camera-port.ts';
import { placeOf, placesOf, spanOf } from './camera-places.ts';

interface Given {
  readonly day?: Partial<CameraDay>;
  readonly faces?: Partial<FaceFacts>;
  readonly stream?: Partial<StreamFacts>;
  readonly more?: Partial<Examination>;
}

/** A good camera: 10 people, 100 looks, all usable, but for what is given. */
function examined({ day: changed = {}, faces = {}, stream = {}, more = {} }: Given = {}): Examination {
  const base = emptyDay('2026-03-01');
  base.facesAt[4 * 16 + 8] = 100;
  base.usableAt[4 * 16 + 8] = 100;
  base.sizes[5] = 100;
  base.lookDelay[0] = 400;
  const day: CameraDay = {
    ...base,
    seconds: 60,
    decoded: 1500,
    width: 1920,
    height: 1080,
    looks: 400,
    faces: 100,
    usable: 100,
    tracks: 10,
    usableTracks: 10,
    ...changed,
    unusable: { ...base.unusable, ...changed.unusable },
  };
  return {
    source: 'rtsp://10.0.0.5/main',
    startedAt: Date.parse('2026-03-01T12:00:00Z'),
    seconds: 60,
    cutShort: null,
    settings: { profile: 'balanced', rate: 8, search: 'auto', lookPx: 960, tiles: 1 },
    stream: {
      kind: 'network',
      frames: 1500,
      frameRate: 25,
      nominalRate: 25,
      dropped: 0,
      longestGapMs: 60,
      burstShare: 0,
      breaks: [],
      problems: [],
      ...stream,
    },
    light: { mean: 120, black: 0, white: 0, spread: 150 },
    faces: {
      pitch: 0,
      yaw: 0,
      toLeft: 0,
      toRight: 0,
      luminance: 120,
      turned: { up: 0, down: 0, left: 0, right: 0, degrees: null },
      small: { px: null, neededPx: null },
      blurred: { moving: 0, still: 0 },
      lit: { dark: 0, backlit: 0, bright: 0, uneven: 0 },
      covered: { atEdge: 0, inside: 0 },
      fixed: [],
      ...faces,
    },
    glimpses: 0,
    closer: null,
    day,
    derived: derive(day),
    ...more,
  };
}

const nobody: Partial<CameraDay> = {
  faces: 0,
  usable: 0,
  tracks: 0,
  usableTracks: 0,
  sizes: emptyDay('2026-03-01').sizes,
  facesAt: emptyDay('2026-03-01').facesAt,
  usableAt: emptyDay('2026-03-01').usableAt,
};

function lost(reason: keyof CameraDay['unusable'], count = 30): Partial<CameraDay> {
  return { usable: 100 - count, unusable: { ...emptyDay('2026-03-01').unusable, [reason]: count } };
}

function sized(bucket: number, more: Partial<CameraDay> = {}): Partial<CameraDay> {
  const { sizes } = emptyDay('2026-03-01');
  sizes[bucket] = 100;
  return { sizes, ...more };
}

test('a good camera needs no change', () => {
  const { verdict, headline, changes } = adviceOf(examined());
  assert.equal(verdict, 'good');
  assert.match(headline, /all 10 people showed a face that can be recognised/);
  assert.deepEqual(changes, []);
});

function verdictOf(usableTracks: number, tracks = 10): string {
  const { verdict, headline } = adviceOf(examined({ day: { tracks, usableTracks } }));
  return `${verdict}: ${headline.split(': ')[1]}`;
}

test('people decide, not looks: everybody needs one usable face', () => {
  assert.equal(adviceOf(examined({ day: { usableTracks: 2 } })).changes.length, 1, 'not usable, but nothing to change');
  assert.equal(verdictOf(8), 'good: 8 of 10 people showed a face that can be recognised.');
  assert.equal(verdictOf(6), 'fair: 6 of 10 people showed a face that can be recognised.');
  assert.equal(verdictOf(2), 'poor: 2 of 10 people showed a face that can be recognised.');
  assert.equal(verdictOf(0), 'poor: none of 10 people showed a face that can be recognised.');
  assert.equal(verdictOf(0, 1), 'poor: the one person seen did not show a face that can be recognised.');
});

/** What is wrong, and the words of the change that must come first. */
const CASES: readonly (readonly [string, Given, RegExp])[] = [
  ['from above', { day: lost('pose'), faces: { pitch: -35 } }, /^Mount the camera lower, .* 35° from above/],
  ['steeply from above, though all are usable', { faces: { pitch: -34 } }, /^Mount the camera lower/],
  ['from below', { day: lost('pose'), faces: { pitch: 28 } }, /^Mount the camera higher, .* 28° from below/],
  ['from one side', { day: lost('pose'), faces: { yaw: 40, toRight: 0.8 } }, /^Move the camera to the right/],
  ['from the other', { day: lost('pose'), faces: { yaw: -40, toLeft: 0.8 } }, /^Move the camera to the left/],
  ['across', { day: lost('pose'), faces: { toLeft: 0.3, toRight: 0.4 } }, /come towards it.* 70 % of the faces/],
  ['looking elsewhere', { day: lost('pose') }, /^Give people something to look at/],
  [
    'a small stream',
    { day: sized(1, { width: 640, height: 360 }) },
    /^Use the camera's main stream.* 640×360 and faces are typically 28 px large, 50 px/,
  ],
  [
    'a device with few pixels',
    { day: sized(1, { width: 640, height: 360 }), stream: { kind: 'device' } },
    /^Ask the camera for a larger picture .*size=1920x1080/,
  ],
  [
    'a recording with few pixels',
    { day: sized(1, { width: 640, height: 360 }), stream: { kind: 'recording' } },
    /^Record with more pixels/,
  ],
  ['far away', { day: sized(1) }, /^Zoom in, .* All faces are in the middle: the rest of the picture/],
  ['smeared', { day: lost('sharpness'), faces: { blurred: { moving: 20, still: 10 } } }, /shutter 1\/100 s/],
  ['out of focus', { day: lost('sharpness'), faces: { blurred: { moving: 10, still: 20 } } }, /^Focus the lens/],
  ['dark', { day: lost('light'), faces: { lit: { dark: 30, backlit: 0, bright: 0, uneven: 0 } } }, /^Bring more light/],
  [
    'backlit',
    { day: lost('light'), faces: { lit: { dark: 5, backlit: 25, bright: 0, uneven: 0 } } },
    /^Turn the camera away from the window/,
  ],
  [
    'too bright',
    { day: lost('light'), faces: { lit: { dark: 0, backlit: 0, bright: 30, uneven: 0 } } },
    /^Lower the exposure/,
  ],
  [
    'from one side lit',
    { day: lost('light'), faces: { lit: { dark: 0, backlit: 0, bright: 0, uneven: 30 } } },
    /^Add a light from the other side/,
  ],
  ['fog', { day: lost('contrast') }, /^Wipe the lens/],
  ['cut off', { day: lost('occlusion'), faces: { covered: { atEdge: 20, inside: 10 } } }, /through the middle/],
  ['covered', { day: lost('occlusion'), faces: { covered: { atEdge: 0, inside: 30 } } }, /^Look at the picture for/],
  [
    'a poster',
    { faces: { fixed: [{ box: [0.1, 0.2, 0.1, 0.2], seconds: 58, faces: 30, usable: 30, unmoving: true }] } },
    /a poster or a screen.* at the upper left .* 58 s .*"exclude": \[\[\[0\.05, 0\.10\], \[0\.25, 0\.10\], \[0\.25, 0\.50\], \[0\.05, 0\.50\]\]\]/,
  ],
  [
    'a screen',
    { faces: { fixed: [{ box: [0.95, 0.9, 0.1, 0.2], seconds: 58, faces: 30, usable: 0, unmoving: false }] } },
    /a screen or an advertisement.* at the lower right .*"exclude": \[\[\[0\.90, 0\.80\], \[1\.00, /,
  ],
  ['few frames', { stream: { frameRate: 3, nominalRate: 3 } }, /^Set the camera to 10 frames/],
  ['fewer frames than named', { stream: { frameRate: 12 } }, /^Look after the network .* 12 frames a second .* 25/],
  ['HLS', { stream: { kind: 'playlist' } }, /^Take an rtsp:\/\/ address/],
  ['bursts', { stream: { burstShare: 0.9, longestGapMs: 6_000 } }, /^Take an rtsp:\/\/ address/],
  ['breaks', { stream: { breaks: ['It was gone.', 'Again.'] } }, /broke 2 times in 60 s \(It was gone\.\)/],
  [
    'a slow machine',
    { day: { lookDelay: [0, 0, 0, 0, 0, 0, 0, 10, 0, 0] } },
    /^Set "profile": "small".* searched 1\.5 s after/,
  ],
  ['nobody', { day: nobody }, /^Walk past the camera.* 5 % of the height/],
  ['nobody in a recording', { day: nobody, stream: { kind: 'recording' } }, /^Try it with a recording/],
  ['glimpses', { day: nobody, more: { glimpses: 3 } }, /come towards the camera.* 3 times/],
  [
    'nobody, but tiny faces',
    { day: nobody, more: { closer: { pictures: 6, faces: 4, medianPx: 17 } } },
    /6 pictures found 4 faces of typically 17 px, which is too small\. Zoom in/,
  ],
  [
    'nobody, but faces that a better search finds',
    { day: nobody, more: { closer: { pictures: 6, faces: 4, medianPx: 30 } } },
    /set "search": "far".* "tiles": 2/,
  ],
  ['night', { day: nobody, more: { light: { mean: 9, black: 0.9, white: 0, spread: 30 } } }, /^Switch on a light/],
  ['a covered lens', { day: nobody, more: { light: { mean: 90, black: 0, white: 0, spread: 4 } } }, /covers the lens/],
];

for (const [what, given, words] of CASES) {
  test(`what to change first: ${what}`, () => {
    assert.match(adviceOf(examined(given)).changes[0] ?? 'nothing', words);
  });
}

test('the most worthwhile change comes first, trifles are not mentioned', () => {
  const unusable = { size: 0, sharpness: 40, light: 20, contrast: 3, pose: 0, occlusion: 0 };
  const { changes } = adviceOf(
    examined({
      day: { usable: 37, unusable },
      faces: { blurred: { moving: 40, still: 0 }, lit: { dark: 20, backlit: 0, bright: 0, uneven: 0 } },
    }),
  );
  assert.equal(changes.length, 2);
  assert.match(changes[0] ?? '', /shutter/);
  assert.match(changes[1] ?? '', /light/);
});

test('nothing is said about recognition where nobody, or only a poster, was seen', () => {
  const none = adviceOf(examined({ day: nobody }));
  assert.equal(none.verdict, 'nobody');
  assert.match(none.headline, /^Nobody showed a face in 60 seconds/);
  const fixed = [{ box: [0.1, 0.2, 0.1, 0.2], seconds: 58, faces: 100, usable: 100, unmoving: true }] as const;
  const poster = adviceOf(examined({ faces: { fixed } }));
  assert.equal(poster.verdict, 'nobody');
  assert.match(poster.headline, /^Nothing but a face that never moves/);
});

test('a stream that is too slow is not usable, whatever the faces', () => {
  const { verdict, headline } = adviceOf(examined({ stream: { frameRate: 0.5, nominalRate: null } }));
  assert.equal(verdict, 'poor');
  assert.match(headline, /0\.5 frames a second/);
  const slow = adviceOf(examined({ day: { lookDelay: [0, 0, 0, 0, 0, 0, 0, 0, 10, 0] } }));
  assert.match(slow.headline, /this machine needs 3\.5 s and more/);
});

test('findings: what was seen, in words and figures', () => {
  const usableAt = emptyDay('2026-03-01').usableAt;
  usableAt[4 * 16 + 8] = 30;
  const facesAt = [...usableAt];
  facesAt[0] = 70;
  const says = findingsOf(
    examined({
      day: {
        usable: 30,
        usableTracks: 6,
        facesAt,
        usableAt,
        unusable: { ...emptyDay('x').unusable, pose: 60, size: 10 },
      },
      faces: {
        turned: { up: 0, down: 50, left: 5, right: 5, degrees: 47.6 },
        small: { px: 21, neededPx: 33.2 },
      },
      stream: { dropped: 100, longestGapMs: 1_400 },
    }),
  ).map(({ topic, says }) => `${topic}: ${says}`);
  assert.deepEqual(says, [
    'picture: 1920×1080, 25 frames a second (the stream says 25); the longest pause between two frames was 1.4 s',
    'delay: half of the frames were searched 25 ms after they came or sooner, 95 % within 48 ms; 100 of 500 were passed over for a newer one. What the camera and the network add cannot be seen from here: hold a running clock in front of the camera and compare',
    'light: the picture is bright enough (brightness 120 of 255), the faces are at 120',
    'faces: 10 people seen (whoever leaves and comes back counts again), 100 looks at their faces, typically 112 px large',
    'usable: 30 % of the looks are good enough for recognition; 6 of 10 people had one',
    'not usable: 60 % turned away, most of them down, typically by 48°',
    'not usable: 10 % too small, typically 21 px; they would need 34 px, 50 px are good',
    'where: of the usable faces 100 % in the middle; hardly any usable ones at the upper left',
  ]);
});

test('places in words', () => {
  assert.deepEqual([placeOf(0.1, 0.1), placeOf(0.5, 0.5), placeOf(0.9, 0.5)], ['upper left', 'middle', 'right']);
  const cells = emptyDay('2026-03-01').facesAt;
  assert.deepEqual([placesOf(cells, 0), spanOf(cells)], [[], 0]);
  cells[0] = 3;
  cells[143] = 1;
  assert.deepEqual(placesOf(cells, 0.2), [
    { place: 'upper left', share: 0.75 },
    { place: 'lower right', share: 0.25 },
  ]);
  assert.equal(spanOf(cells), 1);
});
